-- Boards in the viewer's trash, for good, so many at once.
-- in: viewer int8, most int8
with held as materialized (
	select id from board
	where owner = $1 and deleted_at is not null
	  and can_see_board(true, owner, visibility, null, id, $1)
	order by id limit $2
	for update
)
delete from board b using held h where b.id = h.id
