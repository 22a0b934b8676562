-- A person's pins, those in the trash too; files: of the picture.
-- in: account int8, after int8, n int8
-- out: id int8, line text, files text
select i.id, jsonb_build_object('at', micros(i.created_at),
	'edited', micros(i.edited_at),
	'deleted', coalesce(micros(i.deleted_at), 0),
	'visibility', i.visibility, 'title', p.title, 'alt', p.alt,
	'image_url', p.image_url)::text as line, m.files
from item i join pin p on p.id = i.id join media m on m.id = p.media
where i.owner = $1 and i.id > $2
order by i.id limit $3
