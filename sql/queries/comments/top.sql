-- The comments on an item that are liked most, as page.
-- in: item int8, viewer int8, rank page
-- out: id int8, item int8, parent int8, content text, to_profile json,
-- out: created_by json, created_at time, updated_at time, deleted bool,
-- out: replies json, num_replies int4, num_likes int4, liked json,
-- out: mentions json, _at int8, _id int8
with listed as (
	select c, n.rank, n.item, can_list(c.active, c.owner, c.visibility,
	    c.deleted_at, c.id, $2) is true as seen
	from item_count n join shown_comment c on c.id = n.item
	where n.thread = $1
	  and (n.rank, n.item) < ($3, $4) -- keyset
	  and (c.comments > 0 or can_list(c.active, c.owner, c.visibility,
	    c.deleted_at, c.id, $2))
	order by n.rank desc, n.item desc -- keyset
	limit $5
)
select t.*, l.rank::int8 as _at, l.item as _id
from listed l cross join comment_shown(l.c, l.seen, $2) t
order by l.rank desc, l.item desc -- keyset
