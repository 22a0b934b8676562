# shellcheck shell=bash
# The private Redis, two of them: redis-state in redis/ (rate limits) and
# redis-cache in redis-cache/.  Each has one Unix socket, no port, users with
# passwords of their own, and writes nothing to disk (deploy/redis-render).
# Local settings: redis-state.local.conf, redis-cache.local.conf, and further
# users of both in redis.local.acl, beside pinwall.conf.

redis_start()
{
	redis_start_one state "$BASE/redis"
	redis_start_one cache "$BASE/redis-cache"
}

# $1: which, $2: its folder.  One that runs and answers stays, unless its
# configuration or its users are to be others.
redis_start_one()
{
	local was now
	was=$(redis_files "$1" "$2")
	"$TOP/deploy/redis-render" "$1" "$2" \
	    SOCKET="$BASE/run/redis-$1.sock" PID="$BASE/run/redis-$1.pid" \
	    LOG="$BASE/log/redis-$1.log" \
	    LOCAL_CONF="$DIR/redis-$1.local.conf" \
	    LOCAL_ACL="$DIR/redis.local.acl" ||
	    die "the configuration of redis-$1 could not be written"
	now=$(redis_files "$1" "$2")
	if [ "$was" = "$now" ] && redis_pid_of "$1" "$2" >/dev/null &&
	    wait_until 5 redis_answers "$1" "$2"; then
		return
	fi
	sweep redis "$2"
	turn_log "$BASE/log/redis-$1.log"
	if ! (cd "$2" && redis-server "redis-$1.conf") 9>&- >/dev/null ||
	    ! wait_until 15 redis_answers "$1" "$2"; then
		show_log "$BASE/log/redis-$1.log"
		die "redis-$1 did not start"
	fi
}

redis_files()
{
	{ cat "$2/redis-$1.conf" "$2/users.acl" 2>/dev/null || true; } |
	    sha256sum
}

# It answers when the application could log in.
redis_answers()
{
	[ "$(REDISCLI_AUTH=$(<"$2/app.pass") timeout 2 redis-cli \
	    -s "$BASE/run/redis-$1.sock" --user app ping 2>/dev/null)" = PONG ]
}

# The program is called redis-server or redis-check-rdb: they are one file.
redis_pid_of()
{
	pid_of "$BASE/run/redis-$1.pid" redis "$2"
}

redis_pid()
{
	redis_pid_of state "$BASE/redis"
}

cache_pid()
{
	redis_pid_of cache "$BASE/redis-cache"
}

redis_stop()
{
	sweep redis "$BASE/redis"
	sweep redis "$BASE/redis-cache"
}
