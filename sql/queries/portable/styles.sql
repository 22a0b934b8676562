-- A person's style posts.
-- in: account int8, after int8, n int8
-- out: id int8, line text, files text
select i.id, jsonb_build_object('at', micros(i.created_at),
	'edited', micros(i.edited_at),
	'deleted', coalesce(micros(i.deleted_at), 0),
	'visibility', i.visibility, 'content', s.content,
	'image_ratio', s.image_ratio)::text as line, '' as files
from item i join style s on s.id = i.id
where i.owner = $1 and i.id > $2
order by i.id limit $3
