"""The next version is installed while people use the site: no request fails, and
pages that are open go on.  Then the package goes."""

import re
import subprocess
import threading
import time

import pytest

from client import login, picture, signup, unique
from conftest import MADE, ROOT, SERVICES
from stack import wait_for

LEAST = 2000  # requests


class Traffic:
    """People who come and go: each request is a connection of its own, as a
    connection that is kept is closed by Nginx when it takes up its files anew."""

    def __init__(self, site, person):
        self.site, self.person = site, person
        self.count, self.failures = 0, []
        self.ends = threading.Event()
        self.lock = threading.Lock()
        kinds = [self.read, self.read, self.page, self.write, self.upload, self.read]
        self.threads = [threading.Thread(target=self.run, args=(k,)) for k in kinds]

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        for t in self.threads:
            t.join()

    def run(self, kind):
        client = self.site.client()
        client.headers["Connection"] = "close"
        client.headers["Authorization"] = self.person.headers["Authorization"]
        while not self.ends.is_set():
            kind(client)

    def ask(self, client, status, method, path, **options):
        try:
            answer = client.request(method, path, **options)
            said = "" if answer.status_code == status else \
                f"{answer.status_code} {answer.text[:200]}"
        except OSError as e:
            answer, said = None, repr(e)
        with self.lock:
            self.count += 1
            if said:
                self.failures.append(f"{method} {path}: {said}")
        return answer

    def read(self, client):
        for path in ("pins/", "boards/", "tags/", "users/me", "notices/count"):
            self.ask(client, 200, "GET", path)

    def page(self, client):
        """A page, and the scripts and styles that it names."""
        answer = self.ask(client, 200, "GET", "/")
        for name in re.findall(r'"(/assets/[^"]+)"', answer.text if answer is not None else ""):
            self.ask(client, 200, "GET", name)

    def write(self, client):
        self.ask(client, 201, "POST", "boards/", json={"title": unique("Board ")})

    def upload(self, client):
        self.ask(client, 201, "POST", "pins/", data={"title": unique("Sea #")},
                 files={"image": ("a.png", picture())})
        time.sleep(0.2)  # Nginx lets an address have ten of these a second


@pytest.fixture(scope="module")
def upgraded(site, machine):
    """(traffic, scripts and styles of the page before)"""
    site.set("limit_scale", 100000)
    person = signup(site)
    page = site.client().request("GET", "/").text
    assets = re.findall(r'"(/assets/[^"]+)"', page)
    deb = next((MADE / "next/build/deb").glob("pinwall_*.deb"))
    (ROOT / "root/next.deb").write_bytes(deb.read_bytes())
    with Traffic(site, person) as traffic:
        wait_for(lambda: traffic.count > LEAST / 4, 120)
        done = machine.run("dpkg", "-i", "/root/next.deb")
        assert "next" in done.stdout
        reached = traffic.count
        wait_for(lambda: traffic.count > max(LEAST, reached + LEAST / 4), 180)
    return traffic, person, assets


def test_no_request_fails(upgraded):
    traffic = upgraded[0]
    assert traffic.failures == [] and traffic.count >= LEAST, (traffic.count, traffic.failures)


def test_the_tables_are_those_of_the_next(upgraded, site):
    assert site.sql("select count(*) from next_version") == [["0"]]
    assert site.sql("select has_table_privilege('pinwall', 'next_version', 'insert')") == [["t"]]


def test_every_process_is_of_the_next(upgraded, site):
    for name in SERVICES:
        master = site.machine.services[f"pinwall-{name}.service"].pid
        wait_for(lambda m=master: not old_children(m), 100)


def old_children(master):
    """Processes of a master that run a program file that is gone."""
    children = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True,
                              check=False).stdout.split()
    links = [subprocess.run(["readlink", f"/proc/{pid}/exe"], capture_output=True, text=True,
                            check=False).stdout for pid in children]
    assert children
    return [link for link in links if "(deleted)" in link]


def test_a_service_that_cannot_be_reloaded_is_started_anew(upgraded, site, machine):
    """A program that ends at once: the old one goes on until it is put right, and
    `upgrade` says so."""
    program = ROOT / "usr/lib/pinwall/pinwall"
    service = machine.services["pinwall-guard.service"]
    was = service.pid
    good = program.rename(program.with_name("kept"))
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    machine.reload("pinwall-guard.service")
    wait_for(lambda: service.status.endswith("failed"), 30)
    assert service.pid == was and machine.is_active("pinwall-guard.service")
    program.unlink()
    good.rename(program)
    # and one whose reload is never answered is started anew
    done = machine.run("bash", "-c", """
        set -euo pipefail
        systemctl() {
            [ "$1" = reload ] || /usr/bin/systemctl "$@"
        }
        cd /usr/share/pinwall/deploy
        sed '/^exec 9/,$d' setup >parts
        . ./parts
        patience=3
        renew guard""", check=False, timeout=120)
    assert "started anew" in done.stdout, done.stdout
    assert service.pid != was and service.ready


def test_pages_that_are_open_go_on(upgraded, site):
    _, _, assets = upgraded
    now = re.findall(r'"(/assets/[^"]+)"', site.client().request("GET", "/").text)
    assert set(now) - set(assets), "the next version has other scripts"
    for name in set(assets) | set(now):
        assert site.client().request("GET", name).status_code == 200, name


def test_who_was_logged_in_still_is(upgraded, site):
    person = upgraded[1]
    person.want(200, "GET", "users/me")
    login(site, person.email, person.password)


def test_removed_and_purged(upgraded, site, machine):
    media = ROOT / "var/lib/pinwall/media"
    assert any(media.rglob("*.webp"))
    kept = ROOT / "var/lib/nginx/pinwall"  # of a bucket
    kept.mkdir(exist_ok=True)
    machine.run("dpkg", "--remove", "pinwall")
    assert not machine.is_active("pinwall-app.service")
    assert not (ROOT / "etc/nginx/sites-enabled/pinwall").exists()
    assert (ROOT / "etc/pinwall/secret/secret.key").exists() and any(media.rglob("*.webp"))
    machine.run("dpkg", "--purge", "pinwall")
    left = [str(p) for p in (ROOT / "etc").rglob("*pinwall*")
            if "postgresql" not in str(p)]
    assert left == [] and not kept.exists()
    assert any(media.rglob("*.webp")) and site.sql("select count(*) > 0 from account")
    assert "default" in machine.run("nginx", "-T").stdout


def test_data_goes_when_it_is_said(upgraded, machine):
    machine.run("dpkg", "-i", "/root/next.deb")
    machine.run("env", "PINWALL_PURGE=data", "dpkg", "--purge", "pinwall")
    assert not (ROOT / "var/lib/pinwall").exists()
    assert "pinwall" not in machine.run("pg_lsclusters").stdout
    assert "main" in machine.run("pg_lsclusters").stdout
