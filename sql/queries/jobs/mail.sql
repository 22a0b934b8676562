-- The mail that a job sends.
-- in: id int8
-- out: recipient text, subject text, body text
select data->>'to' as recipient, data->>'subject' as subject,
    data->>'text' as body
from job
where id = $1
