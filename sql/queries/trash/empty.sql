-- Items in the viewer's trash, for good, so many at once.
-- in: viewer int8, most int8
with held as materialized (
	select id from item
	where owner = $1 and deleted_at is not null and kind <> 'comment'
	  and can_see(true, owner, visibility, null, $1)
	order by id limit $2
	for update
)
delete from item i using held h where i.id = h.id
