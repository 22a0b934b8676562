-- The pictures of a person's style posts; id goes on over all of them.
-- in: account int8, after int8, n int8
-- out: id int8, line text, files text
select x.style * 16 + x.place as id, jsonb_build_object(
	'at', micros(i.created_at), 'place', x.place)::text as line, m.files
from item i join style_image x on x.style = i.id
join media m on m.id = x.media
where i.owner = $1 and i.kind = 'style' and x.style * 16 + x.place > $2
order by x.style, x.place limit $3
