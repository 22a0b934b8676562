-- The newest pins by people whom `follower` follows; author: by this one of them
-- alone, if given.  Of everybody one row is read, and of as many people as a
-- page can show what is on it: see following.
-- in: viewer int8, author text, follower text, page
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, alt text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: _at time, _id int8
with people as materialized (
	select f.followee as id, i.created_at
	from account w join follow f on f.follower = w.id
	join account o on o.id = f.followee cross join lateral (
		select i.id, i.created_at from item i
		where i.owner = f.followee and i.kind = 'pin'
		  and can_list(o.is_active, i.owner, i.visibility,
		    i.deleted_at, i.id, $1)
		  and (i.created_at, i.id) < ($4, $5) -- keyset
		order by i.created_at desc, i.id desc -- keyset
		limit 1) i
	where lower(w.username) = lower($3)
	  and ($2 is null or f.followee =
	    (select id from account where lower(username) = lower($2)))
	order by i.created_at desc, i.id desc -- keyset
	limit $6
), edge as materialized (
	select coalesce((select p.created_at from people p
		order by p.created_at desc -- keyset
		offset $6 - 1 limit 1),
		'-infinity') as at -- keyset
), wanted as (
	select i.id, i.created_at
	from edge cross join people f
	join account o on o.id = f.id cross join lateral (
		select i.id, i.created_at from item i
		where i.owner = f.id and i.kind = 'pin'
		  and can_list(o.is_active, i.owner, i.visibility,
		    i.deleted_at, i.id, $1)
		  and (i.created_at, i.id) < ($4, $5) -- keyset
		  and i.created_at >= edge.at -- keyset
		order by i.created_at desc, i.id desc -- keyset
		limit $6) i
), shown as (
	select id, created_at from wanted
	order by created_at desc, id desc -- keyset
	limit $6
)
select p.id, p.author, boards_for(p.boards, $1) as boards, p.tag_set,
    p.created_at, p.updated_at,
    p.title, p.alt, p.image, p.image_url, p."media.width", p."media.height",
    p."media.colour", p."media.placeholder", p."media.animated",
    p."media.sizes",
    p.created_at as _at, p.id as _id
from shown s
cross join lateral (
	select * from shown_pin where id = s.id offset 0) p
order by s.created_at desc, s.id desc -- keyset
