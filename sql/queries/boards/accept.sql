-- Who was invited to a board comes.
-- in: board int8, viewer int8
-- out: board int8
update board_member m set accepted_at = clock_timestamp()
from board b join account a on a.id = b.owner
where m.board = $1 and m.account = $2 and m.accepted_at is null
  and b.id = m.board and can_see_invited(a.is_active, b.owner, b.visibility,
    b.deleted_at, $2)
returning m.board
