-- Pins by their ids, in the order of these, those that the viewer may see.
-- in: viewer int8, pins int8s, how texts, most int8
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: similarity json
select i.id,
    a.username as author,
    l.boards, l.tags as tag_set,
    i.created_at, i.edited_at as updated_at, p.title, m.image, p.image_url,
    m.width as "media.width", m.height as "media.height",
    m.colour as "media.colour", m.placeholder as "media.placeholder",
    m.frames > 1 as "media.animated", m.files as "media.sizes",
    nullif(w.how, '')::json as similarity
from unnest($2, $3) with ordinality w (id, how, place)
join item i on i.id = w.id
join account a on a.id = i.owner
join pin p on p.id = i.id
join item_list l on l.item = i.id
join media m on m.id = p.media
where can_see(i.owner, i.visibility, i.deleted_at, $1)
order by w.place
limit $4
