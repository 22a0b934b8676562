-- Waits until nobody else makes a token for this purpose, so that the next one
-- sees those that it makes void.
-- in: account int8, purpose text
select pg_advisory_xact_lock(hashtextextended('mail ' || $1 || ' ' || $2, 0))
