-- The account with an e-mail address, for a login or a reset.
-- in: email text
-- out: id int8, username text, email text, password text, is_active bool
select id, username, email, password, is_active
from account
where lower(email) = lower($1)
