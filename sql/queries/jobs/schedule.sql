-- Adds the job of every schedule that is due and moves its time on; a slot is
-- taken by one process.
with due as (
	select kind from schedule where next_at <= now()
	for update skip locked
), moved as (
	update schedule s set next_at = now() + s.every
	from due where s.kind = due.kind
)
insert into job (kind) select kind from due
