-- Jobs that wait, the last due first.  What they are given is not shown: it may
-- be a letter.
-- in: page
-- out: id int8, kind text, arg int8, attempts int4, error text, run_at time,
-- out: dead_at time, created_at time, _at time, _id int8
select id, kind, arg, attempts, error, run_at, dead_at, created_at,
    run_at as _at, id as _id
from job
where dead_at is null
  and (run_at, id) < ($1, $2) -- keyset
order by run_at desc, id desc -- keyset
limit $3
