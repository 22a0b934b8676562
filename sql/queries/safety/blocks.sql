-- Whom the viewer blocked, the last first.
-- in: viewer int8, page
-- out: id int8, username text, user_name text, avatar image, created_at time,
-- out: _at time, _id int8
select p.id, p.username, p.user_name, p.image as avatar, b.created_at,
    b.created_at as _at, b.blocked as _id
from block b
join shown_person p on p.id = b.blocked
where b.blocker = $1 and can_see(p.active, p.id, 0::smallint, null, 0)
  and (b.created_at, b.blocked) < ($2, $3) -- keyset
order by b.created_at desc, b.blocked desc -- keyset
limit $4
