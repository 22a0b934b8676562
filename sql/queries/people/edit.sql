-- Changes what is given of one's own account; a new address is unproved.  Empty
-- text, and a shoe size of 0, take back what was said; avatar -1 the picture.
-- in: account int8, username text, email text, avatar int8, user_name text,
-- in: profile_name text, introduction text, gender text, birthday text,
-- in: shoe_size int8, phone_number text
-- out: id int8
update account
set username = coalesce($2, username),
    email_verified_at = case when $3 is null or $3 = email
	then email_verified_at end,
    email = coalesce($3, email),
    avatar = case when $4 > 0 then $4 when $4 = 0 then avatar end,
    user_name = coalesce($5, user_name),
    profile_name = coalesce($6, profile_name),
    introduction = coalesce($7, introduction),
    gender = case when $8::text is null then gender
	else nullif($8::text, '') end,
    birthday = case when $9::text is null then birthday
	else nullif($9::text, '')::date end,
    shoe_size = case when $10 < 0 then shoe_size
	else nullif($10, 0)::smallint end,
    phone_number = case when $11::text is null then phone_number
	else nullif($11::text, '') end
where id = $1 and is_active
returning id
