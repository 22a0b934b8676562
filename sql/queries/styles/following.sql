-- The newest style posts of people whom the viewer follows.  Of everybody one
-- row is read, and of those alone who can be on the page what is on it: see
-- pins/following.
-- in: viewer int8, page
-- out: id int8, author text, content text, images json, image_ratio float8,
-- out: created_by json, created_at time, updated_at time, tag_set json,
-- out: media json, num_comments int4, num_likes int4, liked json,
-- out: _at time, _id int8
with me as materialized (
	select eyes($1) as viewer
), people as materialized (
	select f.followee as id, i.created_at
	from me cross join follow f
	join account o on o.id = f.followee
	cross join lateral (
		select i.id, i.created_at from item i
		where i.owner = f.followee and i.kind = 'style'
		  and can_list(o.is_active, i.owner, i.visibility,
		    i.deleted_at, i.id, me.viewer)
		  and (i.created_at, i.id) < ($2, $3) -- keyset
		order by i.created_at desc, i.id desc -- keyset
		limit 1) i
	where f.follower = $1
	order by i.created_at desc, i.id desc -- keyset
	limit $4
), edge as materialized (
	select coalesce((select p.created_at from people p
		order by p.created_at desc -- keyset
		offset $4 - 1 limit 1),
		'-infinity') as of_people -- keyset
), wanted as (
	select i.id, i.created_at
	from me cross join edge cross join people f
	join account o on o.id = f.id cross join lateral (
		select i.id, i.created_at from item i
		where i.owner = f.id and i.kind = 'style'
		  and can_list(o.is_active, i.owner, i.visibility,
		    i.deleted_at, i.id, me.viewer)
		  and (i.created_at, i.id) < ($2, $3) -- keyset
		  and i.created_at >= edge.of_people -- keyset
		order by i.created_at desc, i.id desc -- keyset
		limit $4) i
	order by i.created_at desc, i.id desc -- keyset
	limit $4
)
select s.id, s.author, s.content, s.images, s.image_ratio,
    person_json(s.owner, $1) as created_by, s.created_at, s.updated_at,
    s.tag_set, s.media,
    s.num_comments, s.num_likes, liked_json(s.id, $1) as liked,
    s.created_at as _at, s.id as _id
from wanted w
join shown_style s on s.id = w.id
order by w.created_at desc, w.id desc -- keyset
