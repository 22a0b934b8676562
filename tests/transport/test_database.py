"""The floor's select by key in the application's tables, and what it costs in
system calls."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from test_calls import count, repeat

TOP = pathlib.Path(__file__).parent.parent.parent
BIN = pathlib.Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="module")
def database():
    """A private Postgres with the table that the floor asks; its folder."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="floor-pg-"))
    as_owner = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]
    folder.chmod(0o755)

    def run(*command, **more):
        subprocess.run([*as_owner, *map(str, command)], check=True, cwd=folder,
                       stdout=subprocess.DEVNULL, **more)

    run(BIN / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust",
        "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    run(BIN / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o",
        f"-k {folder} -c listen_addresses= -F", "start")
    try:
        psql = ["psql", "-q", "-h", folder, "-U", "postgres", "-v",
                "ON_ERROR_STOP=1"]
        for path in sorted((TOP / "sql/migrations").glob("*.sql")):
            run(*psql, input=path.read_bytes())
        # Rows of one table, without those that they belong to.
        run(*psql, input=b"""
            set session_replication_role = replica;
            insert into pin (id, title, media, image_url)
            select i, 'pin ' || i, i, '/media/' || i
            from generate_series(1, 1000) i;
            insert into pin (id, title, media, image_url)
            values (2000, E'"quoted" <\\n', 2000, '');""")
        yield folder
    finally:
        run(BIN / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def site(make_site, database):
    site = make_site(fast_workers=1, slow_workers=1, log_level=1,
                     database=f"host={database} user=postgres dbname=postgres")
    return site.start().nginx(processes=1)


def test_select_by_key(site):
    assert site.json("GET", "/api/pk/7") == {"id": 7, "title": "pin 7",
                                             "image": "/media/7"}
    assert site.json("GET", "/api/pk/2000")["title"] == '"quoted" <\n'
    assert site.get("/api/pk/2001") == (404, b"")
    status, text = site.get("/api/pk/seven")
    assert status == 500 and text == b""
    assert json.loads(site.get("/api/pk/1000")[1])["id"] == 1000


def test_select_by_key_costs_seven_calls_at_most(site):
    calls = repeat(site, "GET", "/api/pk/7")
    cost = count([call for call in calls if call[0] != "write"])
    assert sum(cost.values()) <= 7 * 100, cost
