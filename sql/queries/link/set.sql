-- Settings of a connection, the first that is asked on it: name=value, a line each.
-- And whether what answers takes changes, which a standby does not.
-- in: settings text
-- out: writable bool
select count(set_config(split_part(line, '=', 1), substr(line, strpos(line, '=') + 1), false)) > 0
    and current_setting('transaction_read_only') = 'off' as writable
from string_to_table($1, e'\n') line
