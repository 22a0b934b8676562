-- Changes what is given of one's own pin (null, or media 0: not given).
-- in: pin int8, viewer int8, title text, media int8, image_url text,
-- in: alt text
-- out: id int8, title text
with touched as (
	update item set edited_at = clock_timestamp()
	where id = $1 and owner = $2 and kind = 'pin' and deleted_at is null
	returning id
)
update pin p
set title = coalesce($3, p.title),
    media = case when $4 > 0 then $4 else p.media end,
    image_url = coalesce($5, p.image_url), alt = coalesce($6, p.alt)
from touched t
where p.id = t.id
returning p.id, p.title
