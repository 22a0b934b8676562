-- Waits until nobody else mutes something for the viewer, so that what is counted
-- next is what there is.
-- in: viewer int8
select pg_advisory_xact_lock(hashtextextended('mute ' || $1, 0))
