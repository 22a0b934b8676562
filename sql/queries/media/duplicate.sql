-- A person's own pin of exactly the same bytes, with a board it is on.
-- in: owner int8, sha256 bytes
-- out: pin int8, title text, board text
select p.id as pin, p.title,
    (select b.title from board_item bi join board b on b.id = bi.board
     where bi.item = p.id and b.owner = $1
       and can_see_board(true, b.owner, b.visibility, b.deleted_at, b.id, $1)
     order by bi.created_at limit 1) as board
from media m
join pin p on p.media = m.id
join item i on i.id = p.id
where m.owner = $1 and m.sha256 = $2
  and can_see(true, i.owner, i.visibility, i.deleted_at, $1)
order by p.id
limit 1
