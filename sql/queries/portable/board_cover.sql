-- The item that a board that came is shown by.
-- in: account int8, board int8, by text, at int8
-- out: id int8
update board set cover_item = item_of($3, $4)
where owner = $1 and created_at = of_micros($2)
  and item_of($3, $4) is not null
returning id
