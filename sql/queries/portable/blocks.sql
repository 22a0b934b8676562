-- Whom a person has blocked.
-- in: account int8
-- out: line text
select jsonb_build_object('who', a.username, 'at', micros(b.created_at))::text
    as line
from block b join account a on a.id = b.blocked
where b.blocker = $1
order by b.created_at, lower(a.username)
