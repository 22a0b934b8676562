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
	select followee from follow where follower = a.id
	order by created_at desc, followee desc limit 1000) f) as following_user,
    (select coalesce(json_agg(tag), '[]') from (
	select tag from tag_follow where account = a.id
	order by created_at desc limit 1000) f) as following_tag,
    (select coalesce(json_agg(follower), '[]') from (
	select follower from follow where followee = a.id
	order by created_at desc, follower desc limit 1000) f) as follower,
    (select coalesce(json_agg(json_build_object('id', b.id, 'title', b.title,
	'author', a.username, 'pin_count', b.item_count,
	'secret', b.secret, 'pin', b.pins)), '[]')
     from (
	select b.id, b.title, b.item_count,
	    not can_see(b.owner, b.visibility, null, 0) as secret, (
	    select coalesce(json_agg(json_build_object('id', p.id,
		'title', p.title, 'image', media_url(p.image),
		'author', p.owner)), '[]')
	    from (
		select p.id, p.title, pm.image, i.owner
		from board_item bi
		join item i on i.id = bi.item
		join pin p on p.id = i.id
		join media pm on pm.id = p.media
		where bi.board = b.id
		  and can_see(i.owner, i.visibility, i.deleted_at, $3)
		order by bi.place desc, bi.item desc limit 12) p) as pins
	from board b where b.owner = a.id
	  and can_see(b.owner, b.visibility, null, $3)
	order by b.place desc, b.id desc limit 100) b) as boards,
    a.follower_count, a.following_count, a.created_at
from account a
left join media m on m.id = a.avatar
where a.id = case when $1 > 0 then $1
	else (select id from account where lower(username) = lower($2)) end
  and a.is_active
