-- May files be removed?  Not while a backup copies them: it has files of rows
-- that were there when it began.  Held until the transaction ends, so that a
-- backup which begins meanwhile waits for that.
-- out: may bool
select pg_try_advisory_xact_lock_shared(7274992) as may
