-- Puts an item that the viewer may see on a board where he may; home: it is
-- being made there.  No row: there is no such item; board_item_pkey: it is on
-- the board already.
-- in: board int8, viewer int8, item int8, home bool
-- out: item int8
insert into board_item (board, item, added_by, home)
select b.id, i.id, $2, $4
from board b, item i join account o on o.id = i.owner
where b.id = $1 and can_do('add', b.id, $2) and i.id = $3
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
returning item
