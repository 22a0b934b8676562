-- One's own pin as it is.
-- in: pin int8, viewer int8
-- out: id int8, title text, image_url text
select p.id, p.title, p.image_url
from pin p join item i on i.id = p.id
where p.id = $1 and i.owner = $2 and i.deleted_at is null
