-- What a person likes.
-- in: account int8
-- out: line text
select jsonb_build_object('by', o.username, 'item', micros(i.created_at),
	'at', micros(l.created_at))::text as line
from item_like l join item i on i.id = l.item join account o on o.id = i.owner
where l.account = $1
order by l.created_at, lower(o.username), i.created_at
