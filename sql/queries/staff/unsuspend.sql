-- Opens an account that the staff suspended: see unsuspend_account.
-- in: username text, staff int8
-- out: reason text
select unsuspend_account(id, $2) as reason
from account
where lower(username) = lower($1)
