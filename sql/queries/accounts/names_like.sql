-- Which of these user names are taken?
-- in: names texts
-- out: username text
select lower(username) as username
from account
where lower(username) = any ($1)
