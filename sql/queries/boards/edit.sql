-- Changes what is given of one's own board (secret -1: not given).
-- in: board int8, viewer int8, title text, secret int8
-- out: id int8
update board
set title = coalesce($3, title),
    visibility = case when $4 < 0 then visibility else $4 end,
    edited_at = clock_timestamp()
where id = $1 and owner = $2
returning id
