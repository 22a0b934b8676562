#!/bin/bash
# Roles and the database, at the first start of the Postgres image
# (/docker-entrypoint-initdb.d): pinwall_owner owns the schema and migrates it,
# pinwall may change rows, not tables.  Their passwords are those of the pass
# files that the program is given, in one that Postgres may read.
set -euo pipefail

SECRETS=${SECRETS:-/run/secrets}

password()
{
	sed -n "s/^\*:\*:\*:$1://p" "$SECRETS/postgres_roles"
}

psql -X -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" \
    -d "${POSTGRES_MAINTENANCE:-postgres}" >/dev/null <<-END
	set log_min_error_statement = panic;
	select format('create role %I login password %L', name, password)
	    from (values ('pinwall_owner', '$(password pinwall_owner)'),
	        ('pinwall', '$(password pinwall)')) role (name, password)
	    where name not in (select rolname from pg_roles) \gexec
	alter role pinwall set lock_timeout = '1s';
	alter role pinwall set idle_in_transaction_session_timeout = '5s';
	select 'create database ${DATABASE:-pinwall} owner pinwall_owner '
	    'template template0 encoding ''UTF8'''
	    where '${DATABASE:-pinwall}' not in
	        (select datname from pg_database) \gexec
	revoke all on database ${DATABASE:-pinwall} from public;
	grant connect on database ${DATABASE:-pinwall} to pinwall;
	\connect ${DATABASE:-pinwall}
	alter default privileges for role pinwall_owner
	    grant select, insert, update, delete on tables to pinwall;
	alter default privileges for role pinwall_owner
	    grant usage, select on sequences to pinwall;
	alter default privileges for role pinwall_owner
	    grant usage on schemas to pinwall;
END
