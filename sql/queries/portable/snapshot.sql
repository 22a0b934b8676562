-- Transactions of this session from here on are of one moment each.
-- out: was text
select set_config('default_transaction_isolation', 'repeatable read', false)
    as was
