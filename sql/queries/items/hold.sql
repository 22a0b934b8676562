-- Locks one's own item before it is removed: nothing can be put on it from now
-- on, so that the next statement sees all that is.
-- in: item int8, viewer int8
-- out: id int8
select id from item
where id = $1 and owner = $2 and deleted_at is null
for update
