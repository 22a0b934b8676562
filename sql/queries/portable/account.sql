-- Somebody who has an account, by name.
-- in: username text
-- out: id int8
select id from account where lower(username) = lower($1)
