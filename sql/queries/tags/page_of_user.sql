-- Tags that a person follows, newest first, if the viewer may see them.
-- in: username text, viewer int8, page
-- out: id int8, tag_name text, item_count int4, _at time, _id int8
select t.id, t.tag_name, t.item_count, f.created_at as _at, t.id as _id
from account a
join tag_follow f on f.account = a.id
join tag t on t.id = f.tag
where a.id = (select id from account where lower(username) = lower($1))
  and can_see(a.is_active, a.id, 0::smallint, null, $2)
  and (f.created_at, f.tag) < ($3, $4) -- keyset
order by f.created_at desc, f.tag desc -- keyset
limit $5
