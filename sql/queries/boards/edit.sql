-- Changes what is given of a board (secret -1: not given); only its owner makes
-- it secret or shows it.
-- in: board int8, viewer int8, title text, secret int8, content text
-- out: id int8
update board
set title = coalesce($3, title), content = coalesce($5, content),
    visibility = case when $4 < 0 then visibility else $4 end,
    edited_at = clock_timestamp()
where id = $1 and deleted_at is null
  and can_do(case when $4 < 0 then 'edit' else 'own' end, id, $2)
returning id
