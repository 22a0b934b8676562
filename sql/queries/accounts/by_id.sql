-- One's own account, with what only its owner may see.
-- in: account int8
-- out: id int8, username text, email text, password text, verified bool
select id, username, email, password, email_verified_at is not null as verified
from account
where id = $1 and is_active
