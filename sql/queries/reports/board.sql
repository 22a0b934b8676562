-- Somebody reports a board that they see; once until it is judged.
-- in: board int8, viewer int8, reason text, note text
-- out: mine bool
with thing as (
	select b.id, b.owner = $2 as mine
	from board b join account o on o.id = b.owner
	where b.id = $1 and can_see_board(o.is_active, b.owner, b.visibility,
	    b.deleted_at, b.id, $2)
), added as (
	insert into report (reporter, board, reason, note)
	select $2, id, $3, $4 from thing where not mine
	on conflict (reporter, board) where board is not null
	    and closed_at is null do nothing
)
select mine from thing
