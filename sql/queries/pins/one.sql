-- One pin, if the viewer may see it.
-- in: pin int8, viewer int8
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, alt text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files
select p.id, p.author, boards_for(p.boards, $2) as boards, p.tag_set,
    p.created_at, p.updated_at,
    p.title, p.alt, p.image, p.image_url, p."media.width", p."media.height",
    p."media.colour", p."media.placeholder", p."media.animated",
    p."media.sizes"
from (select * from shown_pin where id = $1 offset 0) p
where can_see(p.active, p.owner, p.visibility, p.deleted_at, $2)
