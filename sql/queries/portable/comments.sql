-- What a person has written on pins and posts.
-- in: account int8
-- out: line text
select jsonb_build_object('at', micros(c.created_at),
	'edited', coalesce(micros(c.edited_at), 0),
	'deleted', coalesce(micros(i.deleted_at), 0),
	'on_by', oo.username, 'on', micros(oi.created_at),
	'parent_by', coalesce(po.username, ''),
	'parent', coalesce(micros(pi.created_at), 0),
	'to', coalesce(t.username, ''), 'content', c.content)::text as line
from item i join comment c on c.id = i.id
join item oi on oi.id = c.on_item join account oo on oo.id = oi.owner
left join item pi on pi.id = c.parent left join account po on po.id = pi.owner
left join account t on t.id = c.to_account
where i.owner = $1 and c.removed_by is null
order by i.id
