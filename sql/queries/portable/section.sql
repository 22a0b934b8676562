-- A section of a board that came.
-- in: account int8, board int8, title text, at int8
-- out: id int8
insert into board_section (board, title, created_at)
select id, $3, of_micros($4) from board
where owner = $1 and created_at = of_micros($2) order by id limit 1
returning id
