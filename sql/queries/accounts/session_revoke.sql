-- Ends one login.
-- in: session int8
update session set revoked_at = now() where id = $1 and revoked_at is null
