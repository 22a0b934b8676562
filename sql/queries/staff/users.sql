-- People, the newest first, whatever became of them.
-- in: page
-- out: id int8, username text, email text, avatar image, state text, staff bool,
-- out: created_at time, _at time, _id int8
select p.id, p.username, p.email, p.avatar, p.state, p.staff, p.created_at,
    p.created_at as _at, p.id as _id
from staff_person p
where (p.created_at, p.id) < ($1, $2) -- keyset
order by p.created_at desc, p.id desc -- keyset
limit $3
