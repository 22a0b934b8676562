-- One's own board goes to the trash, at the moment of this transaction; its pins
-- stay where they are otherwise.
-- in: board int8, viewer int8
update board set deleted_at = now()
where id = $1 and deleted_at is null and can_do('own', id, $2)
