-- The roles of the site and its database: what is missing is made, what is there
-- gets the rights it ought to have.  For psql, as a superuser:
--
--     \set owner_password '...'      without one nobody logs in by a password
--     \set app_password '...'
--     \set database pinwall          if it has another name
--     \i roles.sql
--
-- pinwall_owner owns the schema and migrates it, pinwall is the program's and
-- changes rows, not tables.  pinwall_guardian is the guardian's of the cache
-- where that has a role of its own, pinwall_backup reads all of it for a backup,
-- pinwall_readonly what is no secret: for these there is rights.sql, after the
-- tables are made.
\if :{?database} \else
\set database pinwall
\endif
\if :{?owner_password} \else
\set owner_password ''
\endif
\if :{?app_password} \else
\set app_password ''
\endif

-- Passwords are in no log.
set log_min_duration_statement = -1;
set log_statement = none;
set log_min_error_statement = panic;
select format('create role %I login password %L', name, nullif(password, ''))
    from (values ('pinwall_owner', :'owner_password'),
        ('pinwall', :'app_password'), ('pinwall_guardian', ''),
        ('pinwall_backup', ''), ('pinwall_readonly', '')) role (name, password)
    where name not in (select rolname from pg_roles) \gexec
alter role pinwall set lock_timeout = '1s';
alter role pinwall set idle_in_transaction_session_timeout = '5s';
-- A message may quote a value; the program tells its errors itself.
alter role pinwall set log_min_messages = fatal;
-- How far standbys are behind.
grant pg_read_all_stats to pinwall;
grant pg_read_all_data to pinwall_backup;
alter role pinwall_backup set default_transaction_read_only = on;
alter role pinwall_readonly set default_transaction_read_only = on;
alter role pinwall_readonly set statement_timeout = '60s';

select format('create database %I owner pinwall_owner template template0 '
        'encoding ''UTF8''', :'database')
    where :'database' not in (select datname from pg_database) \gexec
revoke all on database :"database" from public;
grant connect on database :"database"
    to pinwall, pinwall_guardian, pinwall_backup, pinwall_readonly;
\connect :database
-- Also of tables to come: of a migration, or a backup that is restored.
alter default privileges for role pinwall_owner
    grant select, insert, update, delete on tables to pinwall;
alter default privileges for role pinwall_owner
    grant usage, select on sequences to pinwall;
alter default privileges for role pinwall_owner
    grant usage on schemas to pinwall;
