-- The viewer's own boards, in the order that he gave them.
-- A board shows its first twelve pins.
-- in: viewer int8, page
-- out: id int8, title text, author text, pin_count int4, secret bool,
-- out: content text,
-- out: cover image, role text, members json, pin json, _at time, _id int8
select b.id, b.title, b.author, b.pin_count, b.secret, b.content, b.cover,
    b.role, b.members, b.pin, b.place as _at, b.id as _id
from shown_board($1, 12) b
where can_see_board(b.active, b.owner, b.visibility, b.deleted_at, b.id, $1)
  and (b.place, b.id) < ($2, $3) -- keyset
  and b.owner = $1
order by b.place desc, b.id desc -- keyset
limit $4
