-- The newest comments on an item, each with its first replies.  One that the
-- viewer may not see is a stub if it was replied to, else left out.
-- in: item int8, viewer int8, page
-- out: id int8, item int8, parent int8, content text, to_profile json,
-- out: created_by json, created_at time, updated_at time, deleted bool,
-- out: replies json, num_replies int4, num_likes int4, liked json,
-- out: mentions json, _at time, _id int8
with listed as (
	select c, c.created_at, c.id, can_list(c.active, c.owner, c.visibility,
	    c.deleted_at, c.id, $2) is true as seen
	from shown_comment c
	where c.on_item = $1 and c.parent is null
	  and (c.created_at, c.id) < ($3, $4) -- keyset
	  and (c.comments > 0 or can_list(c.active, c.owner, c.visibility,
	    c.deleted_at, c.id, $2))
	order by c.created_at desc, c.id desc -- keyset
	limit $5
)
select t.*, l.created_at as _at, l.id as _id
from listed l cross join comment_shown(l.c, l.seen, $2) t
order by l.created_at desc, l.id desc -- keyset
