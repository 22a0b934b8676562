-- One tag; does the viewer follow it?
-- in: tag int8, viewer int8
-- out: id int8, tag_name text, item_count int4, following bool
select t.id, t.tag_name, t.item_count,
    case when $2 > 0 then exists (select from tag_follow f
	where f.account = $2 and f.tag = t.id) end as following
from tag t
where t.id = $1
