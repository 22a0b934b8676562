-- The pins of one board, in the order they were put there, newest first.
-- in: viewer int8, board int8, page
-- out: id int8, author text, boards json, tag_set json, created_at time,
-- out: updated_at time, title text, image image, image_url text,
-- out: media.width int4, media.height int4, media.colour text,
-- out: media.placeholder text, media.animated bool, media.sizes files,
-- out: _at time, _id int8
select i.id,
    a.username as author,
    l.boards, l.tags as tag_set,
    i.created_at, i.edited_at as updated_at, p.title, m.image, p.image_url,
    m.width as "media.width", m.height as "media.height",
    m.colour as "media.colour", m.placeholder as "media.placeholder",
    m.frames > 1 as "media.animated", m.files as "media.sizes",
    bi.created_at as _at, i.id as _id
from board bo
join board_item bi on bi.board = bo.id
join item i on i.id = bi.item
join account a on a.id = i.owner
join pin p on p.id = i.id
join item_list l on l.item = i.id
join media m on m.id = p.media
where bo.id = $2 and can_see(bo.owner, bo.visibility, null, $1)
  and can_see(i.owner, i.visibility, i.deleted_at, $1)
  and (bi.created_at, bi.item) < ($3, $4) -- keyset
order by bi.created_at desc, bi.item desc -- keyset
limit $5
