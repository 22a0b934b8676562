-- One's own item, whatever its kind.
-- in: item int8, viewer int8
delete from item where id = $1 and owner = $2 and deleted_at is null
