-- Somebody else on a board that came.
-- in: account int8, board int8, who text, role text, at int8, accepted int8
-- out: account int8
insert into board_member (board, account, role, created_at, accepted_at,
    invited_by)
select b.id, a.id, $4, of_micros($5), of_micros(nullif($6, 0)), $1
from board b join account a on lower(a.username) = lower($3)
where b.owner = $1 and b.created_at = of_micros($2) and a.id <> $1
order by b.id limit 1
on conflict do nothing
returning account
