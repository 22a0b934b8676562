-- Is there a schema at all, with its history?
-- out: has bool
select to_regclass('public.schema_migration') is not null as has
