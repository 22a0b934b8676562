-- A login, if the password it was made with is still the account's.  The row is
-- locked, so a change of the password, or the end of the account, either ends
-- this login with the others or is seen by it.
-- in: account int8, user_agent text, password text
-- out: id int8
insert into session (account, user_agent)
select a.id, coalesce($2, '')
from account a
where a.id = $1 and a.is_active and a.password = $3
for share of a
returning id
