-- What is seen on a pin's picture, for those who do not see it.

alter table pin add column alt text not null default ''
    check (length(alt) <= 500);

create or replace view shown_pin as
select i.id, i.owner, i.visibility, i.deleted_at,
    a.username as author,
    l.boards, l.tags as tag_set,
    i.created_at, i.edited_at as updated_at, p.title, m.image, p.image_url,
    m.width as "media.width", m.height as "media.height",
    m.colour as "media.colour", m.placeholder as "media.placeholder",
    m.frames > 1 as "media.animated", m.files as "media.sizes",
    a.is_active as active, p.alt
from item i
join account a on a.id = i.owner
join pin p on p.id = i.id
join item_list l on l.item = i.id
join media m on m.id = p.media
where i.kind = 'pin';
