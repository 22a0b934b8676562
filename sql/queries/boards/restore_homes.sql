-- One's own items that went to the trash with a board come back with it.
-- in: board int8, viewer int8
with held as materialized (
	select i.id from board b
	join board_item x on x.board = b.id
	join item i on i.id = x.item
	where b.id = $1 and b.owner = $2 and x.home and i.owner = $2
	  and i.deleted_at = b.deleted_at
	  and can_see(true, i.owner, i.visibility, null, $2)
	order by i.id for update of i
)
update item i set deleted_at = null from held h where i.id = h.id
