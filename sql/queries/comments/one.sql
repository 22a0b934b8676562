-- One comment or reply that the viewer may see, with what it is on.
-- in: comment int8, viewer int8
-- out: id int8, item int8, parent int8, content text, to_profile json,
-- out: created_by json, created_at time, updated_at time, deleted bool,
-- out: replies json, num_replies int4, num_likes int4, liked json,
-- out: mentions json
select t.*
from shown_comment c
join item x on x.id = c.on_item
join account xo on xo.id = x.owner
cross join comment_shown(c, true, $2) t
where c.id = $1
  and can_see(c.active, c.owner, c.visibility, c.deleted_at, $2)
  and can_see(xo.is_active, x.owner, x.visibility, x.deleted_at, $2)
