-- The address was proved, if it is still the account's.
-- in: account int8, email text
update account set email_verified_at = now()
where id = $1 and email = $2 and email_verified_at is null
