-- Is there this person, for the viewer?
-- in: person int8, viewer int8
-- out: id int8
select a.id from account a
where a.id = $1 and can_see(a.is_active, a.id, 0::smallint, null, $2)
