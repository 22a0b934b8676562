-- Puts items of a board that the viewer may change into a section of it; 0: into
-- none.
-- in: board int8, viewer int8, items int8s, section int8
update board_item set section = nullif($4, 0)
where board = $1 and item = any ($3) and can_do('edit', $1, $2)
