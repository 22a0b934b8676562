-- What the page of a tag says of it, with its newest picture.
-- in: tag int8, viewer int8
-- out: title text, pins int8, image text
select t.tag_name as title, t.item_count::int8 as pins,
    (select media_url(i.image)
     from item_tag it cross join lateral (
	select i.*, o.is_active, m.image
	from item i
	join account o on o.id = i.owner
	join pin p on p.id = i.id
	join media m on m.id = p.media
	where i.id = it.item offset 0) i
     where it.tag = t.id
       and can_see(i.is_active, i.owner, i.visibility, i.deleted_at, $2)
     order by it.created_at desc, it.item desc limit 1) as image
from tag t
where t.id = $1
