-- Accounts that were removed and have rows, the oldest first; old: their last
-- access token has expired.
-- in: most int8
-- out: id int8, old bool
select id, deleted_at < now() - interval '1 hour' as old
from account
where deleted_at is not null
order by deleted_at, id
limit $1
