-- A picture whose other sizes are still to be made.  Its owner is held first,
-- as by everybody who holds both: who is renamed and drops his old picture.
-- in: media int8
-- out: id int8, files text
with owner as materialized (
	select a.id from account a
	where a.id = (select owner from media where id = $1)
	for key share
)
select m.id, m.files from owner, media m
where m.id = $1 and not m.complete
for update of m
