-- A person as a profile shows them: by id, or with id 0 by name.
-- in: account int8, username text, viewer int8
-- out: id int8, username text, user_name text, profile_name text,
-- out: introduction text, avatar image, num_posts int4, follower_count int4,
-- out: following_count int4, following bool, created_at time
select p.id, p.username, p.user_name, p.profile_name, p.introduction,
    p.image as avatar, p.num_posts, p.follower_count, p.following_count,
    case when $3 not in (0, p.id) then exists (select from follow f
	where f.follower = $3 and f.followee = p.id) end as following,
    p.created_at
from shown_person p
where p.id = case when $1 > 0 then $1
	else (select id from account where lower(username) = lower($2)) end
  and can_see(p.active, p.id, 0::smallint, null, $3)
