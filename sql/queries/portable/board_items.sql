-- What is on a person's boards.
-- in: account int8
-- out: line text
select jsonb_build_object('board', micros(b.created_at), 'by', o.username,
	'item', micros(i.created_at), 'added_by', coalesce(a.username, ''),
	'at', micros(x.created_at), 'place', micros(x.place), 'home', x.home,
	'section', coalesce(micros(s.created_at), 0))::text as line
from board b join board_item x on x.board = b.id
join item i on i.id = x.item join account o on o.id = i.owner
left join account a on a.id = x.added_by
left join board_section s on s.id = x.section
where b.owner = $1
order by b.id, x.created_at, lower(o.username), i.created_at
