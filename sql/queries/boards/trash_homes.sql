-- One's own items that were made on one's own board go to the trash, at the
-- moment of this transaction, before the board does.
-- in: board int8, viewer int8
with held as materialized (
	select i.id from board_item x join item i on i.id = x.item
	where x.board = $1 and x.home and i.owner = $2 and i.deleted_at is null
	  and can_do('own', $1, $2)
	order by i.id for update of i
)
update item i set deleted_at = now() from held h where i.id = h.id
