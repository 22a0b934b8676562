-- Is the cache switched off?  How often that was done; 0 if it is on.
-- out: turns int8
select case when off then turns else 0 end as turns from cache_switch
