# shellcheck shell=bash
# The private Redis that keeps rate limits (redis-state): one Unix socket, no
# port, nothing written to disk, and an error rather than a forgotten key when
# its memory is full.

redis_start()
{
	if redis_pid >/dev/null; then
		return
	fi
	sweep redis "$BASE/redis"
	turn_log "$BASE/log/redis.log"
	cat >"$DIR/redis/redis-state.conf" <<-EOF
	port 0
	unixsocket $BASE/run/redis-state.sock
	unixsocketperm 700
	daemonize yes
	pidfile $BASE/run/redis-state.pid
	dir $BASE/redis
	logfile $BASE/log/redis.log
	loglevel warning
	save ""
	appendonly no
	maxmemory 64mb
	maxmemory-policy noeviction
	set-proc-title no
	EOF
	if ! (cd "$BASE/redis" && redis-server redis-state.conf) \
	    9>&- >/dev/null || ! wait_until 15 redis_answers; then
		show_log "$BASE/log/redis.log"
		die 'Redis did not start'
	fi
}

redis_answers()
{
	[ "$(redis-cli -s "$BASE/run/redis-state.sock" ping 2>/dev/null)" = \
	    PONG ]
}

# The program is called redis-server or redis-check-rdb: they are one file.
redis_pid()
{
	pid_of "$BASE/run/redis-state.pid" redis "$BASE/redis"
}

redis_stop()
{
	sweep redis "$BASE/redis"
}
