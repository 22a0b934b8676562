-- A board gets a picture of its own as cover, or that of an item on it; with
-- neither (0) its first items are its cover.
-- in: board int8, viewer int8, media int8, item int8
-- out: id int8
update board
set cover = nullif($3, 0), cover_item = nullif($4, 0),
    edited_at = clock_timestamp()
where id = $1 and deleted_at is null and can_do('edit', id, $2)
returning id
