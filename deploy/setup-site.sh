# shellcheck shell=bash disable=SC2154
# The browser application, the certificate, and the site of Nginx.

# Puts the files of the browser application where Nginx finds them, all at once.
# Scripts and styles of versions before stay for a month: pages that are open ask
# for them (their names are hashes of what they hold).
put_web()
{
	local from=$share/web to=$state/web sum now file name
	sum=$(cd "$from" && find . -type f -print0 | sort -z |
	    xargs -0 sha256sum | sha256sum)
	now=$to/${sum:0:16}
	if [ "$(readlink "$to/now")" = "${now##*/}" ]; then
		return
	fi
	rm -rf "$now.new"
	cp -R "$from" "$now.new"
	(cd "$now.new/assets" && ls) >"$now.new.names"
	if [ -d "$to/now/assets" ]; then
		for file in "$to"/now/assets/*; do
			name=${file##*/}
			[ ! -e "$now.new/assets/$name" ] || continue
			if grep -qxF "$name" "$(readlink -f "$to/now").names"
			then
				touch "$file" # its month begins
			fi
			if [ -n "$(find "$file" -mtime -30)" ]; then
				ln "$file" "$now.new/assets/$name"
			fi
		done
	fi
	rm -rf "$now"
	mv "$now.new" "$now"
	mv "$now.new.names" "$now.names"
	ln -sfn "${now##*/}" "$to/now.new"
	mv -T "$to/now.new" "$to/now"
	for file in "$to"/*; do
		case $file in
		"$now"|"$now.names"|"$to/now") ;;
		*) rm -rf "$file" ;;
		esac
	done
}

# Sets CERTIFICATE and KEY, and CERTBOT when they come from it.
certificate()
{
	local live=/etc/letsencrypt/live/$HOST
	CERTBOT=
	if [ -e "$live/fullchain.pem" ] && [ -e "$live/privkey.pem" ]; then
		CERTIFICATE=$live/fullchain.pem KEY=$live/privkey.pem
		# shellcheck disable=SC2034
		CERTBOT=1
		return
	fi
	CERTIFICATE=$conf/tls/$HOST.pem KEY=$conf/tls/$HOST.key
	install -d -m 700 "$conf/tls"
	if [ -s "$CERTIFICATE" ] && [ -s "$KEY" ] &&
	    openssl x509 -in "$CERTIFICATE" -noout -checkend 604800 >/dev/null
	then
		return
	fi
	say "a certificate signed by itself, for $HOST"
	(umask 077 && openssl req -x509 -newkey ec \
	    -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 365 \
	    -subj "/CN=$HOST" -addext "subjectAltName=DNS:$HOST" \
	    -keyout "$KEY.new" -out "$CERTIFICATE.new" 2>/dev/null) ||
	    die 'openssl made no certificate'
	mv "$KEY.new" "$KEY"
	mv "$CERTIFICATE.new" "$CERTIFICATE"
}

tell_certbot()
{
	cat >&2 <<-EOF
	setup: browsers will warn of its certificate until there is one by certbot:
	    apt-get install certbot && certbot certonly --webroot -w $state/acme \\
	        -d $HOST --key-type ecdsa --elliptic-curve secp256r1
	EOF
}

# Renders the site for Nginx into folder $1.  /etc/pinwall/balancers, if there is
# one, has the addresses of those before this host, a line each.
render()
{
	local http=80 https=443 balancers=
	[ ! -e "$conf/balancers" ] ||
	    balancers=$(sed 's/#.*//' "$conf/balancers" | tr '\n' ' ')
	if [ -e /proc/net/if_inet6 ]; then
		http='80; listen [::]:80'
		https='443 ssl http2@PROXY@ backlog=4096; listen [::]:443'
	fi
	"$share/deploy/nginx-render" site-tls "$1" HTTP="$http" \
	    HTTPS="$https" HOST="$HOST" ACME="$state/acme" \
	    STATIC="$state/web/now" LOG=/var/log/nginx \
	    CERTIFICATE="$CERTIFICATE" KEY="$KEY" RUN=/run/pinwall \
	    CONF="$conf/pinwall.conf" MEDIA="$state/media" \
	    KEPT=/var/lib/nginx/pinwall BALANCERS="$balancers"
	"$lib/pinwall" routes --nginx --conf "$conf/pinwall.conf" \
	    >"$1/snippets/pinwall-routes.conf"
}

# Puts it where Debian's Nginx looks.  What Nginx refuses is taken back; it is
# reloaded only when something has changed, its certificate among it.
site()
{
	local new old file sum
	new=$(mktemp -d)
	old=$(mktemp -d)
	render "$new"
	CHANGED=
	for file in "$new"/snippets/*.conf; do
		keep "/etc/nginx/snippets/${file##*/}" "$old"
		put "/etc/nginx/snippets/${file##*/}" 644 root <"$file"
	done
	keep /etc/nginx/sites-available/pinwall "$old"
	put /etc/nginx/sites-available/pinwall 644 root <"$new/site-tls.conf"
	if [ ! -e "$conf/site-enabled" ]; then
		ln -sfn ../sites-available/pinwall \
		    /etc/nginx/sites-enabled/pinwall
		: >"$conf/site-enabled"
		CHANGED=1
	fi
	if ! nginx -t -q; then
		cp -a "$old/." /
		rm -rf "$new" "$old"
		die 'Nginx refuses its configuration: the one before is back'
	fi
	rm -rf "$new" "$old"
	sum=$(cat "$CERTIFICATE" "$KEY" | sha256sum)
	put "$conf/tls.sum" 600 root <<<"$sum"
	# for /metrics: its folder is closed to the services
	put "$conf/certificate.pem" 644 root <"$CERTIFICATE"
	[ -n "$CHANGED" ] || return 0
	has_systemd || return 0
	systemctl reload-or-restart nginx
}

# What file $1 of Nginx says of $2, if it does.
nginx_says()
{
	sed -nE "s/^([^#]*[[:space:];{])?$2[[:space:]]+([0-9]+)[[:space:]]*;.*/\2/p" \
	    "$1" | tail -n 1
}

# Sees to it that $main.new says $2 or more of $1, which stands $3 (a or i, as sed
# has them) the line that begins the events.
nginx_raise()
{
	local was
	was=$(nginx_says "$main" "$1")
	[ "${was:-0}" -lt "$2" ] || return 0
	if [ -n "$was" ]; then
		sed -i -E "s/^([^#]*[[:space:];{])?$1[[:space:]]+$was/\1$1 $2/" \
		    "$main.new"
	else
		sed -i -E "/^[[:space:]]*events[[:space:]]*\{[[:space:]]*$/$3\\
$1 $2;" "$main.new"
	fi
	if [ "$(nginx_says "$main.new" "$1")" = "$2" ]; then
		say "$main: $1 $2, it was ${was:-not there}"
	else
		say "$main should have: $1 $2; setup finds no place for it"
	fi
}

# Room for ten thousand connections, and for as many answers that are waited for.
# Both can be said only once, and Debian's nginx.conf says one of them: what is
# less there is changed there, and the file of before stays beside it.
nginx_room()
{
	local main
	main=$(readlink -e /etc/nginx/nginx.conf) || return 0
	cp -p "$main" "$main.new"
	nginx_raise worker_connections 16384 a
	nginx_raise worker_rlimit_nofile 32768 i
	if cmp -s "$main" "$main.new"; then
		rm "$main.new"
		return
	fi
	cp -p "$main" "$main.pinwall-old"
	mv "$main.new" "$main"
	if ! nginx -t -q; then
		mv "$main.pinwall-old" "$main"
		say "Nginx refuses that: $main is as it was, and yours to change"
		return
	fi
	say "the file of before is $main.pinwall-old"
	control reload-or-restart nginx
	nginx_files 32768
}

# A process of before may be held to fewer files than $1 as long as it lives.
nginx_files()
{
	local most
	most=$(awk '/^Max open files/ { print $5 }' \
	    "/proc/$(cat /run/nginx.pid 2>/dev/null)/limits" \
	    2>/dev/null) || return 0
	if [ "$most" != unlimited ] && [ "${most:-$1}" -lt "$1" ]; then
		say "Nginx may open $most files until: systemctl restart nginx"
	fi
}

# A copy of $1 below $2, if it is there.
keep()
{
	if [ -e "$1" ]; then
		mkdir -p "$2${1%/*}"
		cp -a "$1" "$2$1"
	fi
}
