"""The browser application in Chromium, on a stack of its own with the demo
data: every test file of this folder is run by node, its tests told one by one."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from stack import Stack  # noqa: E402

FILES = sorted(path.name for path in HERE.glob("*.test.mjs"))


@pytest.fixture(scope="session")
def site():
    with socket.create_server(("127.0.0.1", 0)) as free:
        outside = "127.0.0.1:%d" % free.getsockname()[1]
    with Stack({"limit_scale": 1000, "fetch_allow": outside}) as stack:
        stack.outside = outside  # a server that a test starts, to fetch from
        stack.command("demo", stack.dir)
        stack.sql((HERE / "many.sql").read_text())
        yield stack


@pytest.mark.parametrize("name", FILES)
def test_in_the_browser(site, name):
    done = subprocess.run(
        ["node", "--test", "--test-reporter=tap", HERE / name],
        env={**os.environ, "SITE": site.url, "OUTSIDE": site.outside},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.M), "no test ran"
