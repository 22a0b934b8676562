-- Who likes an item, the latest first.
-- in: item int8, viewer int8, page
-- out: from_profile json, created_at time, _at time, _id int8
select person_json(l.account, $2) as from_profile, l.created_at,
    l.created_at as _at, l.account as _id
from item_like l
join account o on o.id = l.account
where l.item = $1 and can_see(o.is_active, o.id, 0::smallint, null, $2)
  and (l.created_at, l.account) < ($3, $4) -- keyset
order by l.created_at desc, l.account desc -- keyset
limit $5
