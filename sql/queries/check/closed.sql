-- How many tables the role cannot read.
-- out: tables int8
select count(*) as tables
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
    and not has_table_privilege(c.oid, 'select')
