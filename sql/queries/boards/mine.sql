-- Is this board one's own?
-- in: board int8, viewer int8
-- out: id int8, title text
select id, title from board where id = $1 and owner = $2
