-- Takes items off a board, which is held: whoever may change it any, whoever may
-- put something on it what he put there.
-- in: board int8, viewer int8, items int8s
delete from board_item
where board = $1 and item = any ($3) and can_do('add', $1, $2)
  and (added_by = $2 or can_do('edit', $1, $2))
