-- Switches the cache off, unless it is.  How often that was done.
-- out: turns int8
update cache_switch
set turns = turns + (not off)::int, off = true
returning turns
