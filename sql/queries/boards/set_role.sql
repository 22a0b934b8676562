-- A member of one's own board gets another role.
-- in: board int8, viewer int8, username text, role text
-- out: account int8
update board_member m set role = $4
from account o
where m.board = $1 and can_do('own', m.board, $2)
  and lower(o.username) = lower($3) and m.account = o.id
returning m.account
