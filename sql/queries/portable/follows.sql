-- Whom a person follows.
-- in: account int8
-- out: line text
select jsonb_build_object('who', a.username, 'at', micros(f.created_at))::text
    as line
from follow f join account a on a.id = f.followee
where f.follower = $1
order by f.created_at, lower(a.username)
