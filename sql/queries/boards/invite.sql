-- Invites somebody to a board; whoever is not its owner lets nobody change it.
-- No row: there is nobody of this name who could be invited.
-- in: board int8, viewer int8, username text, role text
-- out: account int8
insert into board_member (board, account, role, invited_by)
select b.id, o.id, $4, $2
from board b, account o
where b.id = $1 and can_do(case $4 when 'editor' then 'own' else 'edit' end,
    b.id, $2)
  and lower(o.username) = lower($3) and o.id <> b.owner
  and can_see(o.is_active, o.id, 0::smallint, null, $2)
  and can_see(o.is_active, o.id, 0::smallint, null, b.owner)
returning account
