-- Can this refresh token still be used?
-- in: hash bytes
-- out: session int8
select r.session
from refresh_token r
join session s on s.id = r.session
join account a on a.id = s.account
where r.hash = $1 and r.used_at is null and r.expires_at > now()
  and s.revoked_at is null and a.is_active
