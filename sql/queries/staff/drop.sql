-- A dead job is given up.
-- in: id int8, staff int8
-- out: id int8
with gone as (
	delete from job where id = $1 and dead_at is not null
	returning id, kind
), noted as (
	insert into staff_log (staff, staff_name, action, about)
	select a.id, a.username, 'drop_job', j.kind || ' ' || j.id
	from gone j, account a where a.id = $2
)
select id from gone
