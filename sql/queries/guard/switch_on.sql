-- Switches the cache on, if it is off.
update cache_switch set off = false where off
