-- An item of the viewer's, which is held, has a board where he may put something
-- as its home, and is on it.  No row: there is no such board.
-- in: board int8, viewer int8, item int8
-- out: item int8
insert into board_item (board, item, added_by, home)
select b.id, i.id, $2, true
from board b, item i join account o on o.id = i.owner
where b.id = $1 and can_do('add', b.id, $2) and i.id = $3 and i.owner = $2
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
on conflict (board, item) do update set home = true
returning item
