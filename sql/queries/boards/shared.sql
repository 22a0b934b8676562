-- Boards of others that the viewer was let in, the last first.
-- in: viewer int8
-- out: id int8, title text, author text, pin_count int4, secret bool,
-- out: content text, cover image, role text, members json, pin json
select b.id, b.title, b.author, b.pin_count, b.secret, b.content, b.cover,
    b.role, b.members, b.pin
from board_member m
join shown_board($1, 12) b on b.id = m.board
where m.account = $1 and m.accepted_at is not null
  and can_see_board(b.active, b.owner, b.visibility, b.deleted_at, b.id, $1)
order by m.created_at desc, m.board desc
limit 200
