"""A machine with the package installed, and the site set up on it."""

import os
import re
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

import client  # noqa: E402
from services import Machine  # noqa: E402
from stack import wait_for  # noqa: E402

TOP = HERE.parent.parent
HOST = "pinwall.test"
MADE = TOP / "build" / "deb-test"
BARE = MADE / "root"    # as make-root has left it
ROOT = MADE / "machine"
SERVICES = ("app", "jobs", "index", "guard", "fetch", "image")
STAFF_PASSWORD = "seven grey lanterns"


def pytest_collection_modifyitems(items):
    alone = os.environ.get("PINWALL_ALONE") and BARE.exists()
    for item in items if not alone else []:
        if "machine" in item.fixturenames:
            item.add_marker(pytest.mark.skip(
                "needs root and the right to namespaces, and make test-deb"))


def resolve_here(name, *rest, known=socket.getaddrinfo):
    """The site's name is that of this machine."""
    return known("127.0.0.1" if name == HOST else name, *rest)


class Client(client.Client):
    """It trusts the certificate that the site has signed itself, and no other."""

    def __init__(self, stack, language=None):
        super().__init__(stack, language)
        self.verify = str(ROOT / f"etc/pinwall/tls/{HOST}.pem")


client.Client = Client


class Site:
    """What tests/client.py wants of a stack, of the site of the packages."""

    url = f"https://{HOST}"
    api = f"https://{HOST}/api/"

    def __init__(self, machine):
        self.machine = machine

    def sql(self, query, role="postgres", database="pinwall"):
        """Rows as lists of texts, by the superuser."""
        text = self.machine.run(
            "setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "psql", "-XAtq",
            "-F", "\t", "-h", "/run/postgresql", "-p", self.port(), "-U", role, "-d", database,
            "-c", query).stdout
        return [line.split("\t") for line in text.splitlines()]

    def port(self):
        text = self.machine.run("pg_lsclusters", "-h").stdout
        return next(line.split()[2] for line in text.splitlines()
                    if line.split()[1] == "pinwall")

    mail_dir = ROOT / "var/lib/pinwall/mail"

    def client(self):
        return Client(self)

    def set(self, name, value):
        """A setting, as an operator would."""
        file = ROOT / "etc/pinwall/pinwall.conf"
        text = re.sub(rf"^{name} = .*\n", "", file.read_text(), flags=re.M)
        file.write_text(text + f"{name} = {value}\n")
        self.reload()

    def reload(self):
        before = [self.generation(name) for name in SERVICES]
        for name in SERVICES:
            self.machine.reload(f"pinwall-{name}.service")
        wait_for(lambda: all(self.generation(name) > was
                             for name, was in zip(SERVICES, before)), 60)

    def generation(self, name):
        """How often its processes were all replaced."""
        log = (self.machine.log_dir / f"pinwall-{name}.service.log").read_text()
        return log.count("generation-serves")

    def tls(self, version=None):
        """A connection: its socket."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2", "http/1.1"])
        if version:
            context.minimum_version = context.maximum_version = version
        raw = socket.create_connection(("127.0.0.1", 443), timeout=10)
        return context.wrap_socket(raw, server_hostname=HOST)


def mount_root():
    """What is written goes to memory, and with the tests."""
    over = MADE / "over"
    for folder in (ROOT, over):
        folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3g", "tmpfs", over], check=True)
    (over / "new").mkdir()
    (over / "work").mkdir()
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", f"lowerdir={BARE},"
                    f"upperdir={over}/new,workdir={over}/work", ROOT], check=True)


@pytest.fixture(scope="session")
def machine():
    socket.getaddrinfo = resolve_here
    mount_root()
    for kind, name in (("proc", "proc"), ("tmpfs", "run"), ("tmpfs", "dev/shm")):
        (ROOT / name).mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", kind, kind, ROOT / name], check=True)
    running = Machine(ROOT, os.environ.get("TRACE"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def before(machine):
    """What others have on the machine: Debian's own cluster, with a table in it."""
    machine.run("pg_ctlcluster", "15", "main", "start")
    machine.run("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "psql", "-c",
                "create table theirs as select 42 as answer")
    return others(machine)


def others(machine):
    """Files of other people's services, and the data of their cluster."""
    files = {}
    for folder in ("etc/postgresql/15/main", "etc/redis", "etc/nginx/sites-available"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.name != "pinwall":
                files[str(path)] = (path.read_bytes(), path.stat().st_mode)
    return files, machine.run(
        "setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "psql", "-At", "-c",
        "select answer from theirs union select count(*) from pg_roles "
        "union select count(*) from pg_database").stdout


@pytest.fixture(scope="session")
def site(machine, before):
    machine.run("pinwall", "setup", HOST, "--staff", "boss", "boss@example.com",
                text=STAFF_PASSWORD + "\n")
    return Site(machine)
