-- Removes all that is in the schema, and not the schema: it has the rights that
-- were set up for tables to come.  The names are read before the first goes.
do $$
declare
	what text;
begin
	foreach what in array array(
		select format('drop %s if exists %s cascade',
		    case relkind when 'v' then 'view'
		    when 'm' then 'materialized view'
		    when 'S' then 'sequence' else 'table' end, c.oid::regclass)
		from pg_class c
		where relnamespace = 'public'::regnamespace
		  and relkind in ('r', 'p', 'v', 'm', 'S')
		  and not exists (select from pg_depend d
		    where d.objid = c.oid and d.deptype in ('e', 'i', 'a'))
		order by c.oid)
	loop
		execute what;
	end loop;
	foreach what in array array(
		select format('drop routine if exists %s cascade',
		    p.oid::regprocedure)
		from pg_proc p
		where pronamespace = 'public'::regnamespace
		  and not exists (select from pg_depend d
		    where d.objid = p.oid and d.deptype = 'e')
		order by p.oid)
	loop
		execute what;
	end loop;
	foreach what in array array(
		select format('drop type if exists %s cascade', t.oid::regtype)
		from pg_type t
		where typnamespace = 'public'::regnamespace
		  and typtype in ('c', 'd', 'e', 'r')
		  and not exists (select from pg_depend d
		    where d.objid = t.oid and d.deptype in ('e', 'i'))
		order by t.oid)
	loop
		execute what;
	end loop;
end $$;
