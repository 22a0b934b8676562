-- The newest pins of one person.
-- in: viewer int8, author text, page
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: _at time, _id int8
select i.id,
    a.username as author,
    l.boards, l.tags as tag_set,
    i.created_at, i.edited_at as updated_at, p.title, m.image, p.image_url,
    m.width as "media.width", m.height as "media.height",
    m.colour as "media.colour", m.placeholder as "media.placeholder",
    m.frames > 1 as "media.animated", m.files as "media.sizes",
    i.created_at as _at, i.id as _id
from item i
join account a on a.id = i.owner
join pin p on p.id = i.id
join item_list l on l.item = i.id
join media m on m.id = p.media
where i.kind = 'pin' and can_see(i.owner, i.visibility, i.deleted_at, $1)
  and i.owner = (select id from account where lower(username) = lower($2))
  and (i.created_at, i.id) < ($3, $4) -- keyset
order by i.created_at desc, i.id desc -- keyset
limit $5
