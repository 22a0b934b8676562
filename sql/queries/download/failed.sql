-- An export that nobody tries to make any more.
-- in: id int8, reason text
update account_export
set failed = $2, ended_at = now(), expires_at = now() + interval '7 days'
where id = $1 and ended_at is null
