-- The row of an account that was removed an hour ago, and what is left of it.
-- in: account int8
delete from account
where id = $1 and deleted_at < now() - interval '1 hour'
