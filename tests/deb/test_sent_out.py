"""Services that are let out of their network, a mail server and a bucket on the other
side: they make no other system calls for that, and the way out is no wider."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from conftest import BARE, HERE, HOST, ROOT
from client import signup
from names import Names
from stack import wait_for
from walk import walk

for folder in ("keys", "s3"):
    sys.path.insert(0, str(HERE.parent / folder))

from smtp import Server  # noqa: E402
from swift import Swift, missing  # noqa: E402

POST = "mail.pinwall.test"
CONF = ROOT / "etc/pinwall/pinwall.conf"
UNITS = ROOT / "etc/systemd/system"


@pytest.fixture
def names():
    """It serves, and the machine asks it."""
    resolv = ROOT / "etc/resolv.conf"
    was = resolv.read_text()
    with Names(53) as running:
        resolv.write_text("nameserver 127.0.0.1\n")
        yield running
        resolv.write_text(was)


@pytest.fixture
def certificate(tmp_path):
    """A key and a certificate for the mail server, which the machine trusts."""
    both, bundle = tmp_path / "both", ROOT / "etc/ssl/certs/ca-certificates.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", f"/CN={POST}", "-addext", f"subjectAltName=DNS:{POST}",
         "-keyout", both, "-out", tmp_path / "cert"], check=True, capture_output=True)
    both.write_text(both.read_text() + (tmp_path / "cert").read_text())
    was = bundle.read_text()
    bundle.write_text(was + (tmp_path / "cert").read_text())
    yield both
    bundle.write_text(was)


@pytest.fixture
def settings(site, machine):
    """Adds lines to pinwall.conf; all is as before afterwards."""
    was = CONF.read_text()

    def add(**values):
        CONF.write_text(was + "".join(f"{k} = {v}\n" for k, v in values.items()))

    yield add
    CONF.write_text(was)
    machine.run("pinwall", "setup")
    site.reload()


def made_only_its_calls(machine):
    for name, service in machine.services.items():
        log = machine.log(name)
        assert "signal=31" not in log and "broke the rules" not in log, f"{name}: {log}"
        assert all(status == 0 for _, status in service.ends), f"{name}: {service.ends}"


def score(name):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--root={ROOT}", f"{name}.service"],
        capture_output=True, text=True, check=True)
    return float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)[1])


def asks_for_a_password(site, ann):
    site.client().want(200, "POST", "rest-auth/password/reset", json={"email": ann.email})


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_mails_leave(site, machine, settings, names, certificate, scheme):
    """After smtp_url was set and `pinwall setup` run, by TLS and with a login."""
    ann = signup(site)
    secret = ROOT / "etc/pinwall/secret/smtp.pass"
    was = secret.read_text()
    secret.write_text("s3cret word\n")
    with Server(certificate=certificate, tls_first=scheme == "smtps", starttls=scheme == "smtp",
                login=("pins", "s3cret word")) as server:
        settings(smtp_url=f"{scheme}://{POST}:{server.port}", smtp_user="pins")
        try:
            machine.run("pinwall", "setup")
            assert score("pinwall-jobs") <= 1.0
            asks_for_a_password(site, ann)
            wait_for(lambda: server.mails, 30)
        finally:
            secret.write_text(was)
    (sender, receivers, raw), = server.mails
    assert sender == f"<noreply@{HOST}>" and receivers == [f"<{ann.email}>"]
    assert b"Message-ID: " in raw and server.encrypted[-1]
    assert (POST, 1) in names.asked
    made_only_its_calls(machine)


def test_without_a_mail_server_the_way_is_closed(site, machine):
    """Those before have left nothing."""
    assert not (UNITS / "pinwall-jobs.service.d/mail.conf").exists()
    unit = machine.services["pinwall-jobs.service"].unit
    assert unit.is_on("PrivateNetwork") and score("pinwall-jobs") <= 0.5


@pytest.fixture
def bucket(site, machine, settings):
    """The site's pictures are in one, as deploy/systemd/bucket.conf says."""
    why = missing()
    if why:
        pytest.skip(why)
    names = [f"pinwall-{name}.service" for name in ("app", "jobs", "backup")]
    for name in names:
        (UNITS / f"{name}.d").mkdir(exist_ok=True)
        shutil.copy(BARE / "usr/share/doc/pinwall/examples/bucket.conf", UNITS / f"{name}.d")
    key = ROOT / "etc/pinwall/secret/s3.key"
    with Swift() as server:
        key.write_text(f"{server.access}\n{server.secret}\n")
        key.chmod(0o600)
        settings(media="s3", s3_endpoint=server.url, s3_bucket=server.bucket,
                 s3_region=server.region, s3_key_file="/etc/pinwall/secret/s3.key")
        machine.run("pinwall", "setup")
        machine.run("systemctl", "restart", *names[:2])
        yield server
    key.unlink()
    for name in names:
        (UNITS / f"{name}.d/bucket.conf").unlink()
        if not any((UNITS / f"{name}.d").iterdir()):
            (UNITS / f"{name}.d").rmdir()
    CONF.write_text(re.sub(r"(?m)^(media|s3_\w+) = .*\n", "", CONF.read_text()))
    machine.run("systemctl", "restart", *names[:2])


def test_pictures_go_into_a_bucket(site, machine, bucket):
    """The walk of test_install.py, and a backup, with everything in it."""
    walk(site)
    assert len(bucket.keys()) > 8
    found = json.loads(machine.run("pinwall", "check", "--json", check=False).stdout)
    assert found["errors"] == 0 and "s3_endpoint" in [
        one["what"] for one in found["findings"] if one["level"] == "ok"], found
    machine.run("systemctl", "start", "pinwall-backup.service")
    made_only_its_calls(machine)
    for name in ("app", "jobs", "backup"):
        assert score(f"pinwall-{name}") <= 1.1
