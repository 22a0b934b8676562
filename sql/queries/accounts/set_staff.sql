-- Makes somebody staff, or no longer.
-- in: username text, staff bool
update account set is_staff = $2 where lower(username) = lower($1)
