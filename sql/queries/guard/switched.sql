-- The switch of the cache.
-- out: off bool, turns int8
select off, turns from cache_switch
