-- Pins by their ids, in the order of these, those that the viewer may see.
-- in: viewer int8, pins int8s, how texts, most int8
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, alt text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: similarity json
select p.id, p.author, boards_for(p.boards, $1) as boards, p.tag_set,
    p.created_at, p.updated_at,
    p.title, p.alt, p.image, p.image_url, p."media.width", p."media.height",
    p."media.colour", p."media.placeholder", p."media.animated",
    p."media.sizes",
    nullif(w.how, '')::json as similarity
from unnest($2, $3) with ordinality w (id, how, place)
cross join lateral (
	select * from shown_pin where id = w.id offset 0) p
where can_list(p.active, p.owner, p.visibility, p.deleted_at, p.id, $1)
order by w.place
limit $4
