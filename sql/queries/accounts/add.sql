-- A new account.
-- in: username text, email text, password text
-- out: id int8
insert into account (username, email, password)
values ($1, $2, $3)
returning id
