-- The users of PgBouncer (its auth_file), for
--
--     psql -XAt -f pgbouncer-users.sql
--
-- as a superuser: what Postgres itself checks a password by.  Nobody can log in
-- with what stands there.
select format('"%s" "%s"', rolname, rolpassword) from pg_authid where rolname = 'pinwall';
