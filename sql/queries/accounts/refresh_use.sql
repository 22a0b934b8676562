-- Spends a refresh token: whoever comes second finds it spent; how lately (in
-- the last grace seconds) it was spent is told.  Token and session are locked
-- until the transaction ends: who ends the session waits for the tokens that
-- are made now, or they are not made.  Who waited for that began before the token
-- was spent, so without a grace nothing is recent.
-- in: hash bytes, grace int8
-- out: session int8, account int8, fresh bool, recent bool
with old as (
	select r.hash, r.session, r.used_at, r.expires_at
	from refresh_token r where r.hash = $1
	for update
), spent as (
	update refresh_token r set used_at = now()
	from old where r.hash = old.hash and old.used_at is null
)
select old.session, s.account,
    old.used_at is null and old.expires_at > now() as fresh,
    $2 > 0 and coalesce(old.used_at > now() - $2 * interval '1 second', false)
        and old.expires_at > now() as recent
from old
join session s on s.id = old.session
join account a on a.id = s.account
where s.revoked_at is null and a.is_active
for no key update of s
