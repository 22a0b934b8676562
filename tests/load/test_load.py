"""Short visits of all those whom `make load` sends: nothing fails, and what
they ask for is kept; and what is told of them."""

import re
import shutil
import sys
import xml.etree.ElementTree as tree
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import load  # noqa: E402
import report  # noqa: E402
from stack import Stack  # noqa: E402
from tls import TlsSite  # noqa: E402

REQUESTS = 400


@pytest.fixture(scope="module")
def site():
    with Stack({**load.SETTINGS, "cache": 1}) as stack:
        yield stack
        stack.keep_logs("load")


@pytest.fixture(scope="module")
def tls(site):
    with TlsSite(site, limited=False) as server:
        yield server


@pytest.fixture(scope="module")
def world(site):
    return load.fill(site, 8, 0.0005)


@pytest.fixture(scope="module")
def measured(site, tls, world):
    how = load.How(requests=REQUESTS, processes=1)
    return [load.Measured(site, world, scenario, how, through)
            for scenario in load.SCENARIOS for through in (None, tls)]


def test_nothing_fails_without_tls_and_with_it(measured):
    assert [(one.scenario, one.tls) for one in measured] == [
        (scenario, through) for scenario in load.SCENARIOS for through in (False, True)]
    for one in measured:
        assert (one.failures, one.errors) == (0, []), one.scenario
        assert one.requests == REQUESTS
        assert one.rate > 0 and one.us > 0 and 0 < one.generator <= 1
        assert one.times == sorted(one.times)


def test_they_do_what_they_are_called_after(measured):
    for one in measured:
        low, high = {"Write": (REQUESTS, REQUESTS), "Mixed": (1, 20)}.get(one.scenario, (0, 0))
        assert low <= one.writes <= high, one.scenario
    assert min(one.hits() for one in measured if one.scenario == "Browse") > 0.3


def test_visitors_who_remember_what_they_have(site, world):
    how = load.How(seconds=2, pause=0.01, conditional=True, processes=1)
    one = load.Measured(site, world, "Browse", how)
    assert one.failures == 0 and 10 < one.requests <= 8 * 2 / 0.01
    assert 1.5 < one.seconds < 30
    log = (site.log_dir / "nginx-access.log").read_text()
    assert log.count(' status=304 ') > 0


def test_a_failure_is_told(site, world):
    how = load.How(requests=16, processes=2)
    one = load.Measured(site, {**world, "seed_pins": [10**12]}, "Seed", how)
    assert one.failures == one.requests == 16
    assert "404" in one.errors[0]


# What is told.


def write(measured, folder):
    readme = folder / "README.md"
    if not readme.exists():
        readme.write_text("before\n<!-- load -->\nold\n<!-- /load -->\nafter\n")
    report.write(measured, load.How(requests=REQUESTS), 8, 500, folder, readme)
    return readme.read_text()


def test_the_readme_gets_the_table_and_the_picture(measured, tmp_path):
    text = write(measured, tmp_path)
    assert text.startswith("before\n<!-- load -->\n\n| visitors |")
    assert text.endswith("<!-- /load -->\nafter\n") and "old" not in text
    assert text.count("| yes |") == len(load.SCENARIOS)
    assert "](tests/load/report/load.svg)" in text
    assert write(measured, tmp_path) == text


def test_the_picture_shows_every_visit_and_runs_nothing(measured, tmp_path):
    write(measured, tmp_path)
    text = (tmp_path / "load.svg").read_text()
    assert not re.search(r"<script|\bon\w+=|href", text)
    root = tree.fromstring(text)
    words = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    for one in measured:
        assert one.scenario.lower() in words
        assert f"{one.rate:,.0f}" in words
    assert "prefers-color-scheme: dark" in text
    width = float(root.get("width"))
    for node in root.iter("{http://www.w3.org/2000/svg}circle"):
        assert report.RIGHT <= float(node.get("cx")) <= width - 60


def test_the_readme_is_the_report(tmp_path):
    """What stands in the README is what was measured last."""
    copy = tmp_path / "README.md"
    shutil.copy(report.TOP / "README.md", copy)
    report.put(report.FOLDER, copy)
    assert copy.read_text() == (report.TOP / "README.md").read_text()
