"""The package on a bare Debian: one command, and the site answers over TLS."""

import hashlib
import json
import re
import ssl
import subprocess

import pytest

from conftest import BARE, HOST, ROOT, SERVICES, others
from crowd import Crowd
from stack import wait_for
from walk import walk

MOST = {"pinwall-app": 0.5, "pinwall-image": 0.5, "pinwall-fetch": 1.3, "pinwall-jobs": 1.0,
        "pinwall-index": 1.0, "pinwall-backup": 1.0,
        "pinwall-guard": 1.0, "pinwall-redis-cache": 1.2,
        "pinwall-redis-state": 1.2, "nginx": 3.0, "postgresql@15-pinwall": 3.0}


def test_the_site_answers(site):
    assert site.client().request("GET", "/readyz").status_code == 200


def test_nothing_is_found_wrong(site, machine):
    """By the program itself, on a site that was just set up; but that nobody has
    said yet where mails go."""
    done = machine.run("pinwall", "check", "--json", check=False)
    found = json.loads(done.stdout)
    wrong = [one["what"] for one in found["findings"] if one["level"] != "ok"]
    assert wrong == ["smtp_url"] and found["errors"] == 0, done.stdout


def test_ten_thousand_connections_are_held(site):
    with Crowd("127.0.0.1", 80, 10_000, HOST) as crowd:
        assert site.client().request("GET", "/api/pins/").status_code == 200
        assert crowd.held() == 10_000


NGINX = "etc/nginx/nginx.conf"
MOST_FILES = "worker_rlimit_nofile 32768;"
FORMS = {   # what nginx.conf says: what setup makes of it
    "events {\n\tworker_connections 768; # few\n}":
        f"{MOST_FILES}\nevents {{\n\tworker_connections 16384; # few\n}}",
    "events {\n# worker_connections 9;\n}":
        f"{MOST_FILES}\nevents {{\nworker_connections 16384;\n# worker_connections 9;\n}}",
    "worker_rlimit_nofile 100;\nevents { worker_connections 20000; }":
        f"{MOST_FILES}\nevents {{ worker_connections 20000; }}",
    "worker_rlimit_nofile 40000;\nevents { worker_connections 20000; }": None,
    "events {}": None}


def test_nginx_conf_is_changed_where_it_says_less(site, machine):
    """And nowhere else; its text of before stays beside it."""
    file, old = ROOT / NGINX, ROOT / f"{NGINX}.pinwall-old"
    was, before = file.read_text(), old.read_text()
    assert before == (BARE / NGINX).read_text() and "worker_connections 768;" in before
    assert was == before.replace("events {", f"{MOST_FILES}\nevents {{").replace(" 768;", " 16384;")
    frame = re.sub(r"worker_rlimit.*\n", "", was)
    try:
        for said, wanted in FORMS.items():
            text = re.sub(r"events \{[^}]*\}", said, frame)
            file.write_text(text)
            done = machine.run("pinwall", "setup").stdout
            assert file.read_text() == re.sub(r"events \{[^}]*\}", wanted or said, frame)
            assert (old.read_text() == text) == bool(wanted)
            assert ("finds no place" in done) == (said == "events {}"), done
    finally:
        file.write_text(was)
        old.write_text(before)


def test_what_nginx_refuses_is_taken_back(site, machine):
    file, more = ROOT / NGINX, ROOT / "etc/nginx/modules-enabled/99-mine.conf"
    was = file.read_text()
    file.write_text(was.replace(MOST_FILES + "\n", ""))
    more.write_text("worker_rlimit_nofile 50000;\n")
    try:
        said = machine.run("pinwall", "setup").stdout
        assert "is as it was, and yours to change" in said
        assert file.read_text() == was.replace(MOST_FILES + "\n", "")
    finally:
        more.unlink()
        file.write_text(was)


def test_an_nginx_that_holds_too_few_is_found(site, machine):
    file = ROOT / NGINX
    was = file.read_text()
    try:
        file.write_text(was.replace("16384", "4096"))
        done = machine.run("pinwall", "check", "--json", check=False)
    finally:
        file.write_text(was)
    found, = [one for one in json.loads(done.stdout)["findings"] if one["what"] == "nginx"]
    assert found["level"] == "warning" and "4096 connections" in found["why"]


def test_the_log_of_postgres_quotes_nobody(site):
    for name, value in (("log_error_verbosity", "terse"), ("log_min_error_statement", "panic"),
                        ("log_parameter_max_length", "0"), ("log_statement", "none"),
                        ("log_parameter_max_length_on_error", "0")):
        assert site.sql(f"show {name}") == [[value]], name
    assert as_user(site, "pinwall", "pinwall", "show log_min_messages") == "fatal"
    assert site.sql("select pg_has_role('pinwall', 'pg_read_all_stats', 'member')") == [["t"]]


def test_others_are_left_alone(site, before, machine):
    assert others(machine) == before


def test_every_service_makes_only_its_calls(site):
    """And reads, writes and reaches only what its unit lets it."""
    walk(site)
    for name, service in site.machine.services.items():
        log = site.machine.log(name)
        assert "signal=31" not in log and "broke the rules" not in log, f"{name}: {log}"
        assert service.ends == [], f"{name}: {service.ends}"


def test_a_call_that_is_not_listed_ends_the_process(site, machine):
    """So the test above sees what it looks for."""
    service = machine.services["pinwall-index.service"]
    assert not {"ptrace", "mount", "bpf", "unshare"} & set(machine.walls.allowed(service.unit))
    assert machine.enter(service, ["/usr/lib/pinwall/pinwall", "conf"]).wait(30) == 0
    listed = service.unit.settings["SystemCallFilter"]
    service.unit.settings["SystemCallFilter"] = ["read write"]
    try:
        assert machine.enter(service, ["/usr/lib/pinwall/pinwall", "conf"]).wait(30) == -31
    finally:
        service.unit.settings["SystemCallFilter"] = listed


@pytest.mark.parametrize("name", MOST)
def test_exposure(site, tmp_path, name):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--root={ROOT}", f"{name}.service"],
        capture_output=True, text=True, check=False)
    score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert score, done.stdout + done.stderr
    assert float(score.group(1)) <= MOST[name], done.stdout


def test_units_are_sound():
    """systemd finds nothing wrong with any unit or drop-in."""
    names = [p.name for p in (BARE / "usr/lib/systemd/system").glob("pinwall*.*")
             if p.is_file()]
    assert len(names) >= 15 and "pinwall-backup.timer" in names
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", f"--root={BARE}", *names],
                          capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "pinwall" in line]
    assert said == [], done.stderr


def test_tls(site):
    with site.tls() as s:
        assert s.selected_alpn_protocol() == "h2"
        assert s.version() == "TLSv1.3"
        der = s.getpeercert(binary_form=True)
    text = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-text"], input=der,
                          capture_output=True, check=True).stdout.decode()
    assert "prime256v1" in text and f"DNS:{HOST}" in text
    with site.tls(ssl.TLSVersion.TLSv1_2) as s:
        assert s.version() == "TLSv1.2" and "ECDSA" in s.cipher()[0]
    with pytest.raises((ssl.SSLError, ConnectionError)):
        site.tls(ssl.TLSVersion.TLSv1_1)


@pytest.mark.parametrize("path, status", [
    ("/", 200), ("/api/pins/", 200), ("/api/nowhere", 404), ("/media/nothing.webp", 404),
    ("/assets/nothing.js", 404), ("/api/users/me", 401), ("/nowhere", 404), ("/healthz", 200)])
def test_headers_are_on_every_answer(site, path, status):
    answer = site.client().request("GET", path)
    assert answer.status_code == status
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_plain_http_is_sent_on_but_for_certbot(site):
    client = site.client()
    answer = client.request("GET", f"http://{HOST}/pin/1?x=2")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"https://{HOST}/pin/1?x=2"
    folder = ROOT / "var/lib/pinwall/acme/.well-known/acme-challenge"
    folder.mkdir(parents=True)
    (folder / "token").write_text("proof")
    where = f"http://{HOST}/.well-known/acme-challenge/token"
    assert client.request("GET", where).text == "proof"


def fingerprint():
    """Every file that setup may have written, with its mode and its owner."""
    found = {}
    for folder in ("etc", "var/lib/pinwall/web"):
        for path in (ROOT / folder).rglob("*"):
            s = path.lstat()
            if path.is_file() and not path.is_symlink():
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                found[str(path)] = (digest, s.st_mode, s.st_uid, s.st_gid, s.st_ino)
    return found


def pids(machine):
    return {name: service.pid for name, service in machine.services.items()}


def test_a_second_time_changes_nothing(site, machine):
    before = fingerprint(), pids(machine)
    said = machine.run("pinwall", "setup").stdout
    assert f"the site is https://{HOST}" in said
    now = fingerprint(), pids(machine)
    # redis-render writes its files anew, with the same text
    assert {k: v[:4] for k, v in now[0].items()} == {k: v[:4] for k, v in before[0].items()}
    assert now[1] == before[1]


def test_what_is_missing_is_mended(site, machine):
    lost = ["etc/nginx/snippets/pinwall-site.conf", "etc/pinwall/secret/smtp.pass",
            "etc/pinwall/guard.env", f"etc/pinwall/tls/{HOST}.pem"]
    for name in lost:
        (ROOT / name).unlink()
    site.sql("revoke connect on database pinwall from pinwall")
    site.sql("revoke delete on cache_outbox from pinwall_guardian")
    conf = ROOT / "etc/pinwall/pinwall.conf"
    conf.write_text(re.sub("index_dir = .*\n", "", conf.read_text()) + "language = ko\n")
    machine.run("pinwall", "setup")
    assert all((ROOT / name).exists() for name in lost)
    assert "index_dir = /run/pinwall/index" in conf.read_text()
    assert "language = ko" in conf.read_text()
    assert site.sql("select has_database_privilege('pinwall', 'pinwall', 'connect'), "
                    "has_table_privilege('pinwall_guardian', 'cache_outbox', 'delete')") \
        == [["t", "t"]]
    # its workers before the reload may show the certificate of before
    made = ssl.PEM_cert_to_DER_cert((ROOT / lost[-1]).read_text())
    wait_for(lambda: shown(site) == made, 30)
    assert site.client().request("GET", "/readyz").status_code == 200


def test_a_bucket_and_balancers_have_an_nginx_site_of_their_own(site, machine):
    """With `media = s3` the next setup renders what speaks to the bucket, with
    /etc/pinwall/balancers what listens to them."""
    render = """
        set -euo pipefail
        share=/usr/share/pinwall lib=/usr/lib/pinwall state=/var/lib/pinwall conf=/tmp/s3
        HOST=pinwall.test CERTIFICATE=/etc/pinwall/tls/$HOST.pem KEY=/etc/pinwall/tls/$HOST.key
        . $share/deploy/setup-site.sh
        mkdir -p /tmp/s3
        {
            cat /etc/pinwall/pinwall.conf
            printf '%s = %s\\n' media s3 s3_endpoint https://s3.example s3_bucket pictures \
                s3_path_style "$1"
        } >/tmp/s3/pinwall.conf
        printf '%s\n' '10.1.0.1 # the first' fd00::/8 >/tmp/s3/balancers
        render /tmp/s3/out
        sed "s,snippets/,/tmp/s3/out/snippets/,; s,backlog=[0-9]*,," \
            /tmp/s3/out/site-tls.conf >/tmp/s3/site.conf
        sed -i "s,include snippets/,include /tmp/s3/out/snippets/," /tmp/s3/out/snippets/*.conf
        sed "s,/etc/nginx/sites-enabled/.*;,/tmp/s3/site.conf;," /etc/nginx/nginx.conf \
            >/tmp/s3/nginx.conf
        nginx -t -c /tmp/s3/nginx.conf
        cat /tmp/s3/out/snippets/pinwall-{media*,http}.conf
        grep listen /tmp/s3/out/site-tls.conf
        rm -r /tmp/s3"""
    for style, address in (("1", "https://s3.example"), ("0", "https://pictures.s3.example")):
        said = machine.run("bash", "-c", render, "render", style).stdout
        assert f"set $pinwall_bucket {address};" in said
        assert "proxy_cache_path /var/lib/nginx/pinwall " in said
        assert re.findall(r"set_real_ip_from (.*);", said) == ["10.1.0.1", "fd00::/8"]
        listens = re.findall(r"listen ([^;]*443[^;]*);", said)
        assert listens and all("proxy_protocol" in one for one in listens)


def test_a_name_that_is_none_is_refused(machine):
    for name in ("-x", "a b", "a;b", "/etc", "A.de\n"):
        done = machine.run("pinwall", "setup", name, check=False)
        assert done.returncode in (1, 2), done.stdout


def as_user(site, user, role, query):
    done = site.machine.run(
        "setpriv", f"--reuid={user}", "--clear-groups", "psql", "-XAtq", "-h",
        "/run/postgresql", "-p", site.port(), "-U", role, "-d", "pinwall", "-c", query,
        check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def test_roles_have_just_their_rights(site):
    assert as_user(site, "pinwall", "pinwall", "select count(*) >= 0 from account") == "t"
    assert as_user(site, "pinwall", "pinwall", "create table x ()") is None
    assert as_user(site, "pinwall", "pinwall_owner", "select 1") is None
    assert as_user(site, "pinwall", "postgres", "select 1") is None
    assert as_user(site, "www-data", "pinwall", "select 1") is None
    assert as_user(site, "pinwall-guard", "pinwall_guardian",
                   "select count(*) >= 0 from cache_outbox") == "t"
    assert as_user(site, "pinwall-guard", "pinwall_guardian",
                   "select count(*) from account") is None
    assert as_user(site, "root", "pinwall_readonly", "select count(*) > 0 from account") == "t"
    for query in ("select password from account", "select email from account",
                  "delete from item", "create table x ()", "select * from refresh_token"):
        assert as_user(site, "root", "pinwall_readonly", query) is None, query
    assert site.sql("show data_checksums") == [["on"]]


def test_secrets_are_roots(site):
    for name in ("secret/secret.key", "redis-state/app.pass", "redis-cache/app.pass",
                 "redis-cache/guard.pass", "owner.dsn", f"tls/{HOST}.key"):
        s = (ROOT / "etc/pinwall" / name).stat()
        assert (s.st_mode & 0o777, s.st_uid) == (0o600, 0), name


def test_the_staff_user_is_one(site):
    boss = site.client()
    boss.login("boss@example.com", "seven grey lanterns")
    assert boss.request("GET", "staff/users").status_code == 200


def test_a_killed_service_comes_back(site, machine):
    for name in SERVICES:
        service = machine.services[f"pinwall-{name}.service"]
        was = service.pid
        subprocess.run(["kill", "-9", str(was)], check=True)
        wait_for(lambda s=service, w=was: s.pid != w and s.ready and machine.lives(s), 30)
        service.ends.clear()
    wait_for(lambda: site.client().request("GET", "/readyz").status_code == 200, 30)


def shown(site):
    """The certificate."""
    with site.tls() as s:
        return s.getpeercert(binary_form=True)


def test_a_certificate_of_certbot_is_taken_up(site, machine):
    live = ROOT / f"etc/letsencrypt/live/{HOST}"
    live.mkdir(parents=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext",
         f"subjectAltName=DNS:{HOST}", "-keyout", live / "privkey.pem",
         "-out", live / "fullchain.pem"], check=True, capture_output=True)
    hook = "/etc/letsencrypt/renewal-hooks/deploy/pinwall"
    machine.run(hook, environment={"RENEWED_DOMAINS": "other.example"})
    wanted = ssl.PEM_cert_to_DER_cert((live / "fullchain.pem").read_text())
    assert shown(site) != wanted
    machine.run(hook, environment={"RENEWED_DOMAINS": f"x.example {HOST}"})
    wait_for(lambda: shown(site) == wanted, 20)
    # without it the one signed by the site itself is back
    for file in live.iterdir():
        file.unlink()
    live.rmdir()
    machine.run("pinwall", "setup", "certificate")
    wait_for(lambda: shown(site) != wanted, 20)
