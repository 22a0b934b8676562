-- How many connections there may be, without those that are an administrator's.
-- out: most int8
select current_setting('max_connections')::int8
    - current_setting('superuser_reserved_connections')::int8 as most
