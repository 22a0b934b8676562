-- A login was used to get new tokens.
-- in: session int8
update session set seen_at = now() where id = $1
