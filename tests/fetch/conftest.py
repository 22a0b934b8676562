"""The fetch process in its world, and its client."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
BUILD = HERE.parent.parent / "build"
ALLOW = "127.0.0.1:8081, localhost:8081, [::1]:8081,service.test:8081"


def find_tool():
    if "FETCH_TOOL" in os.environ:
        return os.environ["FETCH_TOOL"]
    found = sorted(BUILD.glob("*/fetch_tool"), key=lambda p: p.stat().st_mtime)
    return str(found[-1]) if found else None


class World:
    """The small Internet of world.py with a fetch process in it.  Clients
    run outside: only the Unix socket leads in."""

    def __init__(self, folder, trace=False, **settings):
        self.tool = find_tool()
        if self.tool is None:
            pytest.fail("build/*/fetch_tool is missing: make test-fetch")
        self.folder = pathlib.Path(folder)
        self.run_dir = self.folder / "run"
        self.run_dir.mkdir()
        self.env = dict(os.environ, PINWALL_RUN_DIR=str(self.run_dir),
                        PINWALL_FETCH_ALLOW=ALLOW, PINWALL_FETCH_S="5",
                        http_proxy="http://127.0.0.1:8080",
                        https_proxy="http://127.0.0.1:8080",
                        all_proxy="http://127.0.0.1:8080")
        for name, value in settings.items():
            self.env["PINWALL_" + name.upper()] = str(value)
        self.log = open(self.folder / "log", "w+")
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "world.py"), self.tool,
             str(folder)] + (["strace"] if trace else []),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
            text=True, env=self.env)
        first = json.loads(self.process.stdout.readline() or "{}")
        if "cannot" in first:
            self.process.wait()
            pytest.skip("no name spaces here: " + first["cannot"])
        if "ready" not in first:
            self.process.wait()
            pytest.fail("the world did not start: " + self.log_text())
        self.pid = first["ready"]

    def ask(self, what):
        self.process.stdin.write(json.dumps({what: True}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def accepts(self):
        """Where connections arrived since the last call."""
        return [tuple(a) for a in self.ask("accepts")]

    def log_text(self):
        self.log.flush()
        return (self.folder / "log").read_text()

    def start(self, urls, kinds="image/*", most=None, out=None):
        """A client under way: its process."""
        command = [self.tool, "get", kinds] + ([str(most)] if most else [])
        env = dict(self.env, PINWALL_TEST_OUT=str(out)) if out else self.env
        client = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        client.stdin.write(b"".join(
            (u.encode("utf-8") if isinstance(u, str) else u).hex().encode() +
            b"\n" for u in urls))
        client.stdin.close()
        return client

    @staticmethod
    def finish(client):
        lines = client.stdout.read().decode().splitlines()
        client.log = client.stderr.read().decode()
        client.stdout.close()
        client.stderr.close()
        assert client.wait(60) == 0, client.log
        return [json.loads(line) for line in lines]

    def get_all(self, urls, **how):
        return self.finish(self.start(urls, **how))

    def get(self, url, **how):
        return self.get_all([url], **how)[0]

    def children(self):
        path = f"/proc/{self.pid}/task/{self.pid}/children"
        return [int(p) for p in pathlib.Path(path).read_text().split()]

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(90)
        self.process.stdout.close()
        self.log.close()


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("world"))
    yield world
    world.close()


@pytest.fixture
def world(shared_world):
    """The shared world, with nothing counted yet."""
    for what in ("accepts", "requests", "names"):
        shared_world.ask(what)
    return shared_world


@pytest.fixture
def make_world(tmp_path_factory):
    """Worlds with other settings."""
    made = []

    def make(**how):
        made.append(World(tmp_path_factory.mktemp("world"), **how))
        return made[-1]
    yield make
    for one in made:
        one.close()
