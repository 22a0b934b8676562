-- in: account int8, password text
-- A new password hash.
update account set password = $2 where id = $1 and is_active
