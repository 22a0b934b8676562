-- Items that have been in the trash for so many seconds, so many at once.
-- in: seconds int8, most int8
with held as materialized (
	select id from item
	where deleted_at < now() - $1 * interval '1 second'
	order by deleted_at limit $2
	for update skip locked
)
delete from item i using held h where i.id = h.id
