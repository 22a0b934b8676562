-- Who follows this person, newest first.
-- in: username text, viewer int8, page
-- out: username text, user_name text, avatar image, id int8, created_at time,
-- out: _at time, _id int8
select p.username, p.user_name, p.image as avatar, p.id, f.created_at,
    f.created_at as _at, f.follower as _id
from follow f
join shown_person p on p.id = f.follower
where f.followee = (select id from account where lower(username) = lower($1))
  and can_see(p.active, p.id, 0::smallint, null, $2)
  and (f.created_at, f.follower) < ($3, $4) -- keyset
order by f.created_at desc, f.follower desc -- keyset
limit $5
