"""The browser application in Chromium, on a stack of its own with the demo
data: every test file of this folder is run by node, its tests told one by one."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from stack import Stack, free_port  # noqa: E402

FILES = sorted(path.name for path in HERE.glob("*.test.mjs"))


@pytest.fixture(scope="session")
def site():
    pictures = f"127.0.0.1:{free_port()}"
    with Stack({"limit_scale": 1000, "fetch_allow": pictures}) as stack:
        stack.pictures = pictures
        stack.command("demo", stack.dir)
        stack.sql((HERE / "many.sql").read_text())
        yield stack


@pytest.mark.parametrize("name", FILES)
def test_in_the_browser(site, name):
    done = subprocess.run(
        ["node", "--test", "--test-reporter=tap", HERE / name],
        env={
            **os.environ,
            "SITE": site.url,
            "MAIL_DIR": str(site.mail_dir),
            "DATABASE": site.dsn(),
            "PICTURES": site.pictures,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^# pass [1-9]", done.stdout, re.M), "no test ran"
