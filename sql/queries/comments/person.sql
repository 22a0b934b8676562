-- Somebody whom the viewer may see and answer.
-- in: person int8, viewer int8
-- out: id int8
select o.id from account o
where o.id = $1 and can_see(o.is_active, o.id, 0::smallint, null, $2)
