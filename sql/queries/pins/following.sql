-- Pins by people whom the viewer follows and pins with tags that the viewer
-- follows, each once, newest first.
--
-- A page of n pins is by n people at most: those whose newest pin (of the rest
-- of the list) is among the n newest.  It is likewise with tags, but tags share
-- pins, so the n newest are counted once each.  If there are n of either, nothing
-- older than the oldest of these can be on the page.  So of everybody one row is
-- read, and of those n what is on the page.
-- in: viewer int8, page
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, alt text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: _at time, _id int8
with me as materialized (
	select eyes($1) as viewer
), people as materialized (
	select f.followee as id, i.created_at, i.id as item
	from me cross join follow f
	join account o on o.id = f.followee
	cross join lateral (
		select i.id, i.created_at from item i
		where i.owner = f.followee and i.kind = 'pin'
		  and can_list(o.is_active, i.owner, i.visibility,
		    i.deleted_at, i.id, me.viewer)
		  and (i.created_at, i.id) < ($2, $3) -- keyset
		order by i.created_at desc, i.id desc -- keyset
		limit 1) i
	where f.follower = $1
	order by i.created_at desc, i.id desc -- keyset
	limit $4
), tags as materialized (
	select id, created_at, place from (
		select f.tag as id, t.created_at, dense_rank() over (
		    order by t.created_at desc, t.item desc) as place -- keyset
		from me cross join tag_follow f cross join lateral (
			select it.item, it.created_at
			from item_tag it cross join lateral (
			    select i.*, o.is_active
			    from item i join account o on o.id = i.owner
			    where i.id = it.item and i.kind = 'pin' offset 0) i
			where it.tag = f.tag
			  and can_list(i.is_active, i.owner, i.visibility,
			    i.deleted_at, i.id, me.viewer)
			  and (it.created_at, it.item) < ($2, $3) -- keyset
			order by it.created_at desc, it.item desc -- keyset
			limit 1) t
		where f.account = $1) newest
	where place <= $4
), edge as materialized (
	select coalesce((
		select at from (
			(select p.created_at as at from people p
			order by p.created_at desc -- keyset
			offset $4 - 1 limit 1)
			union all
			(select t.created_at from tags t where t.place = $4
			limit 1)) e
		order by at desc -- keyset
		limit 1),
		'-infinity') as at -- keyset
), wanted as (
	select i.id, i.created_at
	from me cross join edge cross join people f
	join account o on o.id = f.id cross join lateral (
		select i.id, i.created_at from item i
		where i.owner = f.id and i.kind = 'pin'
		  and can_list(o.is_active, i.owner, i.visibility,
		    i.deleted_at, i.id, me.viewer)
		  and (i.created_at, i.id) < ($2, $3) -- keyset
		  and i.created_at >= edge.at -- keyset
		order by i.created_at desc, i.id desc -- keyset
		limit $4) i
	union
	select t.item, t.created_at
	from me cross join edge cross join tags f cross join lateral (
		select it.item, it.created_at
		from item_tag it cross join lateral (
		    select i.*, o.is_active
		    from item i join account o on o.id = i.owner
		    where i.id = it.item and i.kind = 'pin' offset 0) i
		where it.tag = f.id
		  and can_list(i.is_active, i.owner, i.visibility,
		    i.deleted_at, i.id, me.viewer)
		  and (it.created_at, it.item) < ($2, $3) -- keyset
		  and it.created_at >= edge.at -- keyset
		order by it.created_at desc, it.item desc -- keyset
		limit $4) t
), shown as (
	select id, created_at from wanted
	order by created_at desc, id desc -- keyset
	limit $4
)
select p.id, p.author, boards_for(p.boards, me.viewer) as boards, p.tag_set,
    p.created_at, p.updated_at,
    p.title, p.alt, p.image, p.image_url, p."media.width", p."media.height",
    p."media.colour", p."media.placeholder", p."media.animated",
    p."media.sizes",
    p.created_at as _at, p.id as _id
from me cross join shown s
cross join lateral (
	select * from shown_pin where id = s.id offset 0) p
order by s.created_at desc, s.id desc -- keyset
