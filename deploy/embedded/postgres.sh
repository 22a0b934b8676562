# shellcheck shell=bash
# The private Postgres: data in pg/, its one socket in run/pg, no port.
#
# Three roles have passwords, made at the first start and kept in pg.pass:
# postgres administers, pinwall_owner and pinwall are those of roles.sql.
#
# Postgres refuses to run as root.  Started by root it runs as the user
# postgres, if that user can reach the folder; else inside a user namespace
# where root has that user's number; else with its data in /var/tmp.

# Sets PG_DATA, PG_SOCKET and PG_LOG: where the server has its data, its socket
# and its log.  pg/ is a link when they had to go elsewhere.
pg_place()
{
	local place
	PG_DATA=$BASE/pg PG_SOCKET=$BASE/run/pg PG_LOG=$BASE/log/postgres.log
	if [ -L "$DIR/pg" ]; then
		PG_DATA=$(readlink "$DIR/pg")
		place=${PG_DATA%/*}
		PG_SOCKET=$place/run PG_LOG=$place/postgres.log
	fi
}

# Sets PG_AS, the words that run a command as the right user.
pg_user()
{
	PG_AS=()
	[ "$EUID" = 0 ] || return 0
	if ! id postgres >/dev/null 2>&1; then
		die "Postgres does not run as root and there is no user postgres"
	fi
	chmod 711 "$DIR" "$DIR/run" "$DIR/log"
	PG_AS=(setpriv --reuid=postgres --regid=postgres --init-groups
	    --reset-env)
	if [ -L "$DIR/pg" ]; then
		return
	fi
	if "${PG_AS[@]}" test -x "$BASE/run" && [ ! -O "$DIR/pg/PG_VERSION" ]
	then
		return
	fi
	if unshare --user --map-user=postgres --map-group=postgres \
	    true 2>/dev/null; then
		PG_AS=(unshare --user --map-user=postgres
		    --map-group=postgres)
		return
	fi
	[ ! -d "$DIR/pg" ] || die "the user postgres cannot reach $DIR/pg"
	pg_elsewhere
}

# The folder cannot be reached by anybody but root.  Its socket folder goes
# along with the data, as a link in run/ cannot be followed either.
pg_elsewhere()
{
	local place
	place=$(mktemp -d /var/tmp/pinwall-XXXXXXXX)
	chown postgres:postgres "$place"
	say "the user postgres cannot reach $DIR: its data is in $place"
	ln -s "$place/pg" "$DIR/pg"
}

# Sets PG_BIN: the programs of the version that made the data, else the newest.
pg_programs()
{
	local version=
	if [ -r "$PG_DATA/PG_VERSION" ]; then
		version=$(<"$PG_DATA/PG_VERSION")
		PG_BIN=/usr/lib/postgresql/$version/bin
		[ -x "$PG_BIN/postgres" ] || die "the data in $DIR/pg needs" \
		    "Postgres $version, which is not installed"
		return
	fi
	PG_BIN=$(find /usr/lib/postgresql -path '*/bin/postgres' 2>/dev/null |
	    sort -V | tail -n 1)
	[ -n "$PG_BIN" ] || die 'Postgres is not installed' \
	    '(deploy/embedded/packages.sh run)'
	PG_BIN=${PG_BIN%/postgres}
}

pg_folders()
{
	mkdir -p "$PG_SOCKET"
	touch "$PG_LOG"
	chmod 700 "$PG_SOCKET"
	chmod 600 "$PG_LOG"
	if [ "${PG_AS[0]:-}" = setpriv ]; then
		chown postgres:postgres "$PG_SOCKET" "$PG_LOG"
	fi
}

pg_prepare()
{
	pg_user
	pg_place
	pg_programs
	pg_folders
}

# An interrupted initdb leaves pg.new, never half a pg.
pg_create()
{
	local new=$PG_DATA.new
	[ ! -e "$PG_DATA/PG_VERSION" ] || return 0
	say "a new database in $DIR/pg"
	rm -rf "$new"
	mkdir -m 700 "$new"
	if [ "${PG_AS[0]:-}" = setpriv ]; then
		chown postgres:postgres "$new"
	fi
	pg_secrets
	# The password comes by a pipe that the right user has made.
	# shellcheck disable=SC2016
	(cd / && pg_password postgres | "${PG_AS[@]}" \
	    bash -c 'exec "$@" --pwfile=<(cat)' - "$PG_BIN/initdb" \
	    --pgdata="$new" --username=postgres \
	    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 \
	    --data-checksums --no-instructions \
	    ${PG_NO_SYNC:+--no-sync}) >>"$PG_LOG" 2>&1 ||
	    { show_log "$PG_LOG"; die 'initdb failed'; }
	printf "include 'stack.conf'\n" >>"$new/postgresql.conf"
	printf 'local all all scram-sha-256\n' >"$new/pg_hba.conf"
	mv "$new" "$PG_DATA"
}

pg_secrets()
{
	[ ! -e "$DIR/pg.pass" ] || return 0
	(
		umask 077
		for role in postgres pinwall_owner pinwall; do
			printf '*:*:*:%s:%s\n' $role "$(secret 24)"
		done >"$DIR/pg.pass.new"
	)
	mv "$DIR/pg.pass.new" "$DIR/pg.pass"
}

pg_password()
{
	sed -n "s/^[^:]*:[^:]*:[^:]*:$1://p" "$DIR/pg.pass"
}

# For a small machine, and as careful with data as Postgres can be.
pg_settings()
{
	# shellcheck disable=SC2016 # $1 is for the inner shell
	"${PG_AS[@]}" bash -c 'cat >"$1"' - "$PG_DATA/stack.conf" <<-EOF
	# Written at every start; local settings: postgresql.local.conf
	# beside pinwall.conf.
	listen_addresses = ''
	unix_socket_directories = '$PG_SOCKET'
	unix_socket_permissions = 0700
	max_connections = 50
	shared_buffers = 256MB
	effective_cache_size = 768MB
	work_mem = 8MB
	maintenance_work_mem = 64MB
	max_wal_size = 512MB
	random_page_cost = 1.1
	fsync = on
	synchronous_commit = on
	full_page_writes = on
	jit = off
	log_statement = none
	# Without details: they quote rows, and so addresses of people.
	log_error_verbosity = terse
	log_min_error_statement = panic
	log_parameter_max_length = 0
	log_parameter_max_length_on_error = 0
	log_checkpoints = off
	log_line_prefix = '%m [%p] %q%u '
	timezone = 'UTC'
	log_timezone = 'UTC'
	$(cat "$DIR/postgresql.local.conf" 2>/dev/null)
	EOF
}

pg_pid()
{
	pid_of "$PG_DATA/postmaster.pid" postgres "$PG_DATA"
}

pg_start()
{
	pg_prepare
	if pg_pid >/dev/null; then
		return
	fi
	pg_create
	[ -r "$DIR/pg.pass" ] || die "$DIR/pg.pass with the passwords of the" \
	    "database is gone: bring it back, or remove $DIR/pg"
	# Backends outlive a killed postmaster for a moment, and its number
	# may be another process's by now.
	sweep postgres "$PG_DATA"
	rm -f "$PG_DATA/postmaster.pid" "$PG_SOCKET"/.s.PGSQL.*
	pg_settings
	turn_log "$PG_LOG"
	(cd / && "${PG_AS[@]}" "$PG_BIN/pg_ctl" start -s -w -t 120 \
	    -D "$PG_DATA" -l "$PG_LOG") 9>&- ||
	    { show_log "$PG_LOG"; die 'Postgres did not start'; }
	pg_roles
}

pg_sql()
{
	(cd / && PGPASSFILE=$DIR/pg.pass "$PG_BIN/psql" -X -q -A -t \
	    -v ON_ERROR_STOP=1 -h "$PG_SOCKET" -U postgres "$@")
}

# Roles and the database, if they are not there.
pg_roles()
{
	pg_sql -d postgres >/dev/null <<-EOF
	\set owner_password '$(pg_password pinwall_owner)'
	\set app_password '$(pg_password pinwall)'
	\i '$TOP/deploy/roles.sql'
	EOF
}

pg_stop()
{
	local pid
	pg_prepare
	if pid=$(pg_pid); then
		# INT: sessions are ended, the data is written out.
		stop_process "$pid" postgres "$PG_DATA" INT 60
	fi
	sweep postgres "$PG_DATA"
}

# The connection string of a role.
pg_dsn()
{
	printf 'host=%s dbname=pinwall user=%s passfile=%s' \
	    "$PG_SOCKET" "$1" "$BASE/pg.pass"
}
