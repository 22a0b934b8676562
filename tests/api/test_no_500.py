"""Every route under input of every wrong kind: never a fault, always JSON of
the documented form with the headers of every answer, nothing private in the
log."""

import json
import posixpath
import random
import re
import urllib.parse

import client as tools
import pytest
from checks import check_headers, check_refusal

SEED = 20261122
ROUNDS = 18  # requests to each route as each role

# What is tried as a value, in a path, a query, a form or JSON.
TEXTS = [
    "", " ", "0", "1", "-1", "9223372036854775807", "9223372036854775808", "1e400",
    "0x10", "１", "+1", "-0", "00", "null", "true", "a" * 101, "가" * 5000, "\u0000",
    "\r\nSet-Cookie: a=b", "%", "%zz", "%00", "' or 1=1 --", "{{7*7}}", "<script>",
    "\u202eabc", "\u200b", "e\u0301" * 2000, "\U0001f600", "../../etc/passwd", "ﬀ",
    "\u1112\u1161\u11ab", "a@b.c", "x" * 70000, "$1", "%s%n", "#", "# #a", "\\", "/",
]
JSONS = [*TEXTS, 0, 1, -1, 2**63 - 1, 2**63, -(2**63) - 1, 1.5, True, False, None, [], [1], {}, {"a": {}}]
RAW = [
    b"", b"{", b"[]", b"null", b"1", b'"text"', b"{}{}", b'{"a":1,"a":2}', b"\xff\xfe",
    b'{"a":"\\ud800"}', b'{"a":"\\u0000"}', b"[" * 5000, b'{"a":' * 200, b"{" + b" " * 300000,
    b"a=b&a=c", b"&&&&", b"a=%zz", b"a" * 5000 + b"=1", b"\x00" * 100,
]
BOUNDARY = "b0undary"
PARTS = [
    b"", b"--b0undary--\r\n", b"--b0undary\r\n\r\nx\r\n--b0undary--\r\n",
    b'--b0undary\r\nContent-Disposition: form-data; name="title"\r\n\r\nx',
    b'--b0undary\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'
    b"\x89PNG\r\n\r\n--b0undary--\r\n",
    b'--b0undary\r\nContent-Disposition: form-data; name="x\r\n\r\n\r\n--b0undary--\r\n',
    b"--b0undary" * 2000, b"\r\n" * 20000,
]
TYPES = [
    "application/json", "application/json; charset=utf-16", "text/plain", "", "multipart/form-data",
    f"multipart/form-data; boundary={BOUNDARY}", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=" + "x" * 200, "application/xml",
]


@pytest.fixture(scope="module")
def routes(stack):
    return json.loads(stack.run("routes", "--json").stdout)


def filled_path(route, dice):
    """The path with something in each place, mostly what could be an id."""

    def value(_):
        if dice.random() < 0.5:
            return str(dice.randrange(1, 40))
        text = dice.choice(TEXTS)[:2000]
        return "".join(f"%{b:02x}" for b in text.encode())

    return re.sub(r"\{\w+\}", value, route["path"])


def wrong_query(route, dice):
    names = [f["name"] for f in route["fields"] if f["from"] == "query"] + ["limit", "x"]
    return [(dice.choice(names), dice.choice(TEXTS)[:3000]) for _ in range(dice.randrange(4))]


def wrong_body(route, dice):
    """Body and content type."""
    names = [f["name"] for f in route["fields"] if f["from"] == "body"] or ["x"]
    kind = dice.randrange(5)
    if kind == 0:
        some = {n: dice.choice(JSONS) for n in names if dice.random() < 0.8}
        return json.dumps(some).encode(), "application/json"
    if kind == 1:
        return dice.choice(RAW), dice.choice(TYPES)
    if kind == 2:
        return dice.choice(PARTS), f"multipart/form-data; boundary={BOUNDARY}"
    if kind == 3:
        pairs = [f"{n}={dice.choice(TEXTS)}" for n in names for _ in range(dice.randrange(3))]
        return "&".join(pairs).encode(errors="replace"), "application/x-www-form-urlencoded"
    parts = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"'
        f'{dice.choice(["", "; filename=x"])}\r\n\r\n{dice.choice(TEXTS)}\r\n'
        for n in names
    )
    return f"{parts}--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"


def leaves_the_api(path):
    """A path that climbs out of /api/ is answered by the pages' part of the
    site, and one with a NUL by Nginx before it knows where it leads."""
    text = urllib.parse.unquote_to_bytes(path)
    return b"\0" in text or not posixpath.normpath(text).startswith(b"/api/")


def check(answer, path, what):
    assert answer.status_code < 500, (what, answer.status_code, answer.text[:500])
    if leaves_the_api(path):
        assert answer.status_code in (400, 404, 405), what
        return
    check_headers(answer)
    if answer.status_code == 204:
        assert not answer.content
    elif answer.status_code >= 400:
        assert answer.headers["Content-Type"].startswith("application/json"), (what, answer.text)
        check_refusal(answer)
    else:
        answer.json()


@pytest.mark.parametrize("known", [False, True], ids=["nobody", "somebody"])
def test_wrong_input_is_never_a_fault(stack, routes, known):
    dice = random.Random(SEED + known)
    person = tools.signup(stack)
    person.upload("pins/", "a pin #to #find", tools.picture())
    caller = person if known else tools.Client(stack)
    for route in routes:
        if known and "logout" in route["path"]:
            continue  # it would end the login that the others need
        for _ in range(ROUNDS):
            data, kind = wrong_body(route, dice)
            path, query = filled_path(route, dice), wrong_query(route, dice)
            headers = {"Content-Type": kind, "Accept-Language": dice.choice(["ko", "en", "x;q=y"])}
            answer = caller.request(route["method"], path, params=query,
                                    data=None if route["method"] == "GET" else data,
                                    headers=headers)
            check(answer, path, (route["method"], path[:200], query, data[:200], kind))
    if known:
        assert person.get("rest-auth/user/").status_code == 200
    log = stack.log()
    assert " fault " not in log, re.findall(r".* fault .*", log)[:5]
    for secret in (person.token, person.password, person.email):
        assert secret not in log
