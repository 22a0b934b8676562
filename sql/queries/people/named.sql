-- The account of a name.
-- in: username text
-- out: id int8
select id from account where lower(username) = lower($1) and is_active
