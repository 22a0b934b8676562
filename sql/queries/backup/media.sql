-- A page of all pictures, and what files each has.
-- in: after int8, n int8
-- out: id int8, files text, complete bool
select id, files, complete from media where id > $1 order by id limit $2
