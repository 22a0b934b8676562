-- May the role write what every site writes?
-- out: may bool
select coalesce(bool_and(has_table_privilege(c.oid, 'insert')
    and has_table_privilege(c.oid, 'update')
    and has_table_privilege(c.oid, 'delete')), false) as may
from pg_class c
where c.relnamespace = 'public'::regnamespace
    and c.relname in ('account', 'item', 'pin', 'board', 'job', 'cache_outbox')
