-- What became of transactions, in their order; empty: not known.
-- in: xids int8s
-- out: state text
select coalesce(cache_state(u.xid::text::xid8), '') as state
from unnest($1) with ordinality u (xid, place)
order by u.place
