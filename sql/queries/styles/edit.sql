-- Changes what is given of one's own style post (null, or a ratio of 0: not
-- given); its pictures stay as they are.
-- in: post int8, viewer int8, content text, image_ratio float8
-- out: id int8
with touched as (
	update item set edited_at = clock_timestamp()
	where id = $1 and owner = $2 and kind = 'style'
	  and can_see(true, owner, visibility, deleted_at, $2)
	returning id
)
update style s
set content = coalesce($3, s.content),
    image_ratio = case when $4 > 0 then $4 else s.image_ratio end
from touched t
where s.id = t.id
returning s.id
