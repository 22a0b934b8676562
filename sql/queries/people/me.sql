-- One's own account with all that was said in it.
-- in: account int8
-- out: id int8, username text, user_name text, profile_name text,
-- out: introduction text, avatar image, email text, email_verified bool,
-- out: gender text, birthday text, shoe_size int4, phone_number text,
-- out: num_posts int4, follower_count int4, following_count int4,
-- out: is_staff bool, created_at time
select p.id, p.username, p.user_name, p.profile_name, p.introduction,
    p.image as avatar, a.email, a.email_verified_at is not null
	as email_verified,
    a.gender, to_char(a.birthday, 'YYYY-MM-DD') as birthday,
    a.shoe_size::int4 as shoe_size, a.phone_number,
    p.num_posts, p.follower_count, p.following_count, a.is_staff,
    p.created_at
from account a
join shown_person p on p.id = a.id
where a.id = $1 and a.is_active
