-- Who follows this person, newest first.
-- in: username text, page
-- out: username text, avatar image, id int8, created_at time, _at time, _id int8
select a.username, m.image as avatar, a.id, f.created_at,
    f.created_at as _at, f.follower as _id
from follow f
join account a on a.id = f.follower and a.is_active
left join media m on m.id = a.avatar
where f.followee = (select id from account where lower(username) = lower($1))
  and (f.created_at, f.follower) < ($2, $3) -- keyset
order by f.created_at desc, f.follower desc -- keyset
limit $4
