"""Tests of the transport run against the floor worker, tests/bench/floor.c.

FLOOR names its program; without it the program is built first."""

import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

from floor_site import Site  # noqa: E402


@pytest.fixture(scope="session")
def program():
    if "FLOOR" in os.environ:
        return os.environ["FLOOR"]
    top = HERE.parent.parent
    subprocess.run(["make", "-s", "-C", str(top), "B=build/transport",
                    "build/transport/floor"], check=True)
    return str(top / "build/transport/floor")


@pytest.fixture
def make_site(tmp_path, program):
    """Makes sites (not started); they are stopped after the test."""
    sites = []

    def make(**conf):
        folder = tmp_path / f"site{len(sites)}"
        folder.mkdir()
        sites.append(Site(folder, program, **conf))
        return sites[-1]

    yield make
    for site in sites:
        site.stop()


@pytest.fixture
def site(make_site):
    """Two fast and two slow workers behind Nginx."""
    return make_site().start().nginx()


@pytest.fixture
def single(make_site):
    """One fast worker without Nginx: who answers is known."""
    return make_site(fast_workers=1, slow_workers=1).start()
