-- A job that failed is due again after 2^n seconds, or dead after `tries`.
-- in: id int8, tries int8, reason text
update job
set attempts = attempts + 1,
    error = $3,
    run_at = now() + interval '1 second' * (2 ^ least(attempts, 12)),
    dead_at = case when attempts + 1 >= $2 then now() end
where id = $1
