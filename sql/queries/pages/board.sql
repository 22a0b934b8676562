-- What the page of a board says of it, with its cover or its first picture.
-- in: board int8, viewer int8
-- out: title text, author text, pins int8, content text, image text
select b.title, b.author, b.pin_count::int8 as pins, b.content,
    coalesce(media_url(b.cover), b.pin -> 0 ->> 'image') as image
from shown_board($2, 1) b
where b.id = $1 and can_see_board(b.active, b.owner, b.visibility,
    b.deleted_at, b.id, $2)
