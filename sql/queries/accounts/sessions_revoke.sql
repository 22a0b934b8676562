-- Ends all logins of an account but one (0: all).
-- in: account int8, but_session int8
update session set revoked_at = now()
where account = $1 and id <> $2 and revoked_at is null
