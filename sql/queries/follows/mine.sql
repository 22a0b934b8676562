-- Whom the viewer follows, newest first, in the published form.
-- in: viewer int8, page
-- out: username text, avatar image, id int8, _at time, _id int8
select a.username, m.image as avatar, a.id,
    f.created_at as _at, f.followee as _id
from follow f
join account a on a.id = f.followee
left join media m on m.id = a.avatar
where f.follower = $1 and can_see(a.is_active, a.id, 0::smallint, null, $1)
  and (f.created_at, f.followee) < ($2, $3) -- keyset
order by f.created_at desc, f.followee desc -- keyset
limit $4
