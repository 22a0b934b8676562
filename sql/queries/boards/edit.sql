-- Changes what is given of one's own board.
-- in: board int8, viewer int8, title text
-- out: id int8
update board
set title = coalesce($3, title), edited_at = clock_timestamp()
where id = $1 and owner = $2
returning id
