-- Can the viewer see this board?
-- in: board int8, viewer int8
-- out: id int8
select id from board where id = $1 and can_see(owner, visibility, null, $2)
