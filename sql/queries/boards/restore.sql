-- One's own board comes back from the trash.
-- in: board int8, viewer int8
-- out: id int8
update board set deleted_at = null
where id = $1 and owner = $2 and deleted_at is not null
  and can_see_board(true, owner, visibility, null, id, $2)
returning id
