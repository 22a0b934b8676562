#!/bin/bash
# Installs the Debian packages that are missing, and nothing else.
#
#   packages.sh LIST... [--optional LIST...]
#
# LIST names a file of deploy/packages: run, build, deb, test, scan, photographs.  What
# follows --optional is tried when it costs no question and given up quietly.
# Nothing missing: nothing is asked of apt and no rights are needed.  Else
# this needs root, or sudo.
#
# Services that come with the packages (nginx, redis-server, Postgres) are
# neither started nor enabled, for the site runs its own: for the time of the
# installation a policy-rc.d denies every start, unless the machine has one,
# and Postgres makes no cluster.  Services that were there before keep doing
# what they did.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/pinwall.conf
mark='# made by deploy/embedded/packages.sh for the time of an installation'

say()
{
	printf 'packages: %s\n' "$*" >&2
}

is_installed()
{
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" \
	    = installed ]
}

# Prints the missing packages of the lists, one a line; of alternatives the
# first that apt can install.
missing_of()
{
	local list line name first
	for list in "$@"; do
		while IFS= read -r line; do
			case $line in ''|'#'*) continue ;; esac
			first=
			for name in ${line//|/ }; do
				is_installed "$name" && continue 2
				[ -z "$first" ] && can_install "$name" &&
				    first=$name
			done
			printf '%s\n' "${first:-${line%% *}}"
		done <"$here/../packages/$list"
	done
}

can_install()
{
	[[ $(apt-cache policy "$1" 2>/dev/null) == *' Candidate: '[^\(]* ]]
}

# Lists that are empty or older than a day name versions that may be gone.
refresh_lists()
{
	if [ "${1:-}" != now ] && [ -n "$(find /var/lib/apt/lists -maxdepth 1 \
	    -name '*_Packages*' -mtime -1 -print -quit 2>/dev/null)" ]; then
		return
	fi
	say 'reading the package lists'
	apt-get -q -o DPkg::Lock::Timeout=300 update ||
	    say 'not every list could be read; going on'
}

hold_services()
{
	if [ ! -e $policy ] || grep -qxF "$mark" $policy; then
		printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >$policy
		chmod 755 $policy
	fi
	mkdir -p "${cluster%/*}"
	printf '%s\ncreate_main_cluster = false\n' "$mark" >$cluster
}

release_services()
{
	if [ -e $policy ] && grep -qxF "$mark" $policy; then
		rm -f $policy
	fi
	rm -f $cluster
	rmdir "${cluster%/*}" 2>/dev/null || true
}

apt_install()
{
	DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
	    -o Dpkg::Options::=--force-confdef \
	    -o Dpkg::Options::=--force-confold \
	    --no-install-recommends --no-remove install "$@" </dev/null
}

# Disables the services of packages that were installed just now.
disable_new()
{
	local name unit
	for name in "$@"; do
		case $name in
		nginx|redis-server) unit=$name ;;
		postgresql-[0-9]*) unit=postgresql ;;
		*) continue ;;
		esac
		if [ -d /run/systemd/system ]; then
			systemctl -q disable --now "$unit" || true
		elif command -v systemctl >/dev/null; then
			systemctl -q disable "$unit" 2>/dev/null || true
		else
			update-rc.d "$unit" disable || true
		fi
	done
}

# Installs the packages named on the command line; returns apt's verdict.
install_now()
{
	say "installing: $*"
	trap release_services EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	hold_services
	if ! apt_install "$@"; then
		refresh_lists now
		apt_install "$@" || return 1
	fi
	disable_new "$@"
}

has_free_rights()
{
	[ "$(id -u)" = 0 ] ||
	    { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

# Without root: once more by sudo.  Says what to do where that is impossible.
as_root()
{
	if command -v sudo >/dev/null &&
	    { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
		exec sudo -- "$here/packages.sh" "$@"
	fi
	say "these Debian packages are missing: ${required[*]}"
	say 'installing them needs root and sudo is not to be had; as root run:'
	say "apt-get update && apt-get install ${required[*]}"
	exit 1
}

main()
{
	local lists=() extra=() word to=lists
	local -a required optional
	for word in "$@"; do
		case $word in
		--optional) to=extra ;;
		run|build|deb|test|scan|photographs)
			if [ $to = lists ]; then
				lists+=("$word")
			else
				extra+=("$word")
			fi ;;
		*) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
			exit 2 ;;
		esac
	done
	mapfile -t required < <(missing_of "${lists[@]}")
	mapfile -t optional < <(missing_of "${extra[@]}")
	[ ${#required[@]} -gt 0 ] || [ ${#optional[@]} -gt 0 ] || return 0
	if ! command -v apt-get >/dev/null; then
		say "this machine has no apt-get; needed: ${required[*]}"
		exit 1
	fi
	if [ ${#required[@]} = 0 ] && ! has_free_rights; then
		return 0
	fi
	[ "$(id -u)" = 0 ] || as_root "$@"
	refresh_lists
	# Fresh lists may decide otherwise between alternatives.
	mapfile -t required < <(missing_of "${lists[@]}")
	mapfile -t optional < <(missing_of "${extra[@]}")
	if [ ${#required[@]} -gt 0 ] && ! install_now "${required[@]}"; then
		say "could not install: ${required[*]}"
		exit 1
	fi
	if [ ${#optional[@]} -gt 0 ] && ! install_now "${optional[@]}"; then
		say "going on without: ${optional[*]}"
	fi
}

main "$@"
