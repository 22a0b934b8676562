-- The members of a board that the viewer may see, who joined first, first; who
-- is only invited, for those who may invite.
-- in: board int8, viewer int8
-- out: id int8, username text, avatar image, role text, accepted bool,
-- out: created_at time
select o.id, o.username, av.image as avatar, m.role,
    m.accepted_at is not null as accepted, m.created_at
from board b
join account a on a.id = b.owner
join board_member m on m.board = b.id
join account o on o.id = m.account
left join media av on av.id = o.avatar
where b.id = $1
  and can_see_board(a.is_active, b.owner, b.visibility, b.deleted_at, b.id, $2)
  and can_see(o.is_active, o.id, 0::smallint, null, $2)
  and (m.accepted_at is not null or can_do('edit', b.id, $2))
order by m.accepted_at, m.created_at, m.account
limit 500
