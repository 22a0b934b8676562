-- May a backup be restored here?  An error says why not.  pinwall.replace: the
-- site may have something in it.
do $$
declare
	others int;
	found int;
	tries int := 0;
	kind text;
begin
	if (select rolsuper from pg_roles where rolname = current_user) then
		raise exception 'a superuser would own what is restored: connect '
		    'as the role that owns the schema, as for pinwall migrate';
	end if;
	if not has_schema_privilege('public', 'create') then
		raise exception 'the role % may not make tables: connect as the '
		    'role that owns the schema, as for pinwall migrate',
		    current_user;
	end if;
	-- one that was just stopped is not gone at once
	loop
		perform pg_stat_clear_snapshot();
		select count(*) into others from pg_stat_activity
		where datname = current_database() and usesysid is not null
		  and pid <> pg_backend_pid();
		exit when others = 0 or tries >= 30;
		tries := tries + 1;
		perform pg_sleep(0.1);
	end loop;
	if others > 0 then
		raise exception 'the database is in use by % other session(s): '
		    'stop the site first', others;
	end if;
	if not pg_try_advisory_lock(7274992) then
		raise exception 'a backup or another restore is at work';
	end if;
	if current_setting('pinwall.replace', true) = 'on' then
		return;
	end if;
	foreach kind in array array['account', 'item', 'media'] loop
		continue when to_regclass('public.' || kind) is null;
		execute format('select count(*) from public.%I', kind) into found;
		if found > 0 then
			raise exception 'this site is not empty (%: % rows): give '
			    '--replace to empty it', kind, found;
		end if;
	end loop;
end $$;
