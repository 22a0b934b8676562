-- A new account.  No row: a name or the address is taken, perhaps just now.
-- in: username text, email text, password text
-- out: id int8
insert into account (username, email, password)
values ($1, $2, $3)
on conflict do nothing
returning id
