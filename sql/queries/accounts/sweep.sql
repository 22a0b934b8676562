-- Removes tokens and logins that can no longer be used.
with a as (
	delete from mail_token where expires_at < now()
), b as (
	delete from refresh_token where expires_at < now() - interval '7 days'
)
delete from session s
where coalesce(s.revoked_at, s.seen_at) < now() - interval '30 days'
  and not exists (select from refresh_token r
    where r.session = s.id and r.expires_at > now())
