"""A private Postgres, started as the embedded stack starts it, and databases
in it that were migrated by the program."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest

TOP = Path(__file__).resolve().parent.parent.parent
BUILD = TOP / "build" / "release-gcc"

SCRIPT = """
set -euo pipefail
TOP=$1
. "$TOP/deploy/embedded/common.sh"
. "$TOP/deploy/embedded/postgres.sh"
find_base "$2"
mkdir -p "$DIR/log" "$DIR/run"
case $3 in
start) pg_start; pg_dsn postgres ;;
stop) pg_stop; drop_link ;;
esac
"""

SETTINGS = """\
fsync = off
full_page_writes = off
synchronous_commit = off
shared_buffers = 64MB
max_connections = 60
deadlock_timeout = 100ms
log_error_verbosity = default
"""


def program(name):
    given = os.environ.get(name.upper())
    if given:
        return Path(given)
    subprocess.run(["make", "-s", "-C", TOP, f"build/release-gcc/{name}"], check=True)
    return BUILD / name


class Server:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pinwall-sql-"))
        (self.folder / "postgresql.local.conf").write_text(SETTINGS)
        self.made = 0

    def script(self, what):
        done = subprocess.run(
            ["bash", "-c", SCRIPT, "-", TOP, self.folder, what],
            env={**os.environ, "PG_NO_SYNC": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def start(self):
        self.dsn = self.script("start").strip()
        return self

    def stop(self):
        self.script("stop")
        shutil.rmtree(self.folder)

    def database(self, template="template1"):
        """A new database of pinwall_owner's, with the rights the stack gives."""
        self.made += 1
        name = f"test{self.made}"
        one = Database(self, name)
        Database(self, "postgres").sql(
            f"create database {name} owner pinwall_owner template {template}"
        )
        if template == "template1":
            for rights, things in (
                ("select, insert, update, delete", "tables"),
                ("usage, select", "sequences"),
            ):
                one.sql(
                    "alter default privileges for role pinwall_owner"
                    f" grant {rights} on {things} to pinwall"
                )
        return one


class Database:
    def __init__(self, server, name):
        self.server = server
        self.name = name

    def dsn(self, role="postgres"):
        text = re.sub(r"\buser=\w+", f"user={role}", self.server.dsn)
        return re.sub(r"\bdbname=\w+", f"dbname={self.name}", text)

    def connect(self, role="postgres", autocommit=True, options=""):
        connection = psycopg2.connect(self.dsn(role), options=options)
        connection.autocommit = autocommit
        return connection

    def sql(self, query, values=None, role="postgres"):
        connection = self.connect(role)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def wait_for_waiting(self, n, thread):
        """Until n connections to it wait for a lock, or the thread is done."""
        until = time.monotonic() + 20
        while thread.is_alive() and self.sql(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                " and datname = current_database()") != [(n,)]:
            assert time.monotonic() < until, "nobody waits"
            time.sleep(.01)

    def migrate(self, check=True):
        """Runs `pinwall migrate` on it, as the owner of the schema."""
        return subprocess.run(
            [program("pinwall"), "migrate"],
            env={"PATH": os.environ["PATH"], "PINWALL_DATABASE": self.dsn("pinwall_owner")},
            cwd=self.server.folder,
            capture_output=True,
            text=True,
            check=check,
            timeout=60,
        )


@pytest.fixture(scope="session")
def server():
    one = Server()
    try:
        yield one.start()
    finally:
        one.stop()


@pytest.fixture(scope="session")
def migrated(server):
    """The schema as it is at first, and nothing in it.  Not to be changed."""
    database = server.database()
    database.migrate()
    return database


@pytest.fixture
def fresh(server, migrated):
    """A migrated database of the test's own."""
    return server.database(template=migrated.name)
