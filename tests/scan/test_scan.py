"""What `make scan` reads out of the scanners' reports: outputs of real runs, in
recorded/, and the list of explanations.  The scanners themselves are not run."""

import json
import re
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import exchanges  # noqa: E402
import reports  # noqa: E402
import scan  # noqa: E402
import tools  # noqa: E402
from reports import Explained, Finding  # noqa: E402

ONE = '[[explained]]\ntool = "t"\nid = "a.*"\nwhat = "x"\nreason = "so"\n'


def recorded(name):
    return (HERE / "recorded" / name).read_text()


# Explanations.

def test_the_explanations_are_well_formed_and_of_tools_that_there_are():
    explained = Explained((HERE / "explained.toml").read_text())
    names = {tool.name for tool in tools.ALL}
    assert explained.rows and {row["tool"] for row in explained.rows} <= names
    # None explains everything that a tool could find.
    for row in explained.rows:
        assert not row["id"].fullmatch("qwerty") or not row["what"].fullmatch("qwerty"), row


@pytest.mark.parametrize("text", [
    ONE.replace('reason = "so"\n', ""), ONE.replace('"so"', '""'), ONE + 'more = "x"\n',
    ONE.replace('"x"', "5")])
def test_an_explanation_that_is_not_whole_is_refused(text):
    with pytest.raises(AssertionError):
        Explained(text)


def test_a_finding_is_explained_by_its_whole_name_and_words():
    explained = Explained(ONE)
    assert explained.unused({"t"}) == explained.rows and explained.unused({"u"}) == []
    assert explained.reason(Finding("t", "abc", "x")) == "so"
    assert explained.unused({"t"}) == []
    for other in (Finding("u", "abc", "x"), Finding("t", "b a", "x"), Finding("t", "abc", "xy")):
        assert explained.reason(other) is None


def test_the_table_counts_and_names_what_is_not_explained():
    found = [Finding("t", "abc", "x"), Finding("t", "b", "y")]
    text, left = scan.table([["t", "1.0", "all", found, 0]], Explained(ONE))
    assert text.splitlines()[-1] == "| t | 1.0 | all | 2 | 1 | 0 |"
    assert left == found[1:]


# Reports.

def test_testssl_tells_what_is_worse_than_information():
    looked, found = reports.of_testssl(recorded("testssl.json"))
    assert looked == "13 answers about TLS"
    assert len(found) == 7
    assert Finding("testssl", "cipher_order", "HIGH: NOT a cipher order configured") in found
    assert all(finding.what.split(":")[0] in ("LOW", "MEDIUM", "HIGH", "WARN") for finding in found)
    explained = Explained((HERE / "explained.toml").read_text())
    assert all(map(explained.reason, found)) and explained.unused({"testssl"}) == []


def test_observatory_tells_tests_that_failed_and_a_score_too_low():
    text = recorded("observatory.json")
    assert reports.of_observatory(text) == ("10 tests: 130 (A+)", [])
    assert reports.of_observatory(text, 135)[1] == [Finding("observatory", "score",
                                                            "130, not 135")]
    report = json.loads(text)
    report["tests"]["redirection"].update({"pass": False, "result": "redirection-missing"})
    assert reports.of_observatory(json.dumps(report))[1] == [
        Finding("observatory", "redirection", "redirection-missing")]
