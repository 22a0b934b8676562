-- Rows of the outbox that have been told.
-- in: ids int8s
delete from cache_outbox where id = any ($1)
