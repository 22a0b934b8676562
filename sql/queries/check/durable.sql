-- Is what is acknowledged safe on disk?
-- out: is_durable bool
select current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on'
    and current_setting('synchronous_commit') <> 'off' as is_durable
