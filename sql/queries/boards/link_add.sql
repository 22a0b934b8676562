-- A link to a board, for a week; whoever is not its owner lets nobody change it.
-- in: board int8, viewer int8, role text, hash bytes
-- out: id int8, role text, expires_at time
insert into board_link (board, role, hash, made_by, expires_at)
select b.id, $3, $4, $2, now() + interval '7 days'
from board b
where b.id = $1 and can_do(case $3 when 'editor' then 'own' else 'edit' end,
    b.id, $2)
returning id, role, expires_at
