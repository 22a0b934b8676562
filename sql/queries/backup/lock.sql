-- One backup or restore at a time; while it is held no file of the media is
-- removed (media/may_remove.sql).  The session holds it.
-- out: held bool
select pg_try_advisory_lock(7274992) as held
