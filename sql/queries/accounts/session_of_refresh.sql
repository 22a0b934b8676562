-- The login that a refresh token belongs to, spent or not.
-- in: hash bytes
-- out: session int8, account int8
select s.id as session, s.account
from refresh_token r join session s on s.id = r.session
where r.hash = $1
