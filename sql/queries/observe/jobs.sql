-- The queue by kind, kinds without a job too: jobs that are due, that are due
-- later, that are dead; for how many milliseconds the oldest has been due (one
-- that is being done is still due).
-- in: kinds texts
-- out: kind text, due int8, later int8, dead int8, age_ms int8
select k.kind,
    count(*) filter (where j.dead_at is null and j.run_at <= now()) as due,
    count(*) filter (where j.dead_at is null and j.run_at > now()) as later,
    count(*) filter (where j.dead_at is not null) as dead,
    coalesce(extract(epoch from now() - min(j.run_at)
        filter (where j.dead_at is null and j.run_at <= now())) * 1000,
        0)::int8 as age_ms
from unnest($1::text[]) k (kind) left join job j on j.kind = k.kind
group by k.kind
order by k.kind
