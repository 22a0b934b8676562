# shellcheck shell=bash disable=SC2154
# The Postgres cluster `pinwall`: reached by its socket alone, and there by who
# is who for the kernel (peer), so that there are no passwords.
#
# pinwall_owner owns the tables and migrates them (root may be it), pinwall
# changes rows (the user pinwall), pinwall_guardian does what the guardian of the
# cache needs (pinwall-guard), pinwall_readonly reads what is no secret (root).

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
	# Without details and statements: they quote rows, and so addresses of
	# people.
	log_error_verbosity = terse
	log_min_error_statement = panic
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
	sql -d postgres <<-'EOF'
	select format('create role %I login', name)
	    from unnest('{pinwall_owner,pinwall,pinwall_guardian,pinwall_readonly}'
	        ::text[]) name
	    where name not in (select rolname from pg_roles) \gexec
	alter role pinwall set lock_timeout = '1s';
	alter role pinwall set idle_in_transaction_session_timeout = '5s';
	alter role pinwall_readonly set default_transaction_read_only = on;
	alter role pinwall_readonly set statement_timeout = '60s';
	select 'create database pinwall owner pinwall_owner'
	    where not exists (select from pg_database
	        where datname = 'pinwall') \gexec
	revoke all on database pinwall from public;
	grant connect on database pinwall
	    to pinwall, pinwall_guardian, pinwall_readonly;
	EOF
	sql -d pinwall <<-'EOF'
	alter default privileges for role pinwall_owner
	    grant select, insert, update, delete on tables to pinwall;
	alter default privileges for role pinwall_owner
	    grant usage, select on sequences to pinwall;
	alter default privileges for role pinwall_owner
	    grant usage on schemas to pinwall;
	EOF
}

# The tables, and what others than the program may do with them.  A table with a
# secret is read without it.
schema()
{
	/usr/bin/pinwall migrate || die 'the tables could not be brought up to date'
	sql -d pinwall <<-'EOF'
	grant select, delete on cache_outbox to pinwall_guardian;
	grant select, update, delete on cache_fence to pinwall_guardian;
	revoke all on all tables in schema public from pinwall_readonly;
	select format('grant select (%s) on %I to pinwall_readonly',
	        string_agg(quote_ident(column_name), ', '), table_name)
	    from information_schema.columns
	    where table_schema = 'public'
	      and column_name !~ '(password|hash|secret|token|email|code|key|data)'
	    group by table_name \gexec
	EOF
}
