-- The board, if the viewer may do it there: 'add', 'edit', 'own' (can_do).
-- in: board int8, viewer int8, what text
-- out: id int8, title text
select id, title from board where id = $1 and can_do($3, id, $2)
