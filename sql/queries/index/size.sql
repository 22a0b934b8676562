-- How many items an index made now would have, and the last of them.
-- out: items int8, last int8
select count(*) as items, coalesce(max(id), 0) as last
from item
where kind = 'pin' and can_see(owner, visibility, deleted_at, 0)
