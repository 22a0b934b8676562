-- Requests of transactions in progress that are fenced now.
-- in: ids int8s
update cache_fence set fenced = true where id = any ($1)
