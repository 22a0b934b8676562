-- Removes a section of a board that the viewer may change, which is held; what
-- is in it stays on the board.
-- in: board int8, viewer int8, section int8
delete from board_section
where id = $3 and board = $1 and can_do('edit', board, $2)
