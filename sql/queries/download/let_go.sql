-- The end of hold.
-- in: id int8
-- out: was bool
select pg_advisory_unlock((7274994::bigint << 32) + $1) as was
