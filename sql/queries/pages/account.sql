-- Who has this name, without regard to case.
-- in: username text
-- out: id int8
select id from account where lower(username) = lower($1) and is_active
