-- A job, due now; wakes the jobs processes when this transaction commits.
-- in: kind text, arg int8, data json
with added as (
	insert into job (kind, arg, data) values ($1, $2, $3)
)
select pg_notify('job', '')
