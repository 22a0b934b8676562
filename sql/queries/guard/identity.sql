-- Which server this is, and since when it runs; no row while it recovers.
-- out: system int8, timeline int4, started time
select s.system_identifier as system, c.timeline_id as timeline,
    pg_postmaster_start_time() as started
from pg_control_system() s, pg_control_checkpoint() c
where not pg_is_in_recovery()
