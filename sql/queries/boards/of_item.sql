-- On which of the viewer's own boards is an item that he may see?
-- in: viewer int8, item int8
-- out: id int8, title text, secret bool
select b.id, b.title, not can_see(b.owner, b.visibility, null, 0) as secret
from item i
join board_item bi on bi.item = i.id
join board b on b.id = bi.board
where i.id = $2 and can_see(i.owner, i.visibility, i.deleted_at, $1)
  and b.owner = $1 and can_see(b.owner, b.visibility, null, $1)
order by bi.created_at desc, b.id desc
