-- Can the viewer see this item?
-- in: item int8, viewer int8
-- out: id int8
select id from item
where id = $1 and can_see(owner, visibility, deleted_at, $2)
