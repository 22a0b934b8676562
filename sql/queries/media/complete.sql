-- All sizes of a picture are stored.
-- in: media int8, files text
update media set files = $2, complete = true where id = $1
