-- Everybody who is there, newest first, in the published form; for the staff.
-- in: viewer int8, page
-- out: user_id int8, user_name text, profile_name text, introduction text,
-- out: image image, num_posts int4, num_followers int4,
-- out: num_followings int4, following json, _at time, _id int8
select p.id as user_id, p.user_name, p.profile_name, p.introduction, p.image,
    p.num_posts, p.follower_count as num_followers,
    p.following_count as num_followings,
    following_state(p.id, $1) as following,
    p.created_at as _at, p.id as _id
from shown_person p
where can_see(p.active, p.id, 0::smallint, null, 0)
  and (p.created_at, p.id) < ($2, $3) -- keyset
order by p.created_at desc, p.id desc -- keyset
limit $4
