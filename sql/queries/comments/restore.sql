-- Brings back what one has removed, if one may see what it is on.
-- in: comment int8, viewer int8
-- out: id int8
update item i set deleted_at = null
from comment c
join item x on x.id = c.on_item
join account xo on xo.id = x.owner
where i.id = $1 and c.id = i.id and i.deleted_at is not null
  and c.removed_by = $2
  and can_see(xo.is_active, x.owner, x.visibility, x.deleted_at, $2)
returning i.id
