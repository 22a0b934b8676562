-- A tag, and with it its place on items.
-- in: tag int8
delete from tag where id = $1
