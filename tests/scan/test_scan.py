"""What `make scan` reads out of the scanners' reports: outputs of real runs, in
recorded/, and the list of explanations.  The scanners themselves are not run."""

import json
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


def test_sqlmap_tells_what_can_be_injected_and_what_it_could_not_judge():
    bad, good = recorded("sqlmap-injectable.txt"), recorded("sqlmap-safe.txt")
    assert reports.of_sqlmap("GET /x", good) == (1, [])
    assert reports.of_sqlmap("GET /x", bad) == (
        1, [Finding("sqlmap", "injectable", "GET /x: Parameter: id (GET)")])
    cut = good[:good.index("all tested")]
    assert reports.of_sqlmap("GET /x", cut)[1][0].id == "no verdict"
    assert reports.of_sqlmap("GET /x", "[00:00:00] [CRITICAL] unable to connect")[1] == [
        Finding("sqlmap", "no verdict", "GET /x: [CRITICAL] unable to connect")]


# What the tools are given.

DOCUMENT = {
    "paths": {
        "/pins/{pin}": {"get": {}, "delete": {}},
        "/pins/mine": {"get": {"parameters": [
            {"in": "query", "name": "limit", "schema": {"type": "integer"}},
            {"in": "query", "name": "why", "schema": {"type": "boolean"}}]}},
        "/boards": {"post": {"requestBody": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/board"}}}}}},
    },
    "components": {"schemas": {"board": {"properties": {
        "title": {"type": "string"}, "ids": {"type": "array", "items": {"type": "integer"}},
        "kind": {"enum": ["a", "b"]}}}}},
}


def test_every_route_becomes_a_request_with_all_it_takes():
    assert list(exchanges.operations(json.dumps(DOCUMENT))) == [
        ("POST", "/boards", {"title": "word", "ids": [1], "kind": "a"}),
        ("GET", "/pins/mine?limit=1&why=true", {}),
        ("GET", "/pins/{pin}", {}), ("DELETE", "/pins/{pin}", {})]
    assert exchanges.fill("/pins/{pin}/likes", "*") == "/api/pins/1*/likes"


def test_a_path_is_of_the_route_that_says_most():
    routes = exchanges.Routes(DOCUMENT)
    assert routes.of("GET", "/pins/mine") == "/pins/mine"
    assert routes.of("GET", "/pins/5") == "/pins/{pin}"
    assert routes.of("POST", "/pins/5") is routes.of("GET", "/pins/5/x") is None


def test_prism_is_believed_about_answers_and_about_requests_that_were_served():
    def line(status, place):
        return json.dumps({"method": "GET", "route": "/x", "status": status, "violations": [
            {"location": [place, "body", "0", "a"], "code": "type", "message": "no"}]})

    looked, found = reports.of_prism("\n".join(
        [line(200, "response"), line(200, "response"), line(400, "request")]))
    assert looked == "3 exchanges of 1 routes"
    assert found == [Finding("prism", "response: type", "GET /x 200: response.body.*.a: no")]
    assert len(reports.of_prism(line(201, "request"))[1]) == 1
    assert len(reports.of_prism(line(400, "response"))[1]) == 1


def test_an_exchange_is_recorded_and_given_again_byte_by_byte():
    import requests

    body = bytes(range(256))
    answer = requests.Response()
    answer.status_code, answer._content = 201, b'{"id": 1}'
    answer.headers["Content-Type"] = "application/json"
    answer.request = requests.Request("POST", "http://x/api/pins?a=b", data=body).prepare()
    row = json.loads(exchanges.as_line(answer))
    assert (row["method"], row["path"], row["query"]) == ("POST", "/pins", "a=b")
    server = exchanges.Answers([row])
    try:
        again = requests.post(f"http://127.0.0.1:{server.server_port}/pins", data=body,
                              headers={exchanges.NUMBER: "0"}, timeout=30)
    finally:
        server.shutdown()
        server.server_close()
    assert (again.status_code, again.content) == (201, b'{"id": 1}')
    assert again.headers["Content-Type"] == "application/json"
    answer.request.url = "http://x/media/1.webp"
    assert exchanges.as_line(answer) is None


@pytest.mark.parametrize("mode, seconds", [("slow-headers", 14), ("range", 4)])
def test_slowhttptest_tells_seconds_without_an_answer(mode, seconds):
    text = recorded(f"slowhttptest-{mode}.csv")
    looked, found = reports.of_slowhttptest(mode, text)
    assert found == [] and f"for {seconds} s" in looked
    lines = text.splitlines()
    lines[3] = ",".join([*lines[3].split(",")[:4], "0"])
    assert reports.of_slowhttptest(mode, "\n".join(lines))[1] == [
        Finding("slowhttptest", mode, "no answer at second 2")]
    assert reports.of_slowhttptest(mode, lines[0])[1][0].what == "no second was measured"


@pytest.mark.parametrize("text, whole", [
    ("/tags/%EC%82%B0", True), ("/tags/%EC%82", False), ("/tags/%", False), ("/tags/%zz", False)])
def test_addresses_that_prism_dies_of_are_known(text, whole):
    assert exchanges.is_utf8(text) is whole
