-- Where a link leads that is still good, and by whom it was made.
-- in: hash bytes, viewer int8
-- out: id int8, title text, author text, role text, invited_by text
select b.id, b.title, a.username as author, l.role, m.username as invited_by
from board_link l
join account m on m.id = l.made_by
join board b on b.id = l.board
join account a on a.id = b.owner
where l.hash = $1 and l.expires_at > now() and can_do('edit', b.id, l.made_by)
  and can_see_invited(a.is_active, b.owner, b.visibility, b.deleted_at, $2)
