-- What is to be fenced or released for others, of one snapshot: requests that
-- are not both fenced and in progress, then rows of the outbox (xid 0).  Of
-- each one more than is taken at a time.  A row of the state "switch" is of
-- none of them: id is how often the cache was switched off, and fenced whether it
-- is.
-- in: most int8
-- out: id int8, xid int8, state text, fenced bool, tags text
(select turns as id, 0::int8 as xid, 'switch' as state, off as fenced, '' as tags
from cache_switch)
union all
(select id, xid::text::int8 as xid, coalesce(cache_state(xid), '') as state,
    fenced, array_to_string(tags, e'\n') as tags
from cache_fence
where not (fenced and coalesce(cache_state(xid), '') = 'in progress')
order by id
limit $1 + 1)
union all
(select id, 0, 'committed', false, array_to_string(tags, e'\n')
from cache_outbox
order by id
limit $1 + 1)
