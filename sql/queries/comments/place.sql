-- Where a reply to this comment or reply goes, if the viewer may see it and
-- what it is on: to its parent or itself, and if it is a reply to its author.
-- Nobody removes either before this is done.
-- in: comment int8, viewer int8
-- out: item int8, parent int8, author int8
select c.on_item as item, coalesce(c.parent, c.id) as parent,
    case when c.parent is null then 0 else i.owner end as author
from comment c
join item i on i.id = c.id
join account o on o.id = i.owner
join item x on x.id = c.on_item
join account xo on xo.id = x.owner
where c.id = $1
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
  and can_see(xo.is_active, x.owner, x.visibility, x.deleted_at, $2)
for key share of x, i
