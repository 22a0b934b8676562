-- Which server this is, and since when it runs; no row while it recovers.  The
-- timeline is that of what is being written: the last checkpoint still has the
-- old one just after a standby was promoted.
-- out: system int8, timeline int4, started time
select s.system_identifier as system,
    ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int4 as timeline,
    pg_postmaster_start_time() as started
from pg_control_system() s
where not pg_is_in_recovery()
