"""One running site for all API tests; what a test needs beyond it is in
tests/client.py."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import client as tools  # noqa: E402
from people import api, other, person, signup  # noqa: E402, F401
from stack import Stack  # noqa: E402

# Hashes are cheap and limits wide here, as the tests do in minutes what a
# thousand people do in a day.  Tests of the limits have a stack of their own.
SETTINGS = {"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1}


@pytest.fixture(scope="session")
def web():
    """A web server that the site may fetch from."""
    server = tools.Web()
    yield server
    server.close()


@pytest.fixture(scope="session")
def stack(web):
    running = Stack({**SETTINGS, "fetch_allow": web.address})
    running.web = web
    try:
        running.start()
        # What is done every hour or so is done here when a test asks for it, and
        # not in the middle of one that looks whether rows or files have changed.
        running.sql("update schedule set next_at = 'infinity'")
        yield running
        running.stop()
        running.keep_logs("api")
        reports = re.findall(r".*(?:Sanitizer|runtime error:).*", running.log())
        assert not reports, "\n".join(reports[:20])
    finally:
        running.destroy()
