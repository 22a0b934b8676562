-- May the viewer see this person?
-- in: account int8, viewer int8
-- out: id int8
select id from account
where id = $1 and can_see(is_active, id, 0::smallint, null, $2)
