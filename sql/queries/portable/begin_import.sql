-- A closed account for somebody who comes.
-- in: username text, email text, verified bool, created int8, user_name text,
-- in: profile_name text, introduction text, gender text, birthday text,
-- in: shoe_size int8, phone_number text
-- out: id int8
with new as (
	insert into account (username, email, email_verified_at, password,
	    is_active, created_at, user_name, profile_name, introduction, gender,
	    birthday, shoe_size, phone_number)
	values ($1, $2, case when $3 then now() end, '!', false,
	    of_micros($4), $5, $6, $7, $8, $9::date,
	    nullif($10, 0)::smallint, $11)
	returning id
), noted as (
	insert into account_import (account) select id from new
)
select id from new
