-- The account if it belongs to the staff now and its login is in use.
-- in: account int8, session int8
-- out: id int8
select a.id
from account a join session s on s.account = a.id
where a.id = $1 and s.id = $2 and a.is_staff and a.is_active
  and s.revoked_at is null
