-- On which of the boards where the viewer may put something is an item that he
-- may see?  home: it was made there.
-- in: viewer int8, item int8
-- out: id int8, title text, secret bool, home bool
select b.id, b.title, not can_see(true, b.owner, b.visibility, null, 0) as secret,
    bi.home
from (
	select i.*, o.is_active
	from item i join account o on o.id = i.owner
	where i.id = $2 offset 0) i
join board_item bi on bi.item = i.id
cross join lateral (
	select * from board where id = bi.board offset 0) b
join account a on a.id = b.owner
where can_see(i.is_active, i.owner, i.visibility, i.deleted_at, $1)
  and board_role(b.id, b.owner, $1) in ('owner', 'editor', 'adder')
  and can_see_board(a.is_active, b.owner, b.visibility, b.deleted_at, b.id, $1)
order by bi.created_at desc, b.id desc
