-- The newest pins of one person.
-- in: viewer int8, author text, page
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, alt text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: _at time, _id int8
select p.id, p.author, boards_for(p.boards, $1) as boards, p.tag_set,
    p.created_at, p.updated_at,
    p.title, p.alt, p.image, p.image_url, p."media.width", p."media.height",
    p."media.colour", p."media.placeholder", p."media.animated",
    p."media.sizes",
    p.created_at as _at, p.id as _id
from shown_pin p
where can_see(p.active, p.owner, p.visibility, p.deleted_at, $1)
  and p.owner = (select id from account where lower(username) = lower($2))
  and (p.created_at, p.id) < ($3, $4) -- keyset
order by p.created_at desc, p.id desc -- keyset
limit $5
