"""The nightly backup of the site of the packages, and what is made of one."""

import re
import shutil
import subprocess

import pytest
from client import picture, signup, unique
from conftest import ROOT
from units import Unit
from test_install import as_user

FOLDER = "/var/backups/pinwall"
STOPPED = [f"pinwall-{name}" for name in (
    "fast.socket", "slow.socket", "app.service", "jobs.service", "index.service",
    "guard.service")]


def metric(site, name):
    text = site.client().request("GET", "/metrics").text
    found = re.search(rf"^pinwall_{name} (\S+)$", text, re.M)
    return float(found[1]) if found else None


def backups():
    return sorted((ROOT / FOLDER[1:] / "backups").iterdir())


@pytest.fixture(scope="module")
def kept(site, machine):
    """Somebody, a picture, and a backup by the service, confined as its unit says."""
    ann = signup(site)
    ann.pin = ann.upload("pins/", unique("Kept #"), picture(size=(640, 400)))["id"]
    assert metric(site, "backup_last_seconds") == 0
    machine.run("systemctl", "start", "pinwall-backup.service")
    return ann


def test_a_backup_is_made_every_night(kept, machine):
    assert machine.is_active("pinwall-backup.timer")
    assert {"pinwall-backup.timer", "pinwall-app.service"} <= machine.enabled
    timer = Unit(ROOT, "pinwall-backup.timer")
    done = subprocess.run(["systemd-analyze", "calendar", timer.one("OnCalendar")],
                          capture_output=True, text=True, check=True)
    assert re.search(r"Normalized form: \*-\*-\* \d\d:\d\d:\d\d$", done.stdout, re.M)
    assert timer.is_on("Persistent") and timer.one("RandomizedDelaySec")


def test_it_is_whole_and_for_its_owner_alone(kept, machine):
    assert len(backups()) == 1
    machine.run("pinwall", "backup", "--verify", FOLDER)
    folder = ROOT / FOLDER[1:]
    for path in (folder, *folder.rglob("*")):
        s = path.stat()
        assert s.st_mode & 0o077 == 0 and s.st_uid == machine.walls.uid("pinwall"), path


def test_metrics_tell_its_age_and_the_end_of_the_certificate(kept, site):
    newest = max(int(path.stat().st_mtime) for path in backups())
    assert metric(site, "backup_last_seconds") == newest
    with site.tls() as s:
        der = s.getpeercert(binary_form=True)
    said = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-enddate"], input=der,
                          capture_output=True, check=True).stdout.decode()
    ends = subprocess.run(["date", "-d", said.partition("=")[2].strip(), "+%s"],
                          capture_output=True, text=True, check=True).stdout
    assert metric(site, "certificate_end_seconds") == int(ends)


def test_its_role_only_reads(kept, site):
    assert as_user(site, "pinwall", "pinwall_backup", "select count(*) > 0 from account") == "t"
    for query in ("delete from item", "create table x ()", "update account set email = 'x'",
                  "begin; set transaction read write; delete from item"):
        assert as_user(site, "pinwall", "pinwall_backup", query) is None, query


def test_who_asks_is_told_that_it_failed(kept, site, machine):
    file = ROOT / "etc/pinwall/backup.env"
    good = file.read_text()
    file.write_text(good.replace("pinwall_backup", "pinwall_nobody"))
    try:
        done = machine.run("systemctl", "start", "pinwall-backup.service", check=False)
        assert done.returncode != 0 and len(backups()) == 1
    finally:
        file.write_text(good)


def lose(site):
    """Rows, a table without which no worker starts, and all pictures."""
    site.sql("truncate account cascade")
    site.sql("drop table notice cascade")
    media = ROOT / "var/lib/pinwall/media"
    for path in media.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture(scope="module")
def restored(kept, site, machine):
    machine.stop("pinwall-jobs.service")
    refused = machine.run("pinwall", "restore", "/nowhere", check=False)
    running = {name for name in STOPPED if machine.is_active(name)}
    lose(site)
    done = machine.run("pinwall", "restore", "--replace", FOLDER)
    after = {name for name in STOPPED if machine.is_active(name)}
    machine.start("pinwall-jobs.service")
    return refused, running, done, after


def test_what_ran_before_runs_again_and_only_that(restored):
    refused, running, done, after = restored
    assert refused.returncode == 1 and "/nowhere" in refused.stdout
    assert running == after == set(STOPPED) - {"pinwall-jobs.service"}
    assert "restored: accounts=" in done.stdout


def test_the_site_is_what_it_was(restored, kept, site):
    assert site.client().request("GET", "/readyz").status_code == 200
    again = site.client()
    again.login(kept.email, kept.password)
    pin = again.want(200, "GET", f"pins/{kept.pin}")
    assert again.request("GET", pin["image"]).status_code == 200
    again.want(201, "POST", "boards/", json={"title": unique("After ")})
    again.upload("pins/", unique("After #"), picture())


def test_every_role_has_its_rights_again(restored, site):
    for user, role in (("root", "pinwall_readonly"), ("pinwall", "pinwall_backup")):
        assert as_user(site, user, role, "select count(*) > 0 from account") == "t", role
    assert as_user(site, "root", "pinwall_readonly", "select email from account") is None
    assert as_user(site, "pinwall", "pinwall", "create table x ()") is None
    assert as_user(site, "pinwall-guard", "pinwall_guardian",
                   "select count(*) >= 0 from cache_outbox") == "t"
    assert site.sql("select count(*) from pg_class where relnamespace = 'public'::regnamespace "
                    "and relkind = 'r' and pg_get_userbyid(relowner) <> 'pinwall_owner'") == [["0"]]


def test_a_site_that_is_not_empty_is_not_emptied_by_the_way(restored, kept, site, machine):
    done = machine.run("pinwall", "restore", FOLDER, check=False)
    assert done.returncode == 1 and "--replace" in done.stdout
    assert site.client().request("GET", "/readyz").status_code == 200
    kept.want(200, "GET", f"pins/{kept.pin}")


def test_the_next_backup_is_made_of_it(restored, machine):
    machine.run("systemctl", "start", "pinwall-backup.service")
    assert len(backups()) == 2
    machine.run("pinwall", "backup", "--verify", FOLDER)
