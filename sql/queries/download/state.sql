-- How it stands with what the viewer asked to download.
-- in: viewer int8, address text
-- out: state text, bytes int8, created_at time, ended_at time, expires_at time,
-- out: url text, reason text
select case when e.id is null then 'none' when e.file is not null then 'ready'
	when e.failed is not null then 'failed' else 'making' end as state,
    e.bytes, e.created_at, e.ended_at, e.expires_at,
    case when e.file is not null then $2 end as url, e.failed as reason
from (select) one
left join account_export e on e.account = $1
    and (e.expires_at is null or e.expires_at > now())
