-- Pins that the viewer likes, the latest liked first.
-- in: viewer int8, page
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, alt text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: _at time, _id int8
select p.id, p.author, boards_for(p.boards, $1) as boards, p.tag_set,
    p.created_at, p.updated_at,
    p.title, p.alt, p.image, p.image_url, p."media.width", p."media.height",
    p."media.colour", p."media.placeholder", p."media.animated",
    p."media.sizes",
    l.created_at as _at, l.item as _id
from item_like l
cross join lateral (
	select * from shown_pin where id = l.item offset 0) p
where l.account = $1
  and can_list(p.active, p.owner, p.visibility, p.deleted_at, p.id, $1)
  and (l.created_at, l.item) < ($2, $3) -- keyset
order by l.created_at desc, l.item desc -- keyset
limit $4
