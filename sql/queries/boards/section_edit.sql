-- Another title for a section of a board that the viewer may change.
-- in: board int8, viewer int8, section int8, title text
-- out: id int8, title text
update board_section set title = $4
where id = $3 and board = $1 and can_do('edit', board, $2)
returning id, title
