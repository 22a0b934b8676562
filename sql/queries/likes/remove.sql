-- No like of an item that is held.
-- in: item int8, viewer int8
delete from item_like where item = $1 and account = $2
