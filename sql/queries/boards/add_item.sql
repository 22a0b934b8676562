-- Puts an item that the viewer may see on a board of the viewer's.  No row:
-- there is no such item; board_item_pkey: it is on the board already.
-- in: board int8, viewer int8, item int8
-- out: item int8
insert into board_item (board, item, added_by)
select b.id, i.id, $2
from board b, item i
where b.id = $1 and b.owner = $2 and i.id = $3
  and can_see(i.owner, i.visibility, i.deleted_at, $2)
returning item
