-- What imports left that did not come to their end, and were not begun again for
-- a day, is as an account that its owner removed; unless one is at work, which
-- holds lock_import.
with gone as (
	delete from account_import
	where began_at < now() - interval '1 day'
	  and pg_try_advisory_xact_lock(7274993)
	returning account
)
update account
set deleted_at = now(), email = 'account-' || id || '@deleted.invalid',
    email_verified_at = null
where id in (select account from gone)
