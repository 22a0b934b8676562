-- The viewer has read all up to this one.
-- in: viewer int8, newest int8
update notice set read_at = now()
where receiver = $1 and read_at is null and newest <= $2
