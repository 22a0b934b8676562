-- Logins of the viewer that are in use, the one used last first.
-- in: account int8, session int8
-- out: id int8, device text, user_agent text, created_at time,
-- out: last_seen time, current bool
select s.id, device_of(s.user_agent) as device, s.user_agent, s.created_at,
    s.seen_at as last_seen, s.id = $2 as current
from session s
where s.account = $1 and s.revoked_at is null
  and exists (select from refresh_token r where r.session = s.id
	and r.used_at is null and r.expires_at > now())
order by s.id = $2 desc, s.seen_at desc, s.id desc
limit 200
