-- An xid of this statement's own, which is over when it is told.
-- out: xid int8
select pg_current_xact_id()::text::int8 as xid
