-- An item of the viewer's, which is held, leaves the board that it was made on
-- for another one where he may put something.  Both are locked first, by id.
-- in: board int8, viewer int8, item int8
with held as materialized (
	select id from board
	where id in ($1, (select board from board_item where item = $3 and home))
	order by id for no key update
)
delete from board_item x
using item i
where x.item = $3 and x.home and x.board <> $1 and i.id = x.item
  and i.owner = $2 and can_do('add', $1, $2)
  and (select count(*) from held) > 0
