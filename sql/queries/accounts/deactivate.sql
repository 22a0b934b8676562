-- The account is closed, and its rows stay.
-- in: account int8
-- out: id int8
update account set is_active = false where id = $1 and is_active returning id
