-- How many rows of the outbox up to one, and how many requests, the guardian
-- has not taken yet.
-- in: last int8
-- out: told int8, asked int8
select (select count(*) from cache_outbox where id <= $1) as told,
    (select count(*) from cache_fence) as asked
