-- Puts items of the viewer's in the trash, at the moment of this transaction; the
-- others are left out.
-- in: items int8s, viewer int8
with held as materialized (
	select id from item
	where id = any ($1) and owner = $2 and deleted_at is null
	  and kind <> 'comment' and can_see(true, owner, visibility, null, $2)
	order by id for update
)
update item i set deleted_at = now() from held h where i.id = h.id
