-- Can the viewer see this pin?
-- in: pin int8, viewer int8
-- out: id int8
select i.id from (select * from item where id = $1 offset 0) i
join account o on o.id = i.owner
where i.kind = 'pin'
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
