-- A job that was done.
-- in: id int8
delete from job where id = $1
