"""A short visit of those whom `make load` sends: nothing fails, and what they
ask for is kept."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import load  # noqa: E402
from stack import Stack  # noqa: E402


def test_a_short_visit():
    with Stack({**load.SETTINGS, "cache": 1}) as site:
        world = load.fill(site, 8, 200)
        seen = load.Measured(site, world, load.SEED, 250)
        site.keep_logs("load")
    assert seen.failures == 0 and seen.requests == 2000
    assert 5 <= seen.writes <= 50
    assert seen.hits() > 0.5, seen.kept
