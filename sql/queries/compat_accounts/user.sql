-- One's own account in its published form.
-- in: account int8
-- out: id int8, email text, shoe_size int4, phone_number text
select id, email, shoe_size::int4 as shoe_size, phone_number
from account
where id = $1 and is_active
