-- Changes one's own comment or reply.
-- in: comment int8, viewer int8, content text
-- out: id int8
update comment c
set content = coalesce($3, c.content),
    edited_at = case when $3 is null then c.edited_at
	else clock_timestamp() end
from item i join account o on o.id = i.owner
where c.id = $1 and i.id = c.id and i.owner = $2
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
returning c.id
