-- Is it fenced?  Whose row is gone was served, and more than that.
-- in: id int8
-- out: fenced bool
select coalesce(bool_or(fenced), true) as fenced
from cache_fence
where id = $1
