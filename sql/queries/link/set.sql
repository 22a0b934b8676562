-- Settings of a connection, the first that is asked on it: name=value, a line each.
-- And whether what answers takes changes.  A standby does not; nor does one that has
-- lost the standby its commits wait for: it led, and another may lead by now.
-- in: settings text
-- out: writable bool
select count(set_config(split_part(line, '=', 1), substr(line, strpos(line, '=') + 1), false)) > 0
    and current_setting('transaction_read_only') = 'off'
    and (current_setting('synchronous_standby_names') = ''
        or exists (select from pg_stat_replication
            where coalesce(sync_state, 'sync') in ('sync', 'quorum'))) as writable
from string_to_table($1, e'\n') line
