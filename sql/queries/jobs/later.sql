-- A job that is due in some seconds.
-- in: kind text, arg int8, data json, seconds int8
insert into job (kind, arg, data, run_at)
values ($1, $2, $3, now() + interval '1 second' * $4)
