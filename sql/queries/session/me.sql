-- Whoever is logged in, as their own browser shows them: no lists, no counts.
-- in: account int8
-- out: id int8, username text, user_name text, avatar image, email text,
-- out: email_verified bool, is_staff bool, created_at time
select a.id, a.username, p.user_name, p.image as avatar, a.email,
    a.email_verified_at is not null as email_verified, a.is_staff, a.created_at
from account a join shown_person p on p.id = a.id
where a.id = $1 and a.is_active
