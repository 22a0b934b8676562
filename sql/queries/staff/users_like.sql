-- The same of those whose name or address begins so; they are found first, by
-- their beginning: there may be few among all.
-- in: query text, page
-- out: id int8, username text, email text, avatar image, state text, staff bool,
-- out: created_at time, _at time, _id int8
with found as materialized (
	select id from account
	where lower(username) ~>=~ lower($1)
	  and lower(username) ~<~ (lower($1) || chr(1114111))
	union select id from account
	where lower(email) ~>=~ lower($1)
	  and lower(email) ~<~ (lower($1) || chr(1114111))
)
select p.id, p.username, p.email, p.avatar, p.state, p.staff, p.created_at,
    p.created_at as _at, p.id as _id
from found join staff_person p using (id)
where (p.created_at, p.id) < ($2, $3) -- keyset
order by p.created_at desc, p.id desc -- keyset
limit $4
