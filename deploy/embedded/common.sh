# shellcheck shell=bash
# What the parts of the embedded stack share: messages, a plain path to the
# stack's folder, and processes known by what they are, not by a number alone.

# Where nobody listens any more, all goes on.
say()
{
	printf '%s\n' "stack: $*" >&2 2>/dev/null || true
}

die()
{
	say "$@"
	exit 1
}

# Sets DIR, the folder itself, and BASE, a path to it that is short and plain:
# the address of a Unix socket has 107 bytes, and no configuration file should
# need quoting.  They differ when the checkout lies deep or has an odd name;
# then BASE is a link below /tmp, made anew at every start.
find_base()
{
	local sum
	mkdir -p "$1"
	DIR=$(cd "$1" && pwd -P)
	BASE=$DIR
	if [ ${#DIR} -le 80 ] && [[ $DIR =~ ^[A-Za-z0-9._/+-]+$ ]]; then
		return
	fi
	sum=$(printf '%s' "$DIR" | sha256sum)
	BASE=/tmp/pinwall-$EUID-${sum:0:12}
	ln -sn "$DIR" "$BASE" 2>/dev/null || true
	if [ "$(readlink "$BASE")" != "$DIR" ] || [ ! -O "$BASE" ]; then
		die "$BASE stands in the way: it is not a link to $DIR of mine"
	fi
}

# When nothing runs, nothing needs the link.
drop_link()
{
	[ "$BASE" = "$DIR" ] || rm -f "$BASE"
}

# Is process $1 a program whose name begins with $2, started in the folder $3?
is_process()
{
	local exe
	exe=$(readlink "/proc/$1/exe" 2>/dev/null) || return 1
	exe=${exe% (deleted)}
	[[ ${exe##*/} == "$2"* ]] && [ "/proc/$1/cwd" -ef "$3" ]
}

# Prints the process id in the first line of file $1 if that process is
# program $2 started in folder $3.  A number alone proves nothing: after a
# crash it may belong to anything.
pid_of()
{
	local pid
	[ -r "$1" ] && read -r pid <"$1" && [[ $pid =~ ^[0-9]+$ ]] || return 1
	is_process "$pid" "$2" "$3" || return 1
	printf '%s\n' "$pid"
}

# Prints the process ids of every program $1 started in folder $2.
pids_in()
{
	local exe pid
	find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "*/$1*" \
	    2>/dev/null | while IFS= read -r exe; do
		pid=${exe#/proc/}
		pid=${pid%/exe}
		! is_process "$pid" "$1" "$2" || printf '%s\n' "$pid"
	done
}

# Waits up to $1 seconds until the rest of the line succeeds.
wait_until()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

is_gone()
{
	! is_process "$@"
}

# Sends process $1 (program $2 in folder $3) the signal $4, and KILL when it
# has not ended within $5 seconds.
stop_process()
{
	is_process "$1" "$2" "$3" || return 0
	kill -s "$4" "$1" 2>/dev/null || true
	wait_until "$5" is_gone "$1" "$2" "$3" && return
	say "$2 ($1) did not end within $5 seconds: killed"
	kill -s KILL "$1" 2>/dev/null || true
	wait_until 10 is_gone "$1" "$2" "$3"
}

# Ends what is left of program $1 in folder $2 when its master is gone.
sweep()
{
	local pid
	for pid in $(pids_in "$1" "$2"); do
		stop_process "$pid" "$1" "$2" TERM 5
	done
}

# Starts a new file when $1 has grown past 16 MiB; one old one is kept.
turn_log()
{
	if [ -n "$(find "$1" -size +16M 2>/dev/null)" ]; then
		mv "$1" "$1.1"
	fi
}

# Prints n random bytes as text without odd characters.
secret()
{
	head -c "$1" /dev/urandom | base64 -w 0 | tr -d '=' | tr '+/' '-_'
}

show_log()
{
	if [ -s "$1" ]; then
		say "the end of $1:"
		tail -n 15 "$1" >&2
	fi
}
