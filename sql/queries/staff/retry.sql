-- A dead job is tried again, as often as a new one.
-- in: id int8, staff int8
-- out: id int8
with again as (
	update job set dead_at = null, attempts = 0, run_at = now()
	where id = $1 and dead_at is not null
	returning id, kind
), noted as (
	insert into staff_log (staff, staff_name, action, about)
	select a.id, a.username, 'retry_job', j.kind || ' ' || j.id
	from again j, account a where a.id = $2
)
select id from again, pg_notify('job', '')
