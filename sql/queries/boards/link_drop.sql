-- A link to a board is no longer good: its owner's say, or its maker's.
-- in: board int8, viewer int8, link int8
delete from board_link
where id = $3 and board = $1 and can_do('edit', board, $2)
  and (made_by = $2 or can_do('own', board, $2))
