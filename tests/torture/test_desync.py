"""H4 through TLS, by HTTP/1.1 and HTTP/2 (desync.py has the cases): each request
that is out of order is refused or is one request, what it carries is never run,
and who asks next on another connection gets the answer that is theirs.

    REQUESTS=100000 pytest tests/torture/test_desync.py -k chance

makes so many by chance; TORTURE_SEED gives a run again."""

import json
import os
import random

import pytest
from stack import Stack
from tls import TlsSite

import client as tools

pytest.importorskip("h2", reason="needs Debian's python3-h2")

from desync import (  # noqa: E402
    Talker, fields, h1, h1_by_chance, h2, h2_by_chance, poison, statuses)

SEED = int(os.environ.get("TORTURE_SEED", int.from_bytes(os.urandom(3), "big")))
REQUESTS = int(os.environ.get("REQUESTS", 400))
SETTINGS = {"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1, "fast_workers": 2,
            "access_s": 3600}
ENDED = 0
BAD = b"P" * 300  # names of cases do not depend on it


class World:
    def __init__(self, stack, site):
        self.stack, self.talk, self.n = stack, Talker(site), 0
        self.people = [tools.signup(stack) for _ in range(3)]
        self.ann = tools.signup(stack)
        self.take_login(self.ann)

    def take_login(self, person):
        self.login = f"JWT {person.token}".encode()
        self.bad = poison(self.login)

    def boards(self):
        return [title for title, in self.stack.sql(
            "select title from board where owner = %s", (self.ann.user["id"],))]

    def next_is_right(self, protocol=None):
        """Somebody asks for one of the people: it is that one who comes."""
        self.n += 1
        name = self.people[self.n % len(self.people)].username
        path = f"/api/users/{name}".encode()
        if (protocol or ("h1", "h2")[self.n % 2]) == "h2":
            answers, text = self.talk.ask(fields(method=b"GET", path=path))
        else:
            got = self.talk.say(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n"
                                b"Connection: close\r\n\r\n", 20)
            answers, text = statuses(got), got.partition(b"\r\n\r\n")[2]
        assert answers == [200], (answers, text)
        assert json.loads(text)["username"] == name


@pytest.fixture(scope="module")
def world():
    with Stack(SETTINGS) as stack, TlsSite(stack, limited=False) as site:
        yield World(stack, site)
        stack.keep_logs("desync")


@pytest.fixture(autouse=True)
def nothing_was_run(world):
    before = world.boards()
    yield
    assert world.boards() == before
    world.next_is_right("h1")
    world.next_is_right("h2")


@pytest.mark.parametrize("name", h1(BAD))
def test_http_1(world, name):
    """At most one answer of the API; the rest of the connection is not run."""
    got = world.talk.say(h1(world.bad)[name])
    assert statuses(got)[1:] in ([], [400]), got[:3000]
    assert all(status in (200, 400, 401, 413, 421, 431, 501, 505)
               for status in statuses(got)), got[:300]


@pytest.mark.parametrize("name", h2(BAD))
def test_http_2(world, name):
    headers, body, refused = h2(world.bad)[name]
    answers, text = world.talk.ask(headers, body)
    assert len(answers) == 1
    assert answers[0] in (ENDED, 400, 405, 413, 421, 501) or not refused, (answers, text)
    assert answers[0] < 500 or answers[0] == 501, (answers, text)


@pytest.mark.parametrize("length", [0, 5, 19, 21, 500])
def test_a_length_that_is_not_that_of_the_data(world, length):
    """Nothing is done, also for who may."""
    data = b'{"title": "carrier"}'
    answers, _ = world.talk.ask(fields(
        (b"content-length", b"%d" % length), (b"content-type", b"application/json"),
        (b"authorization", world.login)), data)
    assert answers[0] in (ENDED, 400)


def test_poison_in_pipelines(world):
    """Each of many requests on one connection has its answer, in order."""
    bad = world.bad
    one = (b"POST /api/boards/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
           % len(bad) + bad)
    look = b"GET /api/healthz HTTP/1.1\r\nHost: localhost\r\n"
    last = look + b"Connection: close\r\n\r\n"
    got = world.talk.say((one + look + b"\r\n") * 100 + last, 20)
    assert statuses(got) == [401, 200] * 100 + [200]


def test_by_chance(world):
    dice, seen = random.Random(SEED), {}
    for n in range(REQUESTS):
        if dice.random() < 0.5:
            raw = h1_by_chance(dice, world.bad)
            got = world.talk.say(raw + b"GET / HTTP/1.1\r\nHost: localhost\r\n"
                                 b"Connection: close\r\n\r\n", 20)
            answers = statuses(got)
            assert 1 <= len(answers) <= 2, (SEED, n, raw, got[:2000])
        else:
            raw = h2_by_chance(dice, world.bad)
            answers, _ = world.talk.ask(*raw)
            assert len(answers) == 1, (SEED, n, raw, answers)
        assert all(a < 500 or a in (501, 505) for a in answers), (SEED, n, raw, answers)
        seen[answers[0]] = seen.get(answers[0], 0) + 1
        world.next_is_right()
        if n % 100 == 0:
            assert world.boards() == [], (SEED, n)
        if n % 10000 == 9999:  # a login lives for an hour
            world.take_login(tools.login(world.stack, world.ann.email, world.ann.password))
    print(f"seed {SEED}: {REQUESTS} requests, first answers {dict(sorted(seen.items()))}")


def test_the_poison_is_one():
    """Sent as a request of its own it makes a board: the others would see it."""
    with Stack(SETTINGS) as stack, TlsSite(stack, limited=False) as site:
        world = World(stack, site)
        assert statuses(world.talk.say(world.bad)) == [201]
        assert world.boards() == ["poison"]
