"""Every route, as nobody and as somebody, with whatever a dice gives: no
answer is a fault, every answer is documented, nothing private is logged.

The seed is told when something fails; PINWALL_FUZZ_SEED and
PINWALL_FUZZ_SECONDS choose others."""

import json
import os
import random
import re
import time
from urllib.parse import quote, urlencode

import pytest
from schema import Document

from checks import (ENDS_LOGIN, PICTURE, check_headers, check_refusal, many_pins, quiet,
                    settle)
from client import Client, picture, signup, unique

SEED = int(os.environ.get("PINWALL_FUZZ_SEED", "20240229"))
SECONDS = float(os.environ.get("PINWALL_FUZZ_SECONDS", "30"))
ROUNDS = 40  # where time allows

WORDS = ["", " ", "a", "0", "1", "-1", "1.5", "1e400", "true", "null", "[]", "{}", "가", "é",
         "e\u0301", "\u202e", "\u200b", "\ufeff", "😀", "\ufffd", "\U0010ffff", "a\0b", "\x1b", "\x80", "\r\n",
         "' or 1=1--", '"; drop table pin;', "$1", "%s%n", "%00", "..", "<script>", "\\", "\\u0000",
         "#tag", "##", "#" * 50, "{pin}", str(2**31), str(2**63), str(2**64), "9" * 50, "a" * 101,
         "가" * 100, "\u0301" * 500, "x" * 5000, "http://127.0.0.1/", "file:///etc/passwd",
         "http://[::1", "javascript:1", "http://no-such-host.invalid/a.png"]
VALUES = [*WORDS, 0, 1, -1, 1.5, 2**31, 2**63, 10**400, True, False, None, [], [1], {}, {"a": [1]},
          [[[[[[[[[[]]]]]]]]]], {"title": {"title": "x"}}]
NAMES = ["", "title", "Title", "title\0", "id", "pin", "limit", "cursor", "x" * 70, "__proto__",
         "a[b]"]
KINDS = ["", "application/json", "application/json; charset=x", "text/plain", "multipart/form-data",
         "multipart/form-data; boundary=", "multipart/form-data; boundary=BB", "x" * 300, "/", ";",
         "application/x-www-form-urlencoded", "image/png"]
HEADERS = {
    "Accept-Language": ["ko", "en;q=x", ",;=", "x" * 1000], "X-Requested-With": ["x", "", "pinwall"],
    "Cookie": ["__Host-refresh=x", "__Host-refresh", "=;=;=", "a=\"", "__Host-refresh=" + "A" * 43,
               "__Host-access=x", "__Host-access=eyJ.eyJ.x"],
    "Sec-Fetch-Site": ["same-origin", "cross-site", "x"],
    "Origin": ["null", "http://evil.example", "x"], "If-None-Match": ["*", '"x"', "x"],
    "Content-Encoding": ["gzip", "identity", ""], "Idempotency-Key": ["x", "x" * 500],
    "X-HTTP-Method-Override": ["DELETE"], "Range": ["bytes=0-1"], "Expect": ["x"],
    "X-Forwarded-For": ["127.0.0.1"],
}
MOST_IN_QUERY = 1500  # a longer address is Nginx's to refuse


class Fuzz:
    """One caller, and requests for it."""

    def __init__(self, stack, dice, known):
        self.stack, self.dice, self.known = stack, dice, known
        self.good = picture(seed=1)

    def some(self, values, most=3):
        return self.dice.sample(values, self.dice.randrange(min(most, len(values)) + 1))

    def value(self, name, values=VALUES):
        if name in self.known and self.dice.random() < 0.5:
            return self.known[name]
        return self.dice.choice(values)

    def text(self, name):
        return str(self.value(name, WORDS))

    def path(self, route):
        def one(match):
            if self.dice.random() < 0.7:
                return str(self.known[match.group(1)])
            return quote(self.text(match.group(1)), safe="")[:MOST_IN_QUERY] or "%20"
        return re.sub(r"\{(\w+)\}", one, route["path"]) + self.dice.choice(["", "", "/"])

    def query(self, route):
        names = [f["name"] for f in route["fields"] if f["from"] == "query"]
        pairs = [(name, self.text(name)) for name in self.some(names + NAMES)]
        if self.dice.random() < 0.4 or not pairs:
            return ""
        if self.dice.random() < 0.2:
            pairs += pairs[:1]
        return "?" + self.damaged(urlencode(pairs).encode())[:MOST_IN_QUERY].decode("latin-1")

    def pairs(self, route):
        """Fields of the body: some left out, some wrong, some twice."""
        names = [f["name"] for f in route["fields"] if f["from"] == "body"]
        if self.dice.random() < 0.6:
            pairs = [(name, self.value(name)) for name in names]
        else:
            pairs = [(name, self.value(name)) for name in self.some(names + NAMES, 5)]
        return pairs + (pairs[:1] if self.dice.random() < 0.15 else [])

    def damaged(self, body):
        """Cut, turned or repeated, one time in five."""
        if not body or self.dice.random() < 0.8:
            return body
        at = self.dice.randrange(len(body))
        how = self.dice.randrange(4)
        if how == 0:
            return body[:at]
        if how == 1:
            return body[:at] + bytes([33 + self.dice.randrange(94)]) + body[at + 1:]
        if how == 2:
            return body[:at] + body[at:at + 40] * 3 + body[at:]
        return body[:at] + body[at + self.dice.randrange(20):]

    def part(self, name, value, file):
        head = f'Content-Disposition: form-data; name="{name}"' + '; filename="a.png"' * file
        value = value if isinstance(value, bytes) else str(value).encode("utf-8")
        return b"--BB\r\n" + head.encode() + b"\r\n\r\n" + value + b"\r\n"

    def body(self, route):
        """A body and its content type."""
        pairs, kind = self.pairs(route), self.dice.randrange(10)
        if kind < 4:
            text = ", ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in pairs)
            return self.damaged(f"{{{text}}}".encode()), "application/json"
        if kind < 6:
            return (self.damaged(urlencode([(k, str(v)) for k, v in pairs]).encode()),
                    "application/x-www-form-urlencoded")
        if kind < 9:
            files = {f["name"] for f in route["fields"] if f["type"] == "file"}
            parts = b""
            for name, value in pairs:
                if name in files and self.dice.random() < 0.7:
                    value = self.damaged(self.good)
                parts += self.part(name, value, name in files or self.dice.random() < 0.1)
            return self.damaged(parts + b"--BB--\r\n"), "multipart/form-data; boundary=BB"
        return (self.dice.choice([b"", b"\0", b"{", self.dice.randbytes(200)]),
                self.dice.choice(KINDS))

    def request(self, route):
        headers = {name: self.dice.choice(values) for name, values in HEADERS.items()
                   if self.dice.random() < 0.06}
        options = {}
        if route["method"] not in ("GET", "DELETE") or self.dice.random() < 0.1:
            options["data"], headers["Content-Type"] = self.body(route)
            if self.dice.random() < 0.1:
                headers["Content-Type"] = self.dice.choice(KINDS)
        options["headers"] = headers
        return route["method"], self.path(route) + self.query(route), options


class Somebody:
    """A person with things of their own, made anew when their login is over."""

    def __init__(self, stack):
        self.stack, self.secrets = stack, set()
        self.client = None

    def ready(self):
        if self.client is None or self.client.get("rest-auth/user/").status_code != 200:
            ann = self.client = signup(self.stack)
            session = ann.login(ann.email, ann.password)
            self.secrets |= {ann.password, ann.token, ann.email, session["refresh"]}
            self.known = {
                "pin": many_pins(self.stack, ann, 1)[0],
                "board": ann.want(201, "POST", "boards/", json={"title": unique()})["id"],
                "tag": ann.want(201, "POST", "tags/", json={"tag_name": unique()})["id"],
                "username": ann.username, "name": ann.username, "title": "a title #tag",
                "password": ann.password, "old_password": ann.password, "limit": "5",
                "author__username": ann.username, "uid": ann.user["id"], "image_url": "", **PICTURE,
            }
            item, board = self.known["pin"], self.known["board"]
            self.known |= {
                "id": item, "item": item, "pk": ann.user["id"],
                "post": ann.want(201, "POST", "styles/posts/", data={"content": "post"},
                                 files={"image": ("p.png", picture())})["id"],
                "comment": ann.want(201, "POST", f"items/{item}/comments/",
                                    json={"content": "comment"})["id"],
                "section": ann.want(201, "POST", f"boards/{board}/sections/",
                                    json={"title": "section"})["id"],
                "link": ann.want(201, "POST", f"boards/{board}/links/",
                                 json={"role": "viewer"})["id"],
            }
        return self.client


def check(document, method, path, answer):
    """That nothing of the inside is told is seen in test_contract.py: what a
    refusal repeats of its request is anything here."""
    assert answer.status_code < 500
    check_headers(answer)
    if answer.status_code >= 400:
        check_refusal(answer)
    key = document.find(method, path.partition("?")[0])
    if key is not None:
        document.check_form(key, answer.status_code, answer, "")


@pytest.fixture(scope="module")
def log_before(stack):
    return len(stack.log())


@pytest.fixture(scope="module")
def secrets():
    """What must not stand in any log."""
    return set()


def test_no_answer_is_a_fault(stack, log_before, secrets):
    routes = json.loads(stack.run("routes", "--json").stdout)
    document = Document(stack.run("openapi").stdout, stack.url)
    dice, end, seen = random.Random(SEED), time.monotonic() + SECONDS, {}
    stays, leaves = Somebody(stack), Somebody(stack)
    rounds = 0
    while rounds < 3 or rounds < ROUNDS and time.monotonic() < end:
        rounds += 1
        for route in routes:
            ann = leaves if (route["method"], route["path"]) in ENDS_LOGIN else stays
            fuzz = Fuzz(stack, dice, (ann.ready(), ann.known)[1])
            for client in (Client(stack), ann.client, ann.client):
                method, path, options = fuzz.request(route)
                answer = client.request(method, path, **options)
                status = answer.status_code
                seen.setdefault((method, route["path"]), set()).add(status)
                try:
                    check(document, method, path, answer)
                except AssertionError as e:
                    pytest.fail(f"seed {SEED} round {rounds}: {method} {path} {options!r:.3000}\n"
                                f"{status} {answer.text[:1000]}\n{e}")
    statuses = set().union(*seen.values())
    assert {200, 201, 204, 400, 401, 403, 404, 415} <= statuses
    secrets |= stays.secrets | leaves.secrets


def test_the_log_has_no_fault_and_no_secret(stack, log_before, secrets):
    settle(stack)
    quiet(stack)
    said = stack.log()[log_before:]
    assert said.count(" request ") > 300
    # the pictures of pins that a statement made are rows without files
    faults = re.sub(r".* error long\[\d+\] export(: spool/aa\d+ is missing"
                    r"| id=\d+ given-up reason=ERR_NOT_FOUND)\n", "", said)
    assert [line for line in faults.splitlines() if " fault " in line or " error " in line] == []
    assert len(secrets) >= 4
    for path in sorted(stack.log_dir.glob("*.log")):
        text = path.read_text(errors="replace")
        assert [secret for secret in secrets if secret in text] == [], path.name
        assert not re.search(r"eyJ[\w-]{20,}\.[\w-]+\.[\w-]+", text), path.name
    assert not re.search(r"[\w.+-]+@example\.", said)
