"""The image process, and its client."""
import json
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"


def find_tool():
    if "IMAGE_TOOL" in os.environ:
        return os.environ["IMAGE_TOOL"]
    found = sorted(BUILD.glob("*/image_tool"), key=lambda p: p.stat().st_mtime)
    return str(found[-1]) if found else None


class Studio:
    """An image process of its own, in a folder of its own."""

    def __init__(self, folder, **settings):
        self.tool = find_tool()
        if self.tool is None:
            pytest.fail("build/*/image_tool is missing: make test-picture")
        self.folder = pathlib.Path(folder)
        self.run_dir = self.folder / "run"
        self.run_dir.mkdir()
        self.count = 0
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith("PINWALL_")}
        self.env.update(PINWALL_RUN_DIR=str(self.run_dir),
                        PINWALL_LOG_LEVEL="3")
        for name, value in settings.items():
            self.env["PINWALL_" + name.upper()] = str(value)
        self.log = open(self.folder / "log", "a+")
        self.process = None
        self.start()

    def start(self):
        (self.run_dir / "image.sock").unlink(missing_ok=True)
        self.process = subprocess.Popen([self.tool, "serve"], env=self.env,
                                        stdin=subprocess.DEVNULL,
                                        stderr=self.log)
        self.wait_for(lambda: "started" in self.log_text().rsplit(
            f"[{self.process.pid}]", 1)[-1], 10)

    @property
    def pid(self):
        return self.process.pid

    def log_text(self):
        return (self.folder / "log").read_text()

    @staticmethod
    def wait_for(condition, seconds):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "this did not come"
            time.sleep(0.01)

    def save(self, data, name="picture"):
        """The bytes as a new file."""
        self.count += 1
        path = self.folder / f"{self.count}-{name}"
        path.write_bytes(data)
        return path

    def begin(self, *files, want="first", env=None):
        """A client under way."""
        self.count += 1
        out = self.folder / f"out-{self.count}"
        out.mkdir()
        return subprocess.Popen(
            [self.tool, want, str(out)] + [str(f) for f in files],
            env=dict(self.env, **(env or {})), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    @staticmethod
    def finish(client):
        out, err = client.communicate(timeout=120)
        assert client.returncode == 0, err
        answers = [json.loads(line) for line in out.splitlines()]
        for a in answers:
            a["log"] = err
            a["outcome"] = a["outcome"].lower().removeprefix("err_")
            a["by_name"] = {f["name"]: f for f in a["files"]}
        return answers

    def ask_all(self, files, want="first"):
        return self.finish(self.begin(*files, want=want))

    def ask(self, picture, want="first"):
        """The answer to a file, or to bytes."""
        if isinstance(picture, bytes):
            picture = self.save(picture)
        return self.ask_all([picture], want)[0]

    def make(self, picture):
        """Both answers, which must be good: the facts and all files."""
        if isinstance(picture, bytes):
            picture = self.save(picture)
        first, rest = (self.ask(picture, w) for w in ("first", "rest"))
        assert first["outcome"] == rest["outcome"] == "ok", (first, rest)
        assert len(first["files"]) == 1
        assert not set(first["by_name"]) & set(rest["by_name"])
        for a in first, rest:
            assert all(pathlib.Path(f["path"]).stat().st_size == f["bytes"]
                       for f in a["files"])
        both = dict(first, files=first["files"] + rest["files"],
                    by_name={**first["by_name"], **rest["by_name"]})
        told = set(first) - {"files", "by_name", "log"}
        assert {k: first[k] for k in told} == {k: rest[k] for k in told}
        return both

    def children(self):
        path = f"/proc/{self.pid}/task/{self.pid}/children"
        return [int(p) for p in pathlib.Path(path).read_text().split()]

    def wait_child(self):
        """The child that is at work, once it is in its sandbox."""
        def closed_in():
            for pid in self.children():
                try:
                    status = pathlib.Path(f"/proc/{pid}/status").read_text()
                except OSError:
                    continue
                if re.search(r"^Seccomp:\s+2$", status, re.M):
                    found.append(pid)
            return found
        found = []
        self.wait_for(closed_in, 10)
        return found[0]

    def costs(self):
        """(cpu_ms, rss_mb) of the children so far."""
        return [(int(a), int(b)) for a, b in re.findall(
            r"child done cpu_ms=(\d+) rss_mb=(\d+)", self.log_text())]

    def is_alive(self):
        return self.process.poll() is None

    def stop(self, sig=signal.SIGTERM):
        if self.is_alive():
            self.process.send_signal(sig)
        return self.process.wait(60)

    def close(self):
        self.stop()
        self.log.close()


@pytest.fixture(scope="session")
def studio(tmp_path_factory):
    """One for all tests that do not harm it; it must outlive them."""
    one = Studio(tmp_path_factory.mktemp("studio"))
    yield one
    alive = one.is_alive()
    log = one.log_text()
    one.close()
    assert alive and one.process.returncode == 0
    assert "sandbox" not in log


@pytest.fixture
def make_studio(tmp_path_factory):
    """Others, with other settings."""
    made = []

    def make(**settings):
        made.append(Studio(tmp_path_factory.mktemp("studio"), **settings))
        return made[-1]
    yield make
    for one in made:
        one.close()
