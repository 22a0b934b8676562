-- Takes an item off a board of the viewer's.
-- in: board int8, viewer int8, item int8
delete from board_item bi
using board b
where bi.board = $1 and bi.item = $3 and b.id = bi.board and b.owner = $2
