-- A profile in its published form.
-- in: account int8, viewer int8
-- out: user_id int8, user_name text, profile_name text, introduction text,
-- out: image image, num_posts int4, num_followers int4,
-- out: num_followings int4, following json
select p.id as user_id, p.user_name, p.profile_name, p.introduction, p.image,
    p.num_posts, p.follower_count as num_followers,
    p.following_count as num_followings,
    following_state(p.id, $2) as following
from shown_person p
where p.id = $1 and can_see(p.active, p.id, 0::smallint, null, $2)
