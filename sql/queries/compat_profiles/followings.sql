-- Whom this person follows, newest first, in the published form.
-- in: account int8, viewer int8, page
-- out: to_profile.user_id int8, to_profile.user_name text,
-- out: to_profile.profile_name text, to_profile.image image,
-- out: to_profile.following json, created_at time, _at time, _id int8
select p.id as "to_profile.user_id",
    p.user_name as "to_profile.user_name",
    p.profile_name as "to_profile.profile_name",
    p.image as "to_profile.image",
    following_state(p.id, $2) as "to_profile.following",
    f.created_at, f.created_at as _at, f.followee as _id
from follow f
join shown_person p on p.id = f.followee
where f.follower = $1
  and can_see(p.active, p.id, 0::smallint, null, $2)
  and (f.created_at, f.followee) < ($3, $4) -- keyset
order by f.created_at desc, f.followee desc -- keyset
limit $5
