-- Removes a comment or reply: one's own, or any on what is one's own.  It is marked
-- as gone here, and not by the trigger: a row that is changed twice has its keys
-- looked up again, which would lock what it is on, too late.
-- in: comment int8, viewer int8
-- out: id int8
with gone as (
	update item i set deleted_at = clock_timestamp()
	from comment c join item x on x.id = c.on_item
	where i.id = $1 and c.id = i.id and i.deleted_at is null
	  and $2 in (i.owner, x.owner)
	returning i.id
)
update comment c set removed_by = $2, there = false from gone
where c.id = gone.id
returning c.id
