-- An export is made by one process, which holds this until it says otherwise or
-- has gone.
-- in: id int8
-- out: held bool
select pg_try_advisory_lock((7274994::bigint << 32) + $1) as held
