-- Spends a refresh token: whoever comes second finds it spent.  Token and
-- session are locked until the transaction ends: who ends the session waits
-- for the tokens that are made now, or they are not made.
-- in: hash bytes
-- out: session int8, account int8, fresh bool
with old as (
	select r.hash, r.session, r.used_at, r.expires_at
	from refresh_token r where r.hash = $1
	for update
), spent as (
	update refresh_token r set used_at = now()
	from old where r.hash = old.hash and old.used_at is null
)
select old.session, s.account,
    old.used_at is null and old.expires_at > now() as fresh
from old
join session s on s.id = old.session
join account a on a.id = s.account
where s.revoked_at is null and a.is_active
for no key update of s
