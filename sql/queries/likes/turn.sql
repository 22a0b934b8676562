-- Waits until nobody else turns this person's like of this item.
-- in: item int8, viewer int8
select pg_advisory_xact_lock(hashtextextended('like ' || $1 || ' ' || $2, 0))
