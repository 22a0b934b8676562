"""One cluster for all tests that want one."""

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "torture")]

from cluster import Cluster, missing  # noqa: E402


@pytest.fixture(scope="session")
def cluster():
    why = missing()
    if why:
        pytest.skip(why)
    with Cluster() as running:
        yield running
