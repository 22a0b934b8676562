-- 150004 is 15.4.
-- out: version int8
select current_setting('server_version_num')::int8 as version
