-- Is text kept as UTF-8?
-- out: is_utf8 bool
select current_setting('server_encoding') = 'UTF8' as is_utf8
