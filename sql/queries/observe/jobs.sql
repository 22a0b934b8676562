-- The queue by kind, kinds without a job too: jobs that are due, that are due
-- later, that are dead, each up to 10,000; for how many milliseconds the oldest
-- has been due (one that is being done is still due).
-- in: kinds texts
-- out: kind text, due int8, later int8, dead int8, age_ms int8
select k.kind,
    (select count(*) from (select from job j where j.kind = k.kind
        and j.dead_at is null and j.run_at <= now() limit 10000) n) as due,
    (select count(*) from (select from job j where j.kind = k.kind
        and j.dead_at is null and j.run_at > now() limit 10000) n) as later,
    (select count(*) from (select from job j where j.kind = k.kind
        and j.dead_at is not null limit 10000) n) as dead,
    coalesce(extract(epoch from now() - (select j.run_at from job j
        where j.kind = k.kind and j.dead_at is null and j.run_at <= now()
        order by j.run_at limit 1)) * 1000, 0)::int8 as age_ms
from unnest($1::text[]) k (kind)
order by k.kind
