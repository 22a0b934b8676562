-- What the page of a board says of it, with its first picture.
-- in: board int8, viewer int8
-- out: title text, author text, pins int8, image text
select b.title, a.username as author, b.item_count::int8 as pins,
    (select media_url(m.image)
     from board_item bi
     join item i on i.id = bi.item
     join pin p on p.id = i.id
     join media m on m.id = p.media
     where bi.board = b.id
       and can_see(i.owner, i.visibility, i.deleted_at, $2)
     order by bi.place desc, bi.item desc limit 1) as image
from board b
join account a on a.id = b.owner
where b.id = $1 and can_see(b.owner, b.visibility, null, $2)
