-- Does this session hold the lock of lock.sql still?
-- out: held bool
select exists (
	select from pg_locks
	where locktype = 'advisory' and pid = pg_backend_pid() and granted
	  and classid = 0 and objid = 7274992 and mode = 'ExclusiveLock') as held
