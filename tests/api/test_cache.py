"""Answers that are kept are those of the database, and each its viewer's alone
(Z12); ETags name them; two questions that mean different things never share
one.

Every address of every route that says what it reads is asked as nobody, as two
people with secrets of their own and as the staff, in any order, between writes
of all kinds, and held byte for byte against the same program without a cache
on the same database (tests/twin.py).  A route that is asked nothing, or was
never answered from what is kept, is a failure.
"""

import itertools
import os
import random
import re
import struct
import time
from urllib.parse import quote

import pytest
from cache_world import ABSENT, SEED, Comparison, Reader, World
from checks import finish, quiet
from client import picture, signup, unique
from stack import Stack, wait_for
from twin import Twin

WRITES = int(os.environ.get("CACHE_WRITES", 60))
SETTINGS = {"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1, "cache": 1}


@pytest.fixture(scope="module")
def sites():
    with Stack(SETTINGS) as site, Twin(site) as twin:
        yield site, twin
        finish(site, "cache")


@pytest.fixture(scope="module")
def world(sites):
    return World(*sites)


def hits(site):
    """Answers without a statement, by route."""
    quiet(site)
    found = re.findall(r" method=GET route=(\S+) status=(?:200|304) \S+ \S+ sql=0 ", site.log())
    return {route: found.count(route) for route in set(found)}


def test_every_answer_is_its_viewers_and_of_now(sites, world):
    both = Comparison(world)
    assert not both.round(world.some_addresses(8))
    before = hits(sites[0])
    for number in range(WRITES):
        name = world.write()
        wrong = both.round(world.some_addresses(1))
        assert not wrong, f"seed {SEED}, write {number}, {name}: {wrong[0]} and {len(wrong) - 1}"
    after = hits(sites[0])
    for route in world.routes:
        path = route["path"].removeprefix("/api")
        if not route["reads"]:
            continue  # a part of it is kept, which takes statements all the same
        assert after.get(path, 0) > before.get(path, 0) > 0, f"{path} was never kept"
    assert both.not_modified > both.asked / 50


# The comparison sees what it is there for: an entry of somebody else.

def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def key_of(redis, ask):
    """The key of the entry that a request stores: of what it answers."""
    for key in redis.scan_iter("q:*"):
        redis.delete(key)
    body = ask()[1]

    def stored():
        return [k for k in redis.scan_iter("q:*") if (redis.get(k) or b"").endswith(body)]
    return wait_for(stored)[0]


def planted(redis, entry, key, honest=False):
    """Puts a copy of an entry under another's key; honest: with its sum."""
    value = redis.get(entry)
    if not honest:
        crc = crc32c(key + value[:4] + value[8:])
        value = value[:4] + struct.pack("<I", crc) + value[8:]
    redis.set(key, value)


def test_an_entry_of_somebody_else_is_good_for_nobody(sites, world):
    redis, path = sites[0].redis("cache"), "/api/pins/"
    both = Comparison(world)
    world.set_secrets()
    ann, ben = (key_of(redis, lambda w=who: world.cached[w].ask(path)) for who in ("ann", "ben"))
    assert ann != ben
    assert world.plain["ann"].ask(path)[1] != world.plain["ben"].ask(path)[1]
    for honest in (True, False):
        world.cached["ann"].ask(path)
        planted(redis, wait_for(lambda: redis.get(ann) and ann), ben, honest=honest)
        assert both.wrong("ben", path) is None, "its sum and its stamps are of another viewer"
    redis.delete(ann, ben)


# ETags.

def changed(world):
    """(path, what changes its answer) of several kinds."""
    world.make_pin("ann")
    world.make_board("ann")
    ann, pin, board = world.ann, world.pins["ann"][-1], world.boards["ann"][-1]
    return [
        (f"/api/pins/{pin}", lambda: ann.want(200, "PATCH", f"pins/{pin}",
                                              json={"title": unique("e")})),
        (f"/api/boards/{board}", lambda: ann.want(200, "PATCH", f"boards/{board}",
                                                  json={"title": unique("b")})),
        ("/api/pins/", world.make_pin),
        ("/api/tags/", lambda: ann.want(201, "POST", "tags/", json={"tag_name": unique("t")})),
        (f"/api/users/{ann.username}/followers", lambda: world.staff.want(
            200, "PUT", f"users/{ann.username}/follow")),
        ("/api/pinterestAccounts/following-user/", lambda: ann.want(
            200, "PUT", f"users/{world.staff.username}/follow")),
        (f"/api/pinterestAccounts/user/{ann.username}", lambda: world.change_avatar(ann)),
    ]


def test_304_while_nothing_changed_and_a_new_etag_after(world):
    world.staff.delete(f"users/{world.ann.username}/follow")
    world.ann.delete(f"users/{world.staff.username}/follow")
    changes = changed(world)
    world.rest()
    for path, change in changes:
        ask = world.cached["ann"].ask
        status, body, headers = ask(path)
        etag = headers["ETag"]
        assert status == 200 and re.fullmatch(r'"[\w-]{16}"', etag), (path, headers)
        for _ in range(2):
            status, nothing, headers = ask(path, **{"If-None-Match": etag})
            assert (status, nothing, headers.get("ETag")) == (304, b"", etag), (path, headers)
        change()
        world.rest()
        status, new, headers = ask(path, **{"If-None-Match": etag})
        assert status == 200 and new != body, path
        assert headers["ETag"] != etag and ask(path)[1] == new, path
        assert new == world.plain["ann"].ask(path)[1], path


def test_an_etag_is_for_those_who_see_the_same(sites, world):
    """Everybody who has nothing hidden has the one of a shared answer, as soon as
    that is known of him: what he is told before is called his own.  Whoever has
    something hidden has his own."""
    world.set_secrets()
    new = Reader(sites[0].port, signup(sites[0]).token)
    world.rest()
    for path in ("/api/pins/", "/api/tags/"):
        new.ask(path)
        etag = world.cached["nobody"].ask(path)[2]["ETag"]
        assert new.ask(path)[2]["ETag"] == etag
        assert new.ask(path, **{"If-None-Match": etag})[0] == 304
    for path in ("/api/pins/", "/api/boards/", f"/api/pinterestAccounts/user/{world.ann.username}"):
        bodies = {who: world.plain[who].ask(path)[1] for who in world.viewers}
        for who in world.viewers:  # it becomes known who has nothing hidden
            world.cached[who].ask(path)
        etags = {who: world.cached[who].ask(path)[2]["ETag"] for who in world.viewers}
        assert len(set(bodies.values())) > 1, path
        for who, other in itertools.permutations(world.viewers, 2):
            status, body, headers = world.cached[who].ask(
                path, **{"If-None-Match": etags[other]})
            if bodies[who] != bodies[other]:
                assert (status, body) == (200, bodies[who]), (path, who, other)
                assert headers["ETag"] == etags[who] != etags[other]


# RFC 9110, 13.1.2 and 8.8.3.
MATCHES = ['{0}', 'W/{0}', '"x", {0}', '{0},"x"', ' "a" ,\tW/{0} , "b"', '*', ',,{0},', '"", {0}',
           '"a,b", {0}']
DOES_NOT = ['"x"', 'W/"x"', '{1}', '"x{1}"', '"x", {1}"', 'w/{0}', '', '**', '"*"',
            '"a, {1}', '"a", "b"', 'x {0}', '"x" {0}']


def test_if_none_match_is_a_list(world):
    ask, path = world.cached["ann"].ask, "/api/tags/"
    status, body, headers = ask(path)
    etag = headers["ETag"]
    for value in MATCHES:
        status, nothing, _ = ask(path, **{"If-None-Match": value.format(etag, etag.strip('"'))})
        assert (status, nothing) == (304, b""), value
    for value in DOES_NOT:
        answer = ask(path, **{"If-None-Match": value.format(etag, etag.strip('"'))})
        assert answer[:2] == (200, body), value


def test_a_compressed_answer_is_asked_for_by_the_etag_it_came_with(world):
    """What browsers do: Nginx makes the ETag of what it compresses a weak one."""
    ask, gzip = world.cached["ann"].ask, {"Accept-Encoding": "gzip"}
    status, _, headers = ask("/api/pins/", **gzip)
    assert headers.get("Content-Encoding") == "gzip" and headers["ETag"].startswith('W/"')
    status, nothing, _ = ask("/api/pins/", **{**gzip, "If-None-Match": headers["ETag"]})
    assert (status, nothing) == (304, b"")


def test_nothing_but_answers_has_an_etag(world):
    for path, status in ((f"/api/pins/{ABSENT}", 404), ("/api/pins/?board=x", 400),
                         ("/api/healthz", 200)):
        got, _, headers = world.cached["ann"].ask(path, **{"If-None-Match": "*"})
        assert got == status and "ETag" not in headers, path


def test_what_is_not_there_is_waited_for_by_nobody(world):
    """An answer that is not kept leaves no lock behind: nobody waits the fifth of
    a second that a lock is waited for, but for what a busy machine takes."""
    places = ["boards/{}", "pins/{}", "tags/{}", "pinterestAccounts/user/n{}", "pins/{}/similar_pin"]
    for place in places:
        path, took = "/api/" + place.format(ABSENT + 1), []
        for who in world.viewers * 3:
            begin = time.monotonic()
            assert world.cached[who].ask(path)[0] == 404, path
            took.append(time.monotonic() - begin)
        assert sorted(took)[len(took) // 2] < 0.15, (path, took)


# Questions that are written alike.

TITLES = ["a", "A", "a b", "a+b", "a&b", "a=b", "a%26b", "a&board=1", "a|b", "a;b", "1", "01",
          "null", "true", "\u00e9", "e", "\uac00", "\u0110", "a/b", "a?b", "a#b", "'", '"', "\\",
          "a\u00a0b", "ab", "a  b"]
NUMBERS = ["1", "01", "+1", "1.0", "1e0", "0", "-0", "-1", "%31", "1%20", "", "0x1",
           "%D9%A1", "9223372036854775807", "9223372036854775808", "18446744073709551617"]
PAGES = ["limit=1", "limit=01", "limit=2", "limit=50", "limit=51", "limit=0", "cursor=", "limit="]


def written(dice, name, value):
    """The pair as one may write it."""
    def letter(c):
        kind = dice.randrange(3)
        if kind == 0:
            return "".join(f"%{b:02x}" for b in c.encode())
        return "+" if kind == 1 and c == " " else quote(c, safe="")
    return "".join(map(letter, name)) + "=" + "".join(map(letter, value))


def forms(dice, text):
    """It, or its decomposed form, or with space around it."""
    import unicodedata
    return dice.choice([text, text, unicodedata.normalize("NFD", text), f" {text}", f"{text} "])


def question(dice, world):
    """A query of /pins/, well-formed or not."""
    pairs = []
    for name in dice.sample(["boards__title", "board", "tag", "author__username", "page"],
                            dice.choice([1, 1, 1, 2, 2, 3])):
        if name == "page":
            pairs.append(dice.choice(PAGES))
        elif name in ("board", "tag"):
            pairs.append(f"{name}={dice.choice(NUMBERS)}")
        elif name == "boards__title":
            pairs.append(written(dice, name, forms(dice, dice.choice(TITLES))))
        else:
            names = [world.ann.username, world.ann.username.upper(), world.ben.username, "a&b"]
            pairs.append(written(dice, name, forms(dice, dice.choice(names))))
    dice.shuffle(pairs)
    return dice.choice(["", "&", "&&"]) + "&".join(pairs) + dice.choice(["", "&"])


def test_different_questions_never_share_an_answer(world):
    """Each title is a board's with a pin of its own; those that differ in case
    are two people's."""
    dice = random.Random(SEED)
    for title in TITLES:
        who = world.ben if title.isupper() else world.ann
        board = who.want(201, "POST", "boards/", json={"title": title})["id"]
        pin = who.upload("pins/", unique("q"), picture(size=(8, 6)))["id"]
        who.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin})
    world.rest()
    both, good = Comparison(world), set()
    for _ in range(500):
        path = "/api/pins" + dice.choice(["", "/"]) + "?" + question(dice, world)
        who = dice.choice(world.viewers)
        for _ in range(2):
            assert both.wrong(who, path) is None, (SEED, path)
        if both.last.get((who, path)):
            good.add(path)
    assert len(good) > 100, "most questions were refused"


def test_fields_do_not_run_into_each_other(world):
    """One field's value looks like two fields, by every kind of separator."""
    both = Comparison(world)
    for one, two in (("boards__title=a%26board%3D1", "boards__title=a&board=1"),
                     ("boards__title=a%26tag%3D1", "boards__title=a&tag=1"),
                     ("boards__title=1", "board=1"), ("tag=1", "board=1"),
                     ("author__username=x", "author__follower__username=x"),
                     ("boards__title=a%00", "boards__title=a"),
                     ("boards__title=a%2526b", "boards__title=a%26b"),
                     ("boards__title=A", "boards__title=a")):
        for path in (f"/api/pins/?{one}", f"/api/pins/?{two}", f"/api/pins/?{one}"):
            assert both.wrong("ann", path) is None, path
