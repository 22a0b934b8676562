"""Methods that a path does not have, and paths that are none: refused in words,
by Nginx or by the program; a slash at the end is neither here nor there."""

import http.client
import json
import re

import pytest

from checks import check_headers, settle
from client import unique
from test_bad_input import ann, path_of, routes  # noqa: F401


def test_methods(routes, ann):  # noqa: F811
    """405 with Allow, on every path, for every method that it does not have."""
    table = {}
    for route in routes:
        form = re.sub(r"\{\w+\}", "{}", route["path"])
        table.setdefault(form, (route, set()))[1].add(route["method"])
    for route, methods in table.values():
        path = path_of(route, ann.values)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "FOO"):
            if method in methods or (method == "GET" and path.endswith("/following_pin")):
                continue
            answer = ann.request(method, path, headers={"X-HTTP-Method-Override": "GET"})
            if answer.status_code != 405:  # the same path under a {name}
                assert method in matching(table, path), (method, path, answer.status_code)
                continue
            assert answer.json() == {"detail": "this method is not allowed here"}
            assert set(answer.headers["Allow"].split(", ")) == matching(table, path)
            check_headers(answer)


def matching(table, path):
    """The methods of all rows that a path meets: the first literal one wins."""
    found = [methods for form, (_, methods) in table.items() if re.fullmatch(
        re.escape(form).replace(r"\{\}", "[^/]+"), path)]
    literal = table.get(path)
    return literal[1] if literal else found[0]


def raw(stack, method, target):
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=20)
    connection.putrequest(method, target, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
def test_methods_of_proxies(stack, method):
    answer, body = raw(stack, method, "/api/pins/")
    assert answer.status == 405
    assert json.loads(body) == {"detail": "this method is not allowed here"}


@pytest.mark.parametrize("path, statuses", [
    ("/api/pins", {200}), ("/api/pins/", {200}), ("/api//pins/", {200}), ("/api/pins//", {200}),
    ("//api/pins/", {200}), ("/api/./pins/", {200}), ("/api/x/../pins/", {200}),
    ("/api/%2e%2e/api/pins/", {200}), ("/%61pi/pins/", {200}), ("/api/pins%2f", {200}),
    ("/api/pins/?", {200}), ("/api/pins#x", {200, 400}),
    ("/api/..;/pins/", {404}), ("/api/pins/;x", {404}), ("/api/pins;x=1/", {404}),
    ("/api/pins/%00", {400}), ("/api/%00pins/", {400}), ("/api/pins/%ff", {404}),
    ("/api/pins/%c0%ae", {404}), ("/api\\pins\\", {400, 404}), ("/api/pins%5c", {404}),
    ("/api/pins/x%2f1", {404}), ("/api/PINS/", {404}), ("/API/pins/", {404}), ("/api", {404}),
    ("/api/", {404}), ("/api/pins.json", {404}), ("/api/pins/%252e%252e", {404}),
    ("/../api/pins/", {400}), ("/api/../../pins/", {400}), ("/api/pins/%zz", {400}),
    ("/api/pins/%", {400}), ("/api/pins/%201", {404}), ("api/pins/", {400}), ("*", {400}),
    ("http://evil.example/api/pins/", {200}), ("/api/users/%2e%2e/pins", {404, 200}),
    ("/api/pinterestAccounts/user/", {404}), ("/api/boards//", {200}), ("/api/pins/x", {404}),
    ("/_pinwall_fast", {404}), ("/api/_pinwall_slow", {404}), ("/api/pins/%ef%bc%91", {404}),
])
def test_odd_paths(stack, path, statuses):
    answer, body = raw(stack, "GET", path)
    assert answer.status in statuses, body
    assert answer.getheader("Location") is None


@pytest.mark.parametrize("path", ["pins", "boards", "tags", "rest-auth/user", "healthz",
                                  "pinterestAccounts/following-user", "pins/following_pin"])
def test_slashes_at_the_end_both_ways(stack, ann, path):  # noqa: F811
    """No redirect, which would lose the body of a POST."""
    settle(stack)  # what is left to be done changes lists
    one, two = ann.get(path), ann.get(path + "/")
    assert one.status_code == two.status_code == 200
    first, second = one.json(), two.json()
    for found in (first, second):
        if "next" in found:  # the address as it was asked for
            found["next"] = found["next"] and found["next"].partition("?")[2]
    assert first == second
    for slash in ("", "/"):
        assert ann.post("boards" + slash, json={"title": unique()}).status_code == 201
