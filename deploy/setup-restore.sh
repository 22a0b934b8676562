# shellcheck shell=bash disable=SC2154
# `pinwall restore`: the site becomes what a backup is.  What uses the database
# stands still meanwhile, and the sockets that would start it; what ran before
# runs again, however this ends.

# Starts what is in STOPPED and stops what is in STARTED.
as_before()
{
	if [ ${#STOPPED[@]} -gt 0 ]; then
		systemctl start "${STOPPED[@]}" || say 'not every service has' \
		    "started: systemctl status 'pinwall-*'"
	fi
	if [ ${#STARTED[@]} -gt 0 ]; then
		systemctl stop "${STARTED[@]}"
	fi
}

# Also a service that ends again and again, as there is no database for it.
stand_still()
{
	local unit
	has_systemd || return 0
	for unit in pinwall-{{fast,slow}.socket,{app,jobs,index,guard}.service}; do
		case $(systemctl is-active "$unit" || true) in
		active|activating|reloading) STOPPED+=("$unit") ;;
		esac
	done
	trap as_before EXIT
	if [ ${#STOPPED[@]} -gt 0 ]; then
		systemctl stop "${STOPPED[@]}"
	fi
	# what it keeps of the site as it was is ended
	if ! systemctl -q is-active pinwall-redis-cache.service; then
		STARTED=(pinwall-redis-cache.service)
		systemctl start "${STARTED[@]}"
	fi
}

# As the owner of the schema; files become those of the folder they are made in.
restore()
{
	local status=0
	STOPPED=() STARTED=()
	[ -e "$conf/owner.dsn" ] ||
	    die 'there is no site here yet: pinwall setup HOST'
	cluster
	is_up || die "Postgres does not run: pg_ctlcluster $VERSION pinwall start"
	stand_still
	PATH=/usr/lib/postgresql/$VERSION/bin:$PATH \
	    PINWALL_DATABASE=$(cat "$conf/owner.dsn") \
	    PINWALL_REDIS_GUARD_PASSWORD_FILE=$conf/redis-cache/guard.pass \
	    "$lib/pinwall" restore --conf "$conf/pinwall.conf" "$@" || status=$?
	case $status in
	0|3) schema ;;
	esac
	return $status
}
