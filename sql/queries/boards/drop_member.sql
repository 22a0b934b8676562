-- The owner of a board removes somebody, or somebody leaves, or will not come.
-- in: board int8, viewer int8, username text
delete from board_member m using account o
where m.board = $1 and lower(o.username) = lower($3) and m.account = o.id
  and (m.account = $2 or can_do('own', m.board, $2))
