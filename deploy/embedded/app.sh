# shellcheck shell=bash
# The program itself: its configuration file, its schema, its master.

app()
{
	"$PINWALL" "$@" 9>&-
}

app_routes()
{
	app routes --nginx --conf "$BASE/pinwall.conf"
}

# pinwall.conf is written at every start; the settings of local.conf stand in
# it instead of those named here.  $1: address:port.
app_conf()
{
	local line name own=
	if [ -r "$DIR/local.conf" ]; then
		own=$(grep -v '^[[:space:]]*\(#\|$\)' "$DIR/local.conf" || true)
	fi
	(
		umask 077
		echo '# Written at every start; your own settings belong into'
		echo '# local.conf beside it.'
		while IFS= read -r line; do
			name=${line%% *}
			grep -q "^[[:space:]]*${name}[[:space:]]*=" <<<"$own" ||
			    printf '%s\n' "$line"
		done <<-EOF
		public_url = ${PUBLIC_URL:-http://$(local_address "$1")}
		run_dir = $BASE/run
		media_dir = $BASE/media
		spool_dir = $BASE/spool
		mail_dir = $BASE/mail
		secret_file = $BASE/secret.key
		database = $(pg_dsn pinwall)
		redis_state = $BASE/run/redis-state.sock
		redis_state_password_file = $BASE/redis/app.pass
		redis_cache = $BASE/run/redis-cache.sock
		redis_cache_password_file = $BASE/redis-cache/app.pass
		redis_guard_password_file = $BASE/redis-cache/guard.pass
		EOF
		printf '%s\n' "$own"
	) >"$DIR/pinwall.conf.new"
	mv "$DIR/pinwall.conf.new" "$DIR/pinwall.conf"
}

# Migrations run as the owner of the schema, the rest as the application.
app_migrate()
{
	PINWALL_DATABASE=$(pg_dsn pinwall_owner) \
	    app migrate --conf "$BASE/pinwall.conf" >>"$DIR/log/pinwall.log" \
	    2>&1 || { show_log "$DIR/log/pinwall.log"
	    die 'the schema could not be brought up to date'; }
}

app_pid()
{
	pid_of "$BASE/run/pinwall.pid" "${PINWALL##*/}" "$BASE/run"
}

# A running master changes to the program and settings of now.
app_start()
{
	local pid
	turn_log "$DIR/log/pinwall.log"
	app_migrate
	if pid=$(app_pid); then
		kill -s HUP "$pid"
		return
	fi
	sweep "${PINWALL##*/}" "$BASE/run"
	(cd "$BASE/run" && exec setsid "$PINWALL" serve \
	    --conf "$BASE/pinwall.conf" >>"$BASE/log/pinwall.log" \
	    2>&1 </dev/null 9>&-) &
	APP_STARTED=$!
	wait_until 30 app_is_up || die_with_log 'pinwall did not start'
}

# Up, or gone for good: either ends the wait.
app_is_up()
{
	app_pid >/dev/null && [ -S "$BASE/run/fast.sock" ] && return
	kill -s 0 "$APP_STARTED" 2>/dev/null ||
	    die_with_log 'pinwall ended at its start'
	return 1
}

# $1: address:port.
app_is_ready()
{
	[ "$(curl -s -m 5 -o /dev/null -w '%{http_code}' --noproxy '*' \
	    "http://$(local_address "$1")/readyz")" = 200 ]
}

app_stop()
{
	local pid name=${PINWALL##*/}
	if pid=$(app_pid); then
		# Nginx has gone before it, so nothing is waited for that a
		# second signal would cut off.
		kill -s TERM "$pid"
		wait_until 5 is_gone "$pid" "$name" "$BASE/run" ||
		    stop_process "$pid" "$name" "$BASE/run" TERM 35
	fi
	sweep "${PINWALL##*/}" "$BASE/run"
}

# Demo people, pins and boards, once; what the program says about them (the
# login among it) is kept in demo.txt.
app_demo()
{
	local folder folders=()
	[ ! -s "$DIR/demo.txt" ] || return 0
	for folder in ${PICTURES-/usr/share/backgrounds \
	    /usr/share/backgrounds/mate/nature}; do
		[ ! -d "$folder" ] || folders+=(--pictures "$folder")
	done
	say 'adding demo people, pins and boards'
	if app demo --conf "$BASE/pinwall.conf" "${folders[@]}" \
	    >"$DIR/demo.txt.new" 2>>"$DIR/log/pinwall.log"; then
		mv "$DIR/demo.txt.new" "$DIR/demo.txt"
	else
		show_log "$DIR/log/pinwall.log"
		die 'the demo data could not be added'
	fi
}
