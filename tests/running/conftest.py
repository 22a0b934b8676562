"""The stack itself and Nginx in front of it: tests/stack.py is the tool."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from stack import Stack  # noqa: E402


@pytest.fixture(scope="module")
def stack():
    """One running site for the tests of a file that do not break it."""
    with Stack({"limit_scale": 1000}) as running:
        yield running
        running.keep_logs("running")
