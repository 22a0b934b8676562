# shellcheck shell=bash
# The private Nginx: its configuration is rendered to nginx/conf at every start
# from the templates in the checkout, with the routes the program prints.

nginx_pid()
{
	pid_of "$BASE/run/nginx.pid" nginx "$BASE/nginx"
}

# Writes the configuration for address $1, has Nginx check it, and puts it in
# the place of the old.  Sets NGINX_CHANGED: is it another one?
nginx_render()
{
	local files user=
	files=$(ulimit -Hn)
	[[ $files =~ ^[0-9]+$ ]] && [ "$files" -lt 16384 ] || files=16384
	# Workers must read what the application writes.
	[ "$EUID" != 0 ] || user='user root;'
	[ -d "$TOP/build/web" ] ||
	    die "there is no $TOP/build/web: build it with make web"
	rm -rf "$DIR/nginx/conf.new" "$DIR/nginx/static.new"
	"$TOP/deploy/nginx-render" embedded "$DIR/nginx/conf.new" \
	    USER="$user" FILES="$files" CONNECTIONS=$((files / 2)) \
	    RUN="$BASE/run" LOG="$BASE/log" TMP="$BASE/nginx" LISTEN="$1" \
	    STATIC="$BASE/nginx/static" CONF="$DIR/pinwall.conf" \
	    MEDIA="$BASE/media" KEPT="$BASE/nginx/media" ||
	    die 'the configuration of Nginx could not be written'
	app_routes >"$DIR/nginx/conf.new/snippets/pinwall-routes.conf" ||
	    die 'pinwall printed no routes'
	nginx_run conf.new -t -q || die 'Nginx refuses its configuration'
	NGINX_CHANGED=1
	if diff -rq "$DIR/nginx/conf" "$DIR/nginx/conf.new" >/dev/null 2>&1
	then
		NGINX_CHANGED=
	fi
	cp -R "$TOP/build/web" "$DIR/nginx/static.new"
	rm -rf "$DIR/nginx/conf" "$DIR/nginx/static"
	mv "$DIR/nginx/conf.new" "$DIR/nginx/conf"
	mv "$DIR/nginx/static.new" "$DIR/nginx/static"
}

# $1: the folder of the configuration; the rest are options of Nginx.
nginx_run()
{
	local conf=$1/embedded.conf
	shift
	(cd "$BASE/nginx" && PATH=$PATH:/usr/sbin nginx -p "$BASE/nginx" \
	    -e "$BASE/log/nginx-error.log" -c "$conf" "$@") 9>&-
}

# $1: address:port.
nginx_start()
{
	if nginx_pid >/dev/null; then
		nginx_reload "$1"
		return
	fi
	sweep nginx "$BASE/nginx"
	nginx_need_port "$1"
	turn_log "$BASE/log/nginx-error.log"
	turn_log "$BASE/log/nginx-access.log"
	nginx_render "$1"
	nginx_run conf || { show_log "$BASE/log/nginx-error.log"
	    die 'Nginx did not start'; }
	wait_until 10 nginx_pid >/dev/null || die 'Nginx wrote no pid file'
	printf '%s\n' "$1" >"$DIR/nginx/listen"
}

# A running Nginx takes up a new configuration, another address among it.  It is
# left alone when nothing has changed: a reload closes kept connections, and a
# request that is on its way on one of them is lost.
nginx_reload()
{
	local was=
	[ ! -r "$DIR/nginx/listen" ] || was=$(<"$DIR/nginx/listen")
	[ "$1" = "$was" ] || nginx_need_port "$1"
	nginx_render "$1"
	[ -z "$NGINX_CHANGED" ] || kill -s HUP "$(nginx_pid)"
	printf '%s\n' "$1" >"$DIR/nginx/listen"
}

nginx_stop()
{
	local pid
	if pid=$(nginx_pid); then
		# QUIT: requests under way are finished; kept connections of
		# clients are not waited for.
		stop_process "$pid" nginx "$BASE/nginx" QUIT 10
	fi
	sweep nginx "$BASE/nginx"
}

# The address where this machine reaches what listens on $1.
local_address()
{
	case $1 in
	0.0.0.0:*) printf '127.0.0.1:%s\n' "${1##*:}" ;;
	'[::]:'*) printf '[::1]:%s\n' "${1##*:}" ;;
	*) printf '%s\n' "$1" ;;
	esac
}

is_taken()
{
	local address host
	address=$(local_address "$1")
	host=${address%:*}
	host=${host#\[}
	(exec 3<>"/dev/tcp/${host%\]}/${address##*:}") 2>/dev/null
}

nginx_need_port()
{
	local host=${1%:*} port=${1##*:} other
	is_taken "$1" || return 0
	for ((other = port + 1; other < port + 200 && other < 65536; other++))
	do
		if ! is_taken "$host:$other"; then
			die "port $port is taken by another program;" \
			    "free is for example $other (PORT=$other)"
		fi
	done
	die "port $port is taken by another program"
}
