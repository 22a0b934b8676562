-- A new section of a board that the viewer may change.
-- in: board int8, viewer int8, title text
-- out: id int8, title text
insert into board_section (board, title)
select b.id, $3 from board b where b.id = $1 and can_do('edit', b.id, $2)
returning id, title
