-- Pins as every list and page shows them: the one place that knows what that
-- is.  Columns have the names of the API's fields; the others are for whoever
-- asks: owner, visibility and deleted_at are what can_see wants to know.
create view shown_pin as
select i.id, i.owner, i.visibility, i.deleted_at,
    a.username as author,
    l.boards, l.tags as tag_set,
    i.created_at, i.edited_at as updated_at, p.title, m.image, p.image_url,
    m.width as "media.width", m.height as "media.height",
    m.colour as "media.colour", m.placeholder as "media.placeholder",
    m.frames > 1 as "media.animated", m.files as "media.sizes"
from item i
join account a on a.id = i.owner
join pin p on p.id = i.id
join item_list l on l.item = i.id
join media m on m.id = p.media
where i.kind = 'pin';
