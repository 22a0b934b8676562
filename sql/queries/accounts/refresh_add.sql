-- A refresh token of a login; only its hash is stored.
-- in: hash bytes, session int8, seconds int8
insert into refresh_token (hash, session, expires_at)
values ($1, $2, now() + $3 * interval '1 second')
