-- An export is ready, if its owner still wants it.
-- in: id int8, file text, bytes int8
-- out: email text, verified bool, korean bool
update account_export e
set file = $2, bytes = $3, ended_at = now(),
    expires_at = now() + interval '7 days'
from account a
where e.id = $1 and e.ended_at is null and a.id = e.account and a.is_active
returning a.email, a.email_verified_at is not null as verified, e.korean
