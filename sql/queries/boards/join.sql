-- The viewer becomes a member of a board by a link that is still good; who is
-- invited comes, who is one already stays as he is.
-- in: hash bytes, viewer int8
-- out: board int8
insert into board_member (board, account, role, accepted_at, invited_by)
select b.id, $2, l.role, clock_timestamp(), l.made_by
from board_link l
join board b on b.id = l.board
join account a on a.id = b.owner
where l.hash = $1 and l.expires_at > now() and can_do('edit', b.id, l.made_by)
  and b.owner <> $2
  and can_see_invited(a.is_active, b.owner, b.visibility, b.deleted_at, $2)
on conflict (board, account) do update
set accepted_at = coalesce(board_member.accepted_at, excluded.accepted_at)
returning board
