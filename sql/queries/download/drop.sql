-- The viewer's export goes; unless it is being made, if that is to go on.
-- in: viewer int8, go_on bool
delete from account_export
where account = $1 and (ended_at is not null or not $2)
