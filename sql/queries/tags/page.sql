-- All tags, newest first.
-- in: page
-- out: id int8, tag_name text, item_count int4, _at time, _id int8
select t.id, t.tag_name, t.item_count, t.created_at as _at, t.id as _id
from tag t
where (t.created_at, t.id) < ($1, $2) -- keyset
order by t.created_at desc, t.id desc -- keyset
limit $3
