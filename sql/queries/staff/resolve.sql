-- Does what the staff decided of a case: see resolve_case.
-- in: id int8, staff int8, action text, note text
-- out: reason text, person int8
select r.reason, r.person
from report_case c, resolve_case(c.id, $2, $3, $4) r
where c.id = $1
