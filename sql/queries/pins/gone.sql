-- Was this pin deleted, and would the viewer see it otherwise?
-- in: pin int8, viewer int8
-- out: id int8
select i.id from item i join account o on o.id = i.owner
where i.id = $1 and i.kind = 'pin' and i.deleted_at is not null
  and can_see(o.is_active, i.owner, i.visibility, null, $2)
