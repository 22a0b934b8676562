-- A picture whose other sizes are still to be made.
-- in: media int8
-- out: id int8, files text
select id, files from media where id = $1 and not complete
for update
