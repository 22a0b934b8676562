-- No transaction below it is in progress.
-- out: xid int8
select pg_snapshot_xmin(pg_current_snapshot())::text::int8 as xid
