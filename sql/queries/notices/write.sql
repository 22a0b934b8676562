-- Does what a job says: tells somebody of something, or takes it back.
-- in: job int8
select notice_write((j.data->>'topic')::notice_kind,
    (j.data->>'actor')::bigint, (j.data->>'source')::bigint)
from job j
where j.id = $1
