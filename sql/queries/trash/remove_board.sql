-- A board in the viewer's trash, for good; its pins stay.
-- in: board int8, viewer int8
delete from board
where id = $1 and owner = $2 and deleted_at is not null
  and can_see_board(true, owner, visibility, null, id, $2)
