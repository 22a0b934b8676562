-- Changes what is given of one's own account; a new address is unproved.
-- in: account int8, username text, email text, avatar int8
-- out: id int8
update account
set username = coalesce($2, username),
    email_verified_at = case when $3 is null or $3 = email
	then email_verified_at end,
    email = coalesce($3, email),
    avatar = case when $4 > 0 then $4 else avatar end
where id = $1 and is_active
returning id
