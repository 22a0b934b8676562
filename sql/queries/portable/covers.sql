-- The items that a person's boards are shown by.
-- in: account int8
-- out: line text
select jsonb_build_object('board', micros(b.created_at), 'by', o.username,
	'item', micros(c.created_at))::text as line
from board b join item c on c.id = b.cover_item
join account o on o.id = c.owner
where b.owner = $1
order by b.id
