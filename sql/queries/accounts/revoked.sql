-- Logins that ended while access tokens of theirs may still be valid; read
-- when the site starts.
-- in: seconds int8
-- out: id int8
select id from session
where revoked_at > now() - $1 * interval '1 second'
