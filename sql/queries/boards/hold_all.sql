-- Locks all boards of a person before one of them is moved, by id, so that the
-- next statement sees where they are, and may move them all.
-- in: viewer int8
-- out: id int8
select id from board where owner = $1 and deleted_at is null
order by id for no key update
