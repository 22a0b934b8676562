-- A token sent by mail; earlier ones for the same purpose are void.
-- in: hash bytes, account int8, purpose text, email text, seconds int8
with gone as (
	delete from mail_token where account = $2 and purpose = $3
)
insert into mail_token (hash, account, purpose, email, expires_at)
values ($1, $2, $3, $4, now() + $5 * interval '1 second')
