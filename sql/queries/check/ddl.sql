-- May the role change the schema?
-- out: may bool
select has_schema_privilege('public', 'create')
    or has_database_privilege(current_database(), 'create')
    or exists (
	select from pg_class
	where relnamespace = 'public'::regnamespace and pg_has_role(relowner, 'usage')
    ) as may
