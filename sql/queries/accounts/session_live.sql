-- Is this login of this account still in use?
-- in: session int8, account int8
-- out: id int8
select s.id
from session s join account a on a.id = s.account
where s.id = $1 and s.account = $2 and s.revoked_at is null and a.is_active
