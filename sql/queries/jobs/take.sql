-- The job that has been due longest and that nobody else has taken, of the kinds
-- given (those) or of all others; it is held until the transaction ends.
-- in: kinds texts, those bool
-- out: id int8, kind text, arg int8, data json
select id, kind, arg, data
from job
where dead_at is null and run_at <= now() and (kind = any ($1)) = $2
order by run_at, id
limit 1
for update skip locked
