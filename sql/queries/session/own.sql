-- A login of the viewer that is in use.
-- in: session int8, account int8
-- out: id int8
select id from session where id = $1 and account = $2 and revoked_at is null
