-- What a person does not want to see: one of the four.
-- in: account int8
-- out: line text
select jsonb_build_object('who', coalesce(a.username, ''),
	'tag', coalesce(t.tag_name, ''), 'word', coalesce(m.word, ''),
	'by', coalesce(o.username, ''), 'item', coalesce(micros(i.created_at), 0),
	'at', micros(m.created_at))::text as line
from mute m left join account a on a.id = m.person
left join tag t on t.id = m.tag left join item i on i.id = m.item
left join account o on o.id = i.owner
where m.account = $1
order by m.id
