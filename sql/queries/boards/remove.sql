-- One's own board; its pins stay where they are otherwise.
-- in: board int8, viewer int8
delete from board where id = $1 and owner = $2
