-- The newest pins with a tag.
-- in: viewer int8, tag int8, page
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
    it.created_at as _at, p.id as _id
from item_tag it
cross join lateral (
	select * from shown_pin where id = it.item offset 0) p
where it.tag = $2
  and can_list(p.active, p.owner, p.visibility, p.deleted_at, p.id, $1)
  and (it.created_at, it.item) < ($3, $4) -- keyset
order by it.created_at desc, it.item desc -- keyset
limit $5
