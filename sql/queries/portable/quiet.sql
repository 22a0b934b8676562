-- What is done in this transaction is no news to anybody.
-- out: was text
select set_config('pinwall.quiet', 'on', true) as was
