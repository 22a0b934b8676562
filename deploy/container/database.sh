#!/bin/bash
# Roles and the database, at the first start of the Postgres image
# (/docker-entrypoint-initdb.d), by ../roles.sql.  Their passwords are those of
# the pass files that the program is given, in one that Postgres may read.
set -euo pipefail

SECRETS=${SECRETS:-/run/secrets}
ROLES=${ROLES:-/etc/pinwall/roles.sql}

password()
{
	sed -n "s/^\*:\*:\*:$1://p" "$SECRETS/postgres_roles"
}

psql -X -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" \
    -d "${POSTGRES_MAINTENANCE:-postgres}" >/dev/null <<-END
	\set owner_password '$(password pinwall_owner)'
	\set app_password '$(password pinwall)'
	\set database '${DATABASE:-pinwall}'
	\i '$ROLES'
END
