-- No bookmark of an item that is held.
-- in: item int8, viewer int8
delete from bookmark where item = $1 and account = $2
