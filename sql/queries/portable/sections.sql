-- The sections of a person's boards.
-- in: account int8
-- out: line text
select jsonb_build_object('board', micros(b.created_at), 'title', s.title,
	'at', micros(s.created_at))::text as line
from board b join board_section s on s.board = b.id
where b.owner = $1
order by b.id, s.id
