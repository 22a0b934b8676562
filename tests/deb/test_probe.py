"""What a process of the application cannot do although it has been taken over.

The walls that are tried are those which walls.py puts up by the means of the
kernel: what is hidden, read-only or not to be executed, the network of its own,
families of sockets, memory that is both written and executed, user, capabilities and
the list of system calls (of which the program is ended here by a signal, and gets EPERM
by systemd).  It does not put up IPAddressDeny=, DevicePolicy=, PrivateUsers=,
ProtectProc=, ProtectHostname=, RestrictSUIDSGID=, LockPersonality=, KeyringMode= and
TasksMax=: of these `systemd-analyze security` is believed (test_install.py).
"""

import re
import shutil
import subprocess

import pytest
from conftest import BARE, HERE, ROOT
from services import Service
from units import Unit

REFUSED = {
    "inet_socket": "EAFNOSUPPORT", "inet6_socket": "EAFNOSUPPORT",
    "netlink_socket": "EAFNOSUPPORT", "connect_out": "EAFNOSUPPORT", "read_shadow": "EACCES",
    "write_program": "EACCES", "write_backups": "EROFS", "run_shell": "EACCES",
    "map_code": "EPERM", "make_code": "EPERM", "become_root": "signal 31", "trace": "signal 31"}
ALLOWED = {"unix_socket", "read_conf", "write_media"}


@pytest.fixture(scope="module")
def probe(site, machine):
    """Runs it as a service does: what came of each attempt."""
    program = ROOT / "usr/lib/pinwall/probe"
    subprocess.run(["gcc", "-Wall", "-Werror", "-o", program, HERE / "probe.c"], check=True)

    def run(name, service=None):
        service = service or machine.services[f"pinwall-{name}.service"]
        log = machine.log_dir / f"{service.unit.name}.log"
        before = log.stat().st_size
        assert machine.enter(service, ["/usr/lib/pinwall/probe"]).wait(60) == 0
        lines = log.read_bytes()[before:].decode().splitlines()
        found = dict(line.split(" ", 1) for line in lines if line.split(" ")[0] in known)
        assert set(found) == known, lines
        return found

    known = set(REFUSED) | ALLOWED
    yield run
    program.unlink()
    (ROOT / "var/lib/pinwall/media/.probe").unlink(missing_ok=True)


def test_the_application_gets_no_further(probe):
    found = probe("app")
    assert found == REFUSED | dict.fromkeys(ALLOWED, "ok")


def test_there_is_no_network_behind_the_families(probe, machine):
    """Each wall stands by itself: without the one the other is met."""
    settings = machine.services["pinwall-app.service"].unit.settings
    kept = settings.pop("RestrictAddressFamilies")
    try:
        found = probe("app")
        assert (found["inet_socket"], found["connect_out"]) == ("ok", "ENETUNREACH")
    finally:
        settings["RestrictAddressFamilies"] = kept


def test_who_decodes_pictures_sees_no_file_of_the_site(probe):
    found = probe("image")
    for name in ("inet_socket", "connect_out", "read_shadow", "write_program", "run_shell",
                 "map_code", "make_code"):
        assert found[name] == REFUSED[name], found
    assert found["write_media"] == "EACCES" and found["write_backups"] == "EACCES"


@pytest.mark.parametrize("name", ["app", "jobs"])
def test_the_way_to_a_bucket_is_no_wider_than_that(probe, name):
    """The example that is shipped: all walls but those of the network stand."""
    folder = ROOT / f"etc/systemd/system/pinwall-{name}.service.d"
    folder.mkdir(parents=True, exist_ok=True)
    file, key = folder / "bucket.conf", ROOT / "etc/pinwall/secret/s3.key"
    shutil.copy(BARE / "usr/share/doc/pinwall/examples/bucket.conf", file)
    key.write_text("access\nsecret\n")
    try:
        unit = Unit(ROOT, f"pinwall-{name}.service")
        found = probe(name, Service(unit))
        open_now = {"inet_socket": "ok", "inet6_socket": "ok", "connect_out": "ENETUNREACH"}
        assert found == REFUSED | dict.fromkeys(ALLOWED, "ok") | open_now
        assert unit.words("IPAddressDeny") == ["any"] and "any" not in unit.words("IPAddressAllow")
        done = subprocess.run(["systemd-analyze", "security", "--offline=yes", f"--root={ROOT}",
                               unit.name], capture_output=True, text=True, check=False)
        score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
        assert float(score[1]) <= 1.1, done.stdout
    finally:
        file.unlink()
        key.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
