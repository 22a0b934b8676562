-- What the page of a pin says of it to who does not run scripts.
-- in: pin int8, viewer int8
-- out: title text, author text, image text, files text
select p.title, p.author, media_url(p.image) as image,
    p."media.sizes" as files
from (select * from shown_pin where id = $1 offset 0) p
where can_see(p.active, p.owner, p.visibility, p.deleted_at, $2)
