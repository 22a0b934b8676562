-- May the role do what nothing of the site needs?
-- out: too_much bool
select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as too_much
from pg_roles
where rolname = current_user
