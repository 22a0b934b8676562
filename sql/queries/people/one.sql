-- A person: by id, or with id 0 by name without regard to case.  The address
-- is shown to its owner alone.  Lists are bounded; the counts are exact.
-- in: account int8, username text, viewer int8
-- out: id int8, avatar image, username text, email text, email_verified bool,
-- out: following bool,
-- out: following_user json, following_tag json, follower json, boards json,
-- out: follower_count int4, following_count int4, created_at time
select a.id, m.image as avatar, a.username,
    case when a.id = $3 then a.email end as email,
    case when a.id = $3 then a.email_verified_at is not null end
	as email_verified,
    case when $3 not in (0, a.id) then exists (select from follow f
	where f.follower = $3 and f.followee = a.id) end as following,
    (select coalesce(json_agg(followee), '[]') from (
	select w.followee from follow w join account x on x.id = w.followee
	where w.follower = a.id
	  and can_see(x.is_active, x.id, 0::smallint, null, $3)
	order by w.created_at desc, w.followee desc limit 1000) f)
	as following_user,
    (select coalesce(json_agg(tag), '[]') from (
	select tag from tag_follow where account = a.id
	order by created_at desc limit 1000) f) as following_tag,
    (select coalesce(json_agg(follower), '[]') from (
	select w.follower from follow w join account x on x.id = w.follower
	where w.followee = a.id
	  and can_see(x.is_active, x.id, 0::smallint, null, $3)
	order by w.created_at desc, w.follower desc limit 1000) f)
	as follower,
    (select coalesce(json_agg(json_build_object('id', b.id, 'title', b.title,
	'author', a.username, 'pin_count', b.pin_count, 'secret', b.secret,
	'content', b.content, 'cover', media_url(b.cover), 'role', b.role,
	'members', b.members, 'pin', b.pin)), '[]')
     from (
	select b.* from shown_board($3, 12) b
	where b.owner = a.id and can_see_board(b.active, b.owner, b.visibility,
	    b.deleted_at, b.id, $3)
	order by b.place desc, b.id desc limit 100) b) as boards,
    a.follower_count, a.following_count, a.created_at
from account a
left join media m on m.id = a.avatar
where a.id = case when $1 > 0 then $1
	else (select id from account where lower(username) = lower($2)) end
  and can_see(a.is_active, a.id, 0::smallint, null, $3)
