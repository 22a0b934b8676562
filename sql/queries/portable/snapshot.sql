-- Transactions of this session from here on are of one moment each, or again of
-- the moments of their statements.
-- in: one bool
-- out: was text
select set_config('default_transaction_isolation',
    case when $1 then 'repeatable read' else 'read committed' end, false) as was
