-- The links to a board that are still good, for those who may invite.
-- in: board int8, viewer int8
-- out: id int8, role text, made_by text, created_at time, expires_at time
select l.id, l.role, a.username as made_by, l.created_at, l.expires_at
from board_link l
join account a on a.id = l.made_by
where l.board = $1 and can_do('edit', l.board, $2) and l.expires_at > now()
order by l.id desc
limit 100
