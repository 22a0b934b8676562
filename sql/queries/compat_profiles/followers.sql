-- Who follows this person, newest first, in the published form.
-- in: account int8, viewer int8, page
-- out: from_profile.user_id int8, from_profile.user_name text,
-- out: from_profile.profile_name text, from_profile.image image,
-- out: from_profile.following json, created_at time, _at time, _id int8
select p.id as "from_profile.user_id",
    p.user_name as "from_profile.user_name",
    p.profile_name as "from_profile.profile_name",
    p.image as "from_profile.image",
    following_state(p.id, $2) as "from_profile.following",
    f.created_at, f.created_at as _at, f.follower as _id
from follow f
join shown_person p on p.id = f.follower
where f.followee = $1
  and can_see(p.active, p.id, 0::smallint, null, $2)
  and (f.created_at, f.follower) < ($3, $4) -- keyset
order by f.created_at desc, f.follower desc -- keyset
limit $5
