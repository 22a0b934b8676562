-- Takes items of the viewer's out of the trash; the others are left out.
-- in: items int8s, viewer int8
with held as materialized (
	select id from item
	where id = any ($1) and owner = $2 and deleted_at is not null
	  and kind <> 'comment' and can_see(true, owner, visibility, null, $2)
	order by id for update
)
update item i set deleted_at = null from held h where i.id = h.id
