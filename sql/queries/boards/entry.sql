-- Is an item that the viewer may see on a board that he may see?
-- in: board int8, viewer int8, item int8
-- out: item int8
select bi.item
from board b
join account a on a.id = b.owner
join board_item bi on bi.board = b.id
join item i on i.id = bi.item
join account o on o.id = i.owner
where b.id = $1 and bi.item = $3
  and can_see_board(a.is_active, b.owner, b.visibility, b.deleted_at, b.id, $2)
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
