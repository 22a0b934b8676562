-- Jobs that failed too often, the newest first; as jobs.sql.
-- in: newest page
-- out: id int8, kind text, arg int8, attempts int4, error text, run_at time,
-- out: dead_at time, created_at time, _at int8, _id int8
select id, kind, arg, attempts, error, run_at, dead_at, created_at,
    id as _at, id as _id
from job
where dead_at is not null
  and (id, id) < ($1, $2) -- keyset
order by id desc -- keyset
limit $3
