-- Requests of transactions that are over.
-- in: ids int8s
delete from cache_fence where id = any ($1)
