"""What `make scan` reads out of the scanners' reports: outputs of real runs, in
recorded/, and the list of explanations; and that a scanner which did not look is
told.  The scanners themselves are not run."""

import json
import subprocess
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import document  # noqa: E402
import marks  # noqa: E402
import proxy  # noqa: E402
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
    text, left = scan.table([["t", "1.0", "all", found, 90]], Explained(ONE))
    assert text.splitlines()[-1] == "| t | 1.0 | all | 1.5 | 2 | 1 |"
    assert left == found[1:]


def test_a_whole_run_has_its_place_in_the_readme(monkeypatch, tmp_path):
    copy = tmp_path / "README.md"
    copy.write_text(marks.README.read_text())
    marks.put("scan", "x\n", copy)
    assert "\n<!-- scan -->\n\nx\n\n<!-- /scan -->\n" in copy.read_text()
    with pytest.raises(SystemExit):
        marks.put("nothing", "x", copy)
    every = {tool.name for tool in tools.ALL}
    monkeypatch.delenv("API_TESTS", raising=False)
    assert scan.is_whole(set(), every) and scan.is_whole({"full"}, every)
    assert not scan.is_whole({"brief"}, every) and not scan.is_whole(set(), every - {"prism"})
    monkeypatch.setenv("API_TESTS", "test_pins.py")
    assert not scan.is_whole(set(), every)
    assert ", `make scan SCAN=full`: 60 minutes on " in scan.when({"full"}, 60)


# Reports.

def test_testssl_tells_what_is_worse_than_information():
    text = recorded("testssl.json")
    looked, found = reports.of_testssl(text, 13)
    assert looked == "13 answers about TLS"
    assert set(reports.of_testssl(text)[1]) - set(found) == {
        Finding("testssl", "looked at", "13 things, not 100")}
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
    del report["tests"]["redirection"]
    assert reports.of_observatory(json.dumps(report))[1] == [
        Finding("observatory", "looked at", "9 things, not 10")]


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
        "/boards": {"post": {"security": [{}, {"token": []}], "requestBody": {"content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/board"}}}}}},
    },
    "components": {"schemas": {"board": {"properties": {
        "title": {"type": "string"}, "ids": {"type": "array", "items": {"type": "integer"}},
        "kind": {"enum": ["a", "b"]}}}}},
}


def test_every_route_becomes_a_request_with_all_it_takes():
    text = json.dumps(DOCUMENT)
    assert list(document.operations(text)) == [
        ("POST", "/boards", {}, {"title": "word", "ids": [1], "kind": "a"}, True),
        ("GET", "/pins/mine", {"limit": 1, "why": True}, {}, False),
        ("GET", "/pins/{pin}", {}, {}, False), ("DELETE", "/pins/{pin}", {}, {}, False)]
    left = list(document.operations(text, {"limit", "ids"}))
    assert left[0][3] == {"title": "word", "kind": "a"} and left[1][2] == {"why": True}
    assert document.address("/pins/{pin}/likes", {"why": True, "role": "word"}, {
        "pin": 7, "role": "viewer"}, "*") == "/api/pins/7*/likes?why=true&role=viewer"
    assert document.address("/pins", {"board": 1, "tag": 1}, {"board": None}) == "/api/pins?tag=1"
    assert document.address("/users/{username}/{pin}", {}) == "/api/users/alice/1"


def test_a_path_is_of_the_route_that_says_most():
    routes = document.Routes(DOCUMENT)
    assert routes.of("GET", "/pins/mine") == "/pins/mine"
    assert routes.of("GET", "/pins/5") == "/pins/{pin}"
    assert routes.of("POST", "/pins/5") is routes.of("GET", "/pins/5/x") is None


def test_prism_is_believed_about_answers_and_about_requests_that_were_served():
    def line(status, place):
        return json.dumps({"method": "GET", "route": "/x", "status": status, "violations": [
            {"location": [place, "body", "0", "a"], "code": "type", "message": "no"}]})

    looked, found = reports.of_prism("\n".join(
        [line(200, "response"), line(200, "response"), line(400, "request")]))
    assert looked == "3 exchanges of 1 routes (0 past it)"
    assert found == [Finding("prism", "response: type", "GET /x 200: response.body.*.a: no")]
    assert len(reports.of_prism(line(201, "request"))[1]) == 1
    assert len(reports.of_prism(line(400, "response"))[1]) == 1


def test_routes_that_prism_did_not_see_are_told():
    line = {"method": "GET", "route": "/x", "status": 200, "violations": []}
    past = json.dumps({**line, "route": "/y", "violations": None})
    looked, found = reports.of_prism(f"{json.dumps(line)}\n{past}", [("GET", "/x"), ("GET", "/y")])
    assert looked == "1 exchanges of 1 routes (1 past it)"
    assert found == [Finding("prism", "not seen", "GET /y")]
    assert reports.of_prism("")[1] == [Finding("prism", "looked at", "0 things, not 1")]


def test_wapiti_tells_what_is_vulnerable_and_what_broke():
    text = recorded("wapiti.json")
    looked, found = reports.of_wapiti(text)
    assert looked == "21 kinds of finding"
    assert found == [Finding("wapiti", "HTTP Secure Headers", "GET /: X-XSS-Protection is not set")]
    explained = Explained((HERE / "explained.toml").read_text())
    assert all(map(explained.reason, found)) and explained.unused({"wapiti"}) == []
    report = json.loads(text)
    row = {**report["vulnerabilities"]["HTTP Secure Headers"][0], "method": "POST"}
    report["anomalies"]["Internal Server Error"] = [
        {**row, "path": f"/x?a={n}&b=%27", "info": "500"} for n in range(2)]
    assert reports.of_wapiti(json.dumps(report))[1] == [
        found[0], Finding("wapiti", "Internal Server Error", "POST /x?a=&b=: 500")]
    report["classifications"] = {}
    assert reports.of_wapiti(json.dumps(report))[1][-1] == Finding(
        "wapiti", "looked at", "0 things, not 20")


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
    assert document.is_utf8(text) is whole


# Prism between the tests and the site: here a program that is called as it is, and
# refuses what has "refused" in its address.

PRISM = """#!/usr/bin/python3
import sys, urllib.request
from http.server import *
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.close_connection = True
        if b"die" in body:
            return
        told, status, kind, out = "[]", 422, "application/problem+json", \
            b'{"title": "no", "validation": [{"location": ["query"], "message": "refused"}]}'
        if "refused" not in self.path:
            del self.headers["Content-Length"]
            asked = urllib.request.Request(sys.argv[3] + self.path, b"other", dict(self.headers))
            with urllib.request.urlopen(asked) as answer:
                status, kind, out = answer.status, "text/plain", answer.read()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)
assert sys.argv[1] == "proxy" and sys.argv[4] == "--errors"
ThreadingHTTPServer((sys.argv[6], int(sys.argv[8])), Handler).serve_forever()
"""


@pytest.fixture
def gate(tmp_path):
    program, text = tmp_path / "prism", tmp_path / "openapi.json"
    program.write_text(PRISM)
    program.chmod(0o755)
    text.write_text(json.dumps({"servers": [{"url": "/api"}], "paths": {"/pins": {"post": {}}}}))
    made = proxy.Gate(program, text, tmp_path)
    yield made
    made.close()


@pytest.fixture
def site():
    """What was asked of it, byte by byte; its answer is not JSON's."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(400 if "400" in self.path else 201)
            self.end_headers()
            self.wfile.write(b"\xff\x00")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield SimpleNamespace(asked=asked, url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


def test_tests_reach_the_site_by_way_of_prism_and_byte_by_byte(gate, site, tmp_path):
    session, body = requests.Session(), bytes(range(256))
    session.trust_env = False

    def send(path, data=body):
        request = session.prepare_request(requests.Request("POST", site.url + path, data=data))
        return gate.send(request, lambda: session.send(request))

    for path, data in (("/api/pins/?a=b", body), ("/api/pins?refused", body),
                       ("/api/pins?refused&400", body), ("/api/pins", b"die"),
                       ("/api/pins?%FF", body), ("/api/boards", body), ("/media/pins", body)):
        assert send(path, data).content == b"\xff\x00"
        assert site.asked.pop() == (path, data) and not site.asked
    gate.close()
    lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert [line["status"] for line in lines] == [201, 201, 400, 201, 201]
    assert [line["violations"] and line["violations"][0]["location"] for line in lines] == [
        [], ["request", "query"], ["request", "query"], ["response"], None]
    assert {(line["method"], line["route"]) for line in lines} == {("POST", "/pins")}
    assert reports.of_prism((tmp_path / "report.jsonl").read_text())[1] == [
        Finding("prism", "request: ", "POST /pins 201: request.query: refused"),
        Finding("prism", "response: prism", "POST /pins 201: response: RemoteDisconnected")]


def test_what_a_test_is_to_see_of_a_site_that_breaks_is_seen(gate, site):
    request = requests.Request("POST", site.url + "/api/pins", data=b"x").prepare()
    calls = []

    def deliver():
        calls.append(1)
        raise requests.ReadTimeout("so")

    with pytest.raises(requests.ReadTimeout):
        gate.send(request, deliver)
    assert calls == [1]


def test_prism_sees_forms_with_words_for_files():
    sent = requests.Request("POST", "http://x/api/pins", files=[
        ("title", (None, "바다")), ("image", ("a.png", bytes(range(256))))]).prepare()
    body, headers = proxy.as_shown(sent)
    assert "바다".encode() in body and bytes(range(256)) not in body
    assert body.count(b"Content-Type: application/octet-stream") == 1
    assert headers["Content-Type"].partition("=")[2].encode() in body
    sent.body = b"no form"
    assert proxy.as_shown(sent) is None
    for data, seen in ((b"a=%EC%82%B0", True), (b"%EC%82=a", False), (b"%=a", False)):
        sent = requests.Request("POST", "http://x/api/pins", data=data, headers={
            "Content-Type": "application/x-www-form-urlencoded"}).prepare()
        assert bool(proxy.as_shown(sent)) is seen


@pytest.mark.parametrize("path, plain", [
    ("/users/a", True), ("/users/a%20b", True), ("/users/%2e%2e", False), ("/users/a%2Fb", False),
    ("/users/..%2f..%2fetc", False), ("/users/%2e", False)])
def test_paths_of_which_nginx_makes_others_are_known(path, plain):
    assert proxy.is_plain(path) is plain


# A scanner that did not look.

class World(SimpleNamespace):
    """A site at which nobody was known."""

    url, brief, full, served = "https://x", False, False, ()

    def staff(self):
        return SimpleNamespace(token="t", user={"id": 7}, get=lambda _: SimpleNamespace(
            status_code=self.status))

    def known(self):
        return Counter({"7": self.seen, "0": 1}), self.served


@pytest.mark.parametrize("tool", tools.ALL)
@pytest.mark.parametrize("error, told", [
    (FileNotFoundError("report.json"), ("did not run", "FileNotFoundError: report.json")),
    (subprocess.TimeoutExpired("x", 60), ("time", "not done in 60 s"))])
def test_a_tool_that_does_not_run_is_a_finding(monkeypatch, tmp_path, tool, error, told):
    def call(*_, **__):
        raise error

    monkeypatch.setattr(scan, "OUT", tmp_path)
    monkeypatch.setattr(tool, "version", classmethod(call))
    name, version, looked, found, _ = scan.look(tool, None)
    assert (name, version, looked) == (tool.name, "", "")
    assert found == [Finding(tool.name, *told)]


@pytest.mark.parametrize("script, left", [
    ("trap 'echo cleaned; exit' INT; echo begun; while :; do sleep 0.1; done", "begun\ncleaned\n"),
    ("trap '' INT; echo begun; while :; do sleep 0.1; done", "begun\n")])
def test_a_tool_is_stopped_after_its_time_and_may_clean_up(monkeypatch, tmp_path, script, left):
    monkeypatch.setattr(tools.Tool, "grace", 2)
    with pytest.raises(subprocess.TimeoutExpired):
        tools.Tool(None, tmp_path).call(["bash", "-c", script], seconds=1)
    assert (tmp_path / "output.txt").read_text() == left


@pytest.mark.parametrize("seen, login", [(0, True), (5, False)])
@pytest.mark.parametrize("user, few", [("7", False), ("0", True)])
def test_sqlmap_must_have_been_somebody_and_served(monkeypatch, tmp_path, seen, login, user, few):
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(DOCUMENT))
    text = recorded("sqlmap-safe.txt")
    monkeypatch.setattr(tools.Sqlmap, "call", lambda *_: (0, text))
    monkeypatch.setattr(tools.things, "made_for", lambda *_: {})
    monkeypatch.setattr(tools.Sqlmap, "LEAST", 1)
    served = {("GET", "/pins/{pin}", "0"), ("GET", "/pins/mine", "0"),
              ("DELETE", "/pins/{pin}", "0"), ("POST", "/boards", user)}
    looked, found = tools.Sqlmap(World(document=path, seen=seen, served=served), tmp_path).run()
    assert looked == (f"4 of 4 routes, {4 - few} of them served what was asked, 4 parameters, "
                      "level 1 risk 1")
    assert found == [Finding("sqlmap", "login", "POST /boards: asked by nobody")] * login + [
        Finding("sqlmap", "looked at", "3 routes served anything")] * few


def test_sqlmap_tells_which_route_got_no_things(monkeypatch, tmp_path):
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps({"paths": {"/pins": {"get": {}}}}))

    def made_for(*_):
        raise KeyError("x")

    monkeypatch.setattr(tools.things, "made_for", made_for)
    world = World(document=path, served={("GET", "/pins", "0")}, seen=1)
    looked, found = tools.Sqlmap(world, tmp_path).run()
    assert found == [Finding("sqlmap", "things", "GET /pins: KeyError: 'x'")]


@pytest.mark.parametrize("seen, status, login", [(0, 200, True), (99, 401, True), (99, 200, False)])
def test_wapiti_must_have_been_somebody(monkeypatch, tmp_path, seen, status, login):
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(DOCUMENT))

    def call(self, command):
        command[-1].write_text(recorded("wapiti.json"))
        assert "https://x/api/pins/mine?limit=1&why=true" in command
        return 0, ""

    monkeypatch.setattr(tools.Wapiti, "call", call)
    looked, found = tools.Wapiti(World(document=path, seen=seen, status=status), tmp_path).run()
    assert looked == f"{seen} requests, 21 kinds of finding"
    assert (Finding("wapiti", "login", f"known at {seen} requests") in found) == login


def test_who_was_known_is_read_of_the_log(tmp_path):
    (tmp_path / "pinwall.log").write_text(
        "x info fast[1] request id=a method=GET route=/x status=200 bytes=1 us=1 sql=1 user=7 c\n"
        "x info jobs[1] mail user=7 \n"
        "x info fast[1] request id=a method=GET route=/x status=401 bytes=1 us=1 sql=1 user=0 c\n")
    world = scan.World.__new__(scan.World)
    world.stack = SimpleNamespace(log_dir=tmp_path)
    assert world.known() == ({"7": 1, "0": 1}, {("GET", "/x", "7")})
