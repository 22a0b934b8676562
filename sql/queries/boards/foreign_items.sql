-- One of these on a board that the viewer may not take off it: he only put
-- others there.
-- in: board int8, viewer int8, items int8s
-- out: item int8
select x.item from board_item x
where x.board = $1 and x.item = any ($3)
  and x.added_by is distinct from $2 and not can_do('edit', $1, $2)
limit 1
