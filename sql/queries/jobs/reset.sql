-- The wish for a new password that a job answers.
-- in: id int8
-- out: email text, korean bool
select data->>'email' as email, data->>'lang' = 'ko' as korean
from job
where id = $1
