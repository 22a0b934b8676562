-- Takes an item off a board: whoever may change the board any, whoever may put
-- something on it what he put there.  The board is locked first: see item_list.
-- in: board int8, viewer int8, item int8
with held as materialized (
	select id from board where id = $1 and can_do('add', id, $2)
	for no key update
)
delete from board_item bi
using held
where bi.board = held.id and bi.item = $3
  and (bi.added_by = $2 or can_do('edit', held.id, $2))
