-- After the schema was brought up to date.  What the index of a host was to be
-- told is not in a backup, so it reads all again; pinwall.media: the rows there were.
set search_path = public;
set constraints all immediate;
do $$
declare
	found bigint := (select count(*) from media);
begin
	if found <> current_setting('pinwall.media')::bigint then
		raise exception 'the backup has % pictures and should have %',
		    found, current_setting('pinwall.media');
	end if;
	insert into index_outbox (item, owner, host)
	select 0, 0, name from index_host;
	if current_setting('pinwall.end_sessions', true) = 'on' then
		update session set revoked_at = now() where revoked_at is null;
	end if;
end $$;
-- of those that are not ours it would say that it leaves them out
set client_min_messages = error;
analyze;
