-- A comment or reply whose replies the viewer may see, as those of a stub: what
-- it is on can be seen.
-- in: comment int8, viewer int8
-- out: id int8, reply bool
select c.id, c.parent is not null as reply
from comment c
join item x on x.id = c.on_item
join account xo on xo.id = x.owner
left join item i on i.id = c.id
left join account o on o.id = i.owner
join item_count n on n.item = c.id
where c.id = $1
  and can_see(xo.is_active, x.owner, x.visibility, x.deleted_at, $2)
  and (n.comments > 0
    or can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2))
