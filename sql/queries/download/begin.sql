-- An export that is to be made is begun, perhaps not for the first time.
-- in: id int8
-- out: account int8, tries int4
update account_export e set tries = tries + 1
from account a
where e.id = $1 and e.ended_at is null and a.id = e.account and a.is_active
returning e.account, e.tries
