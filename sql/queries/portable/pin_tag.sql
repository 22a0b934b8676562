-- A tag of an item that came.
-- in: account int8, at int8, tag text
-- out: item int8
insert into item_tag (item, tag, created_at)
select i.id, t.id, i.created_at
from (select id, created_at from item
    where owner = $1 and created_at = of_micros($2) order by id limit 1) i
join tag t on lower(t.tag_name) = lower($3)
on conflict do nothing
returning item
