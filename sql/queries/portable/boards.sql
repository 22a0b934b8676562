-- A person's boards.
-- in: account int8, after int8, n int8
-- out: id int8, line text, files text
select b.id, jsonb_build_object('at', micros(b.created_at),
	'edited', micros(b.edited_at),
	'deleted', coalesce(micros(b.deleted_at), 0),
	'place', micros(b.place), 'visibility', b.visibility,
	'title', b.title, 'content', b.content)::text as line,
    coalesce(m.files, '') as files
from board b
left join media m on m.id = b.cover
where b.owner = $1 and b.id > $2
order by b.id limit $3
