-- Boards that the viewer was invited to, and by whom, the last first.
-- in: viewer int8
-- out: id int8, title text, author text, role text, invited_by text,
-- out: created_at time
select b.id, b.title, a.username as author, m.role, i.username as invited_by,
    m.created_at
from board_member m
join board b on b.id = m.board
join account a on a.id = b.owner
left join account i on i.id = m.invited_by
where m.account = $1 and m.accepted_at is null
  and can_see_invited(a.is_active, b.owner, b.visibility, b.deleted_at, $1)
order by m.created_at desc, m.board desc
limit 200
