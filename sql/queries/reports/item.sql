-- Somebody reports an item that they see; once until it is judged.
-- in: item int8, viewer int8, reason text, note text
-- out: mine bool
with thing as (
	select i.id, i.owner = $2 as mine
	from item i
	join account o on o.id = i.owner
	left join comment c on c.id = i.id
	left join item x on x.id = c.on_item
	left join account xo on xo.id = x.owner
	where i.id = $1
	  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
	  and (c.id is null or can_see(xo.is_active, x.owner, x.visibility,
	    x.deleted_at, $2))
), added as (
	insert into report (reporter, item, reason, note)
	select $2, id, $3, $4 from thing where not mine
	on conflict (reporter, item) where item is not null and closed_at is null
	do nothing
)
select mine from thing
