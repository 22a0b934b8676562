-- A login.
-- in: account int8, user_agent text
-- out: id int8
insert into session (account, user_agent) values ($1, coalesce($2, ''))
returning id
