-- One import at a time; the session holds it.
-- out: held bool
select pg_try_advisory_lock(7274993) as held
