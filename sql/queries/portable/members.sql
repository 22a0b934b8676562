-- Who else is on a person's boards.
-- in: account int8
-- out: line text
select jsonb_build_object('board', micros(b.created_at), 'who', a.username,
	'role', m.role, 'at', micros(m.created_at),
	'accepted', coalesce(micros(m.accepted_at), 0))::text as line
from board b join board_member m on m.board = b.id
join account a on a.id = m.account
where b.owner = $1
order by b.id, m.created_at, lower(a.username)
