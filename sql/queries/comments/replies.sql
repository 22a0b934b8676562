-- The replies to a comment, from the oldest on: the key is their number,
-- negative.
-- in: comment int8, viewer int8, turned page
-- out: id int8, item int8, parent int8, content text, to_profile json,
-- out: created_by json, created_at time, updated_at time, deleted bool,
-- out: replies json, num_replies int4, num_likes int4, liked json,
-- out: mentions json, _at int8, _id int8
with listed as (
	select c, -c.id as key
	from shown_comment c
	where c.parent = $1
	  and can_list(c.active, c.owner, c.visibility, c.deleted_at, c.id, $2)
	  and (-c.id, -c.id) < ($3, $4) -- keyset
	order by -c.id desc -- keyset
	limit $5
)
select t.*, l.key as _at, l.key as _id
from listed l cross join comment_shown(l.c, true, $2) t
order by l.key desc -- keyset
