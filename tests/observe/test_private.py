"""No secret and nothing of a person stands in a log: of the program, of Nginx,
of Postgres and of both Redis, whatever fails, with every statement and every
request called slow.

Planted are words that stand nowhere else: in passwords, tokens, cookies and
links of mails, in addresses and names, in titles, comments, searches and
messages of the database, in headers and in what is asked of every route.
"""

import itertools
import json
import os
import re
import signal
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from client import Client, mails, picture, signup
from stack import Stack, wait_for

CHATTY_POSTGRES = """\
log_min_duration_statement = 0
log_lock_waits = on
log_connections = off
"""
FULL_ADDRESS = re.compile(r"\b127\.0\.0\.1\b|\b192\.0\.2\.77\b")


class Words:
    """Planted words, each with what it was planted as in it, and secrets that
    the site made itself."""
    FORM = re.compile(r"zq[a-z]+[0-9]+q")

    def __init__(self):
        self.number = itertools.count(10_000_000)
        self.known = {}

    def __call__(self, what):
        return f"zq{re.sub('[^a-z]', '', what)[:7]}{next(self.number)}q"

    def within(self, text):
        """As (what, word); whatever is written large."""
        return [(word[2:-9], word) for word in self.FORM.findall(text.lower())] + [
            (what, word) for word, what in self.known.items() if word in text]


@pytest.fixture(scope="module")
def words():
    return Words()


class ChattyStack(Stack):
    """Its Postgres tells each statement."""

    def write_settings(self):
        super().write_settings()
        with open(self.dir / "postgresql.local.conf", "a") as file:
            file.write(CHATTY_POSTGRES)


@pytest.fixture(scope="module")
def site():
    with ChattyStack({"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1, "slow_ms": 1,
                      "log_level": 1}) as stack:
        stack.wait_for_cache()
        yield stack
        stack.keep_logs("private")


@pytest.fixture(scope="module")
def ann(site, words):
    return signup(site, username=words("name"), email=words("mail") + "@example.com",
                  password="Aa1-" + words("password"))


def found(site, words):
    """(file, what, word) of the planted words that stand in a log, and of
    addresses of clients."""
    told = []
    for path in sorted(site.log_dir.iterdir()):
        text = path.read_text(errors="replace")
        told += [(path.name, *one) for one in words.within(text)]
        told += [(path.name, "address", match[0]) for match in FULL_ADDRESS.finditer(text)
                 if "listen" not in path.name]
        told += [(path.name, "mail", m) for m in re.findall(r"[\w.+-]+@example\.com", text)]
        told += [(path.name, "token", m) for m in re.findall(r"eyJ[\w-]{10,}\.[\w-]+", text)]
    return told


def settled(site):
    time.sleep(1.3)  # lines are written once a second


def headers(words):
    return {"Cookie": f"__Host-refresh={words('cookie')}; __Host-access={words('cookie')}",
            "User-Agent": words("agent"), "Referer": f"http://{words('referer')}.example/",
            "Origin": f"http://{words('origin')}.example", "X-Forwarded-For": "192.0.2.77",
            "Idempotency-Key": words("key"), "If-None-Match": f'"{words("etag")}"'}


def body_of(schema, words):
    """Every member that may be a text is a planted one."""
    made = {}
    for name, kind in (schema or {}).get("properties", {}).items():
        kinds = kind.get("type")
        if kinds == "string" or (isinstance(kinds, list) and "string" in kinds):
            made[name] = words(name)
    return made


def test_every_route_with_planted_words(site, ann, words):
    """As nobody, with a login, and with a login that is none."""
    document = json.loads(site.run("openapi").stdout)
    liar = Client(site)
    liar.use_token(f"{words('token')}.{words('token')}.{words('token')}")
    statuses = set()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if (method, path) in {("post", "/accounts/quit"), ("delete", "/sessions")}:
                continue  # they end the login
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            for caller in (Client(site), ann, liar):
                at = re.sub(r"\{\w+\}", lambda _: quote(words("path")), path)
                query = {p["name"]: words(p["name"]) for p in operation["parameters"]
                         if p["in"] == "query"}
                options = {"json": body_of(schema, words)} if content else {}
                answer = caller.request(method.upper(), "/api" + at, headers=headers(words),
                                        params={**query, words("query"): words("query")},
                                        **options)
                statuses.add(answer.status_code)
                real = re.sub(r"\{\w+\}", "1", path)
                caller.request(method.upper(), "/api" + real, headers=headers(words),
                               params=query, **options)
    assert {400, 401, 404} <= statuses and not {s for s in statuses if s >= 500}
    settled(site)
    assert found(site, words) == []


def test_a_life_with_planted_words(site, ann, words):
    """What is done well is told as little."""
    reader = Client(site)
    ann.login(ann.email, ann.password)
    title = words("title")
    pin = ann.upload("pins/", f"{title} #{words('tag')}", picture(), name=words("file"))["id"]
    ann.want(200, "PATCH", f"pins/{pin}/", json={"title": words("title")})
    ann.want(201, "POST", f"items/{pin}/comments", json={"content": words("comment")})
    board = ann.want(201, "POST", "boards/", json={"title": words("board")})["id"]
    ann.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin})
    refused = ann.post("boards/", json={"title": words("board")})
    assert refused.status_code == 201
    twice = ann.post("boards/", json={"title": refused.json()["title"]})
    assert twice.status_code == 400  # by the name of a constraint
    for path in (f"/@{ann.username}", f"/?q={words('search')}", f"/join/{words('link')}",
                 f"/verify-email?key={words('key')}", f"/reset-password?token={words('token')}",
                 f"/{words('nowhere')}", f"/media/{words('media')}.png",
                 f"/tag/1/{words('tag')}", f"/pin/{pin}?from={words('query')}"):
        reader.get(path, headers=headers(words))
    ann.get("people", params={"q": words("search")})
    reader.post("pins/preview", json={"url": f"http://{words('host')}.invalid/{words('page')}"})
    ann.post("pins/", json={"title": words("title"),
                            "image_url": f"http://{words('host')}.invalid/{words('page')}"})
    for secret in (ann.token, *ann.token.split(".")[1:]):
        words.known[secret] = "token"
    wrong = reader.post("rest-auth/login/", json={"email": ann.email,
                                                  "password": words("password")})
    assert wrong.status_code == 400
    reader.want(200, "POST", "rest-auth/password/reset/", json={"email": ann.email})
    for letter in wait_for(lambda: len(mails(site)) >= 2 and mails(site), 30):
        for secret in re.findall(r"[?&](?:key|token)=([\w-]{20,})", letter.get_content()):
            words.known[secret] = "token of a mail"
    assert "token of a mail" in words.known.values()
    ann.login(ann.email, ann.password)
    words.known[ann.token] = "token"
    ann.want(204, "DELETE", f"pins/{pin}/")
    settled(site)
    assert found(site, words) == []
    # the logs are those that were meant, and tell what they may
    assert "slow-statement request=" in site.log() and "slow-request id=" in site.log()
    assert "duration: " in (site.log_dir / "postgres.log").read_text()


def test_errors_of_postgres_with_planted_words(site, ann, words):
    """Values that Postgres would quote: of a cast that fails, of a row that a
    constraint refuses, of a statement that takes too long."""
    site.sql("create function break_it() returns trigger language plpgsql as $$ begin "
             "perform new.title::int; return new; end $$")
    site.sql("create trigger break_it before insert on board for each row "
             "execute function break_it()")
    try:
        answer = ann.post("boards/", json={"title": words("cast")})
        assert answer.status_code == 500
        assert f"fault request={answer.json()['request']} code=ERR_DB boards/add.sql: 22P02" in \
            site.log()
        site.sql("create or replace function break_it() returns trigger language plpgsql as $$ "
                 "begin perform pg_sleep(9); return new; end $$")
        assert ann.post("boards/", json={"title": words("slow")}).status_code == 503
        site.sql("create or replace function break_it() returns trigger language plpgsql as $$ "
                 "begin insert into account (username, email, password) "
                 "select username, email, password from account; return new; end $$")
        assert ann.post("boards/", json={"title": words("row")}).status_code in (400, 409)
    finally:
        site.sql("drop function break_it cascade")
    settled(site)
    assert found(site, words) == []


def test_what_is_down_with_planted_words(site, ann, words):
    site.kill("redis")
    site.kill("cache")
    ann.post("boards/", json={"title": words("board")}, headers=headers(words))
    Client(site).post("rest-auth/login/", json={"email": words("mail") + "@example.com",
                                                "password": words("password")})
    server = site.pids()["pg"]
    os.kill(server, signal.SIGINT)
    wait_for(lambda: not Path(f"/proc/{server}").exists(), 30)
    ann.post("boards/", json={"title": words("board")}, headers=headers(words))
    Client(site).get("pins/", params={"author__username": words("name")})
    os.kill(site.pids()["app"], signal.SIGKILL)
    wait_for(lambda: not site.processes("run"), 20)
    answer = Client(site).get("pins/", params={"q": words("search")}, headers=headers(words))
    assert answer.status_code == 502
    (site.dir / "run" / "fast.sock").unlink()
    assert Client(site).get("/pin/1", params={"q": words("search")}).status_code in (502, 504)
    assert Client(site).get("pins/", params={"q": words("search")}).status_code == 502
    site.start()
    settled(site)
    assert found(site, words) == []


def test_planted_words_would_be_found(site, words):
    """Of each kind of log."""
    for name in ("pinwall.log", "nginx-access.log", "nginx-error.log", "postgres.log",
                 "redis-state.log", "redis-cache.log"):
        path = site.log_dir / name
        size = path.stat().st_size
        with open(path, "a") as file:
            file.write(f"{words('seen')}\n")
        (line,) = found(site, words)
        assert line[:2] == (name, "seen"), line
        os.truncate(path, size)
