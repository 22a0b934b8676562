# shellcheck shell=bash disable=SC2154
# The Postgres cluster `pinwall`: reached by its socket alone, and there by who
# is who for the kernel (peer), so that there are no passwords.
#
# Who may be which role of roles.sql: root pinwall_owner and pinwall_readonly, the
# user pinwall the program's and, for the nightly backup, pinwall_backup, the user
# pinwall-guard pinwall_guardian.

# Sets VERSION, of the cluster that is there or of the newest server, and PORT.
cluster()
{
	local found
	found=$(pg_lsclusters -h | awk '$2 == "pinwall" { print $1, $3 }' |
	    tail -n 1)
	if [ -n "$found" ]; then
		read -r VERSION PORT <<<"$found"
		grep -qF "$mark" "/etc/postgresql/$VERSION/pinwall/pg_hba.conf" ||
		    die "the Postgres cluster $VERSION/pinwall is not of this" \
			"script: it is left alone, and there is no other name"
		return
	fi
	VERSION=$(find /usr/lib/postgresql -path '*/bin/postgres' |
	    sort -V | tail -n 1)
	VERSION=${VERSION#/usr/lib/postgresql/}
	VERSION=${VERSION%%/*}
	[ -n "$VERSION" ] || die 'there is no Postgres server'
	say "a new Postgres cluster: $VERSION/pinwall"
	pg_createcluster --locale=C.UTF-8 --encoding=UTF8 \
	    "$VERSION" pinwall -- --data-checksums >/dev/null
	# The mark first: what follows may be interrupted.
	printf '%s\n' "$mark" >"/etc/postgresql/$VERSION/pinwall/pg_hba.conf"
	PORT=$(pg_lsclusters -h | awk '$2 == "pinwall" { print $3 }')
}

dsn()
{
	printf 'host=/run/postgresql port=%s dbname=pinwall user=%s' \
	    "$PORT" "$1"
}

# Of the machine's memory, in megabytes.
share_of_memory()
{
	awk -v part="$1" -v most="$2" '/^MemTotal/ {
		n = int($2 / 1024 * part)
		print (n > most ? most : n < 128 ? 128 : n)
	    }' /proc/meminfo
}

cluster_files()
{
	local folder=/etc/postgresql/$VERSION/pinwall
	install -d -m 755 "$folder/conf.d" \
	    "/etc/systemd/system/postgresql@$VERSION-pinwall.service.d"
	CHANGED=
	put "$folder/conf.d/pinwall.conf" 644 postgres <<-EOF
	$mark; your own settings belong into a file that comes after this one.
	listen_addresses = ''
	unix_socket_directories = '/run/postgresql'
	max_connections = 100
	shared_buffers = $(share_of_memory 0.2 8192)MB
	effective_cache_size = $(share_of_memory 0.6 65536)MB
	work_mem = 8MB
	maintenance_work_mem = 128MB
	max_wal_size = 2GB
	random_page_cost = 1.1
	fsync = on
	full_page_writes = on
	synchronous_commit = on
	jit = off
	password_encryption = 'scram-sha-256'
	idle_in_transaction_session_timeout = '60s'
	# Without details, statements and parameters: they quote rows, and so
	# addresses of people.
	log_error_verbosity = terse
	log_min_error_statement = panic
	log_parameter_max_length = 0
	log_parameter_max_length_on_error = 0
	log_statement = none
	timezone = 'UTC'
	EOF
	put "/etc/systemd/system/postgresql@$VERSION-pinwall.service.d/pinwall.conf" \
	    644 root <"$share/deploy/systemd/postgresql.service.d.conf"
	if [ -n "$CHANGED" ]; then
		control daemon-reload
		RESTART=1
	fi
	CHANGED=
	put "$folder/pg_hba.conf" 640 postgres <<-EOF
	$mark
	local all postgres peer
	local pinwall all peer map=pinwall
	EOF
	put "$folder/pg_ident.conf" 640 postgres <<-EOF
	$mark; roles and who may be them.
	pinwall pinwall pinwall
	pinwall pinwall pinwall_backup
	pinwall pinwall-guard pinwall_guardian
	pinwall root pinwall_owner
	pinwall root pinwall_readonly
	EOF
	chown postgres "$folder/pg_hba.conf" "$folder/pg_ident.conf"
}

is_up()
{
	[ "$(pg_lsclusters -h | awk '$2 == "pinwall" { print $4 }')" = online ]
}

sql()
{
	(cd / && setpriv --reuid=postgres --regid=postgres --init-groups \
	    psql -X -q -A -t -v ON_ERROR_STOP=1 -h /run/postgresql \
	    -p "$PORT" "$@") >/dev/null
}

# The cluster, its roles and the database.
database()
{
	RESTART=
	cluster
	cluster_files
	if ! is_up; then
		pg_ctlcluster "$VERSION" pinwall start
	elif [ -n "$RESTART" ]; then
		pg_ctlcluster -m fast "$VERSION" pinwall restart
	elif [ -n "$CHANGED" ]; then
		pg_ctlcluster "$VERSION" pinwall reload
	fi
	sql -d postgres -f "$share/deploy/roles.sql"
}

# The tables, and what others than the program may do with them.
schema()
{
	/usr/bin/pinwall migrate || die 'the tables could not be brought up to date'
	sql -d pinwall -f "$share/deploy/rights.sql"
}
