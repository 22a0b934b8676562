-- Tags that a person follows, newest first.
-- in: username text, page
-- out: id int8, tag_name text, item_count int4, _at time, _id int8
select t.id, t.tag_name, t.item_count, f.created_at as _at, t.id as _id
from tag_follow f
join tag t on t.id = f.tag
where f.account = (select id from account where lower(username) = lower($1))
  and (f.created_at, f.tag) < ($2, $3) -- keyset
order by f.created_at desc, f.tag desc -- keyset
limit $4
