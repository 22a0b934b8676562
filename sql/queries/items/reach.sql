-- What can be liked, saved and commented on, if the viewer may see it; comments
-- are seen with what they are on.  kind: reply for a comment that is one.
-- in: item int8, viewer int8
-- out: id int8, kind text, mine bool
select i.id, case when c.parent is null then i.kind::text else 'reply' end
	as kind, i.owner = $2 as mine
from item i
join account o on o.id = i.owner
left join comment c on c.id = i.id
left join item x on x.id = c.on_item
left join account xo on xo.id = x.owner
where i.id = $1
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
  and (c.id is null or can_see(xo.is_active, x.owner, x.visibility,
    x.deleted_at, $2))
