-- Exports that have had their time; and those whose job was given up.
with old as (
	delete from account_export where expires_at < now()
)
update account_export e
set failed = 'fault', ended_at = now(), expires_at = now() + interval '7 days'
where e.ended_at is null and e.created_at < now() - interval '1 hour'
  and not exists (select from job j
    where j.kind = 'export' and j.arg = e.id and j.dead_at is null)
