-- Is there this section on a board?
-- in: board int8, section int8
-- out: id int8
select id from board_section where board = $1 and id = $2
