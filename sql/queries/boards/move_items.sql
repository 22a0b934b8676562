-- As remove_items, and puts them on another board, which is held too, in their
-- order; an item's home goes with it.  section 0: in none.
-- in: board int8, viewer int8, items int8s, other int8, section int8
with gone as (
	delete from board_item
	where board = $1 and item = any ($3) and can_do('add', $1, $2)
	  and (added_by = $2 or can_do('edit', $1, $2)) and can_do('add', $4, $2)
	returning item, home, place
)
insert into board_item (board, item, added_by, home, section)
select $4, item, $2, home, nullif($5, 0) from gone
order by place, item
on conflict (board, item) do update
set home = board_item.home or excluded.home
