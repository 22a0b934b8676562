-- Takes an item off a board of the viewer's.  The board is locked first: see
-- item_list.
-- in: board int8, viewer int8, item int8
with held as materialized (
	select id from board where id = $1 and owner = $2
	for no key update
)
delete from board_item bi
using held
where bi.board = held.id and bi.item = $3
