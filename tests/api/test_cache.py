"""Answers that are kept are those of the database, and each its viewer's alone
(Z12); ETags name them; two questions that mean different things never share
one.

Every address of every route that says what it reads is asked as nobody, as two
people with secrets of their own and as the staff, in any order, between writes
of all kinds, and held byte for byte against the same program without a cache
on the same database (tests/twin.py).  A route that is asked nothing, or was
never answered from what is kept, is a failure.
"""

import http.client
import itertools
import json
import os
import random
import re
import struct
import time
from urllib.parse import quote, urlencode

import pytest
from checks import finish, settle
from client import picture, signup, unique
from stack import Stack, wait_for
from twin import Twin

SEED = int(os.environ.get("CACHE_SEED", 12))
WRITES = int(os.environ.get("CACHE_WRITES", 60))
ABSENT = 999_999_999
SETTINGS = {"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1, "cache": 1}
# What these find is as old as the index; the rows are not.
FOUND = re.compile(r"/api/pins/(\d+|{pin})/(similar_pin|sim_pin_list)\b")
BESIDE = {"score", "why", "similarity"}


class Reader:
    """A viewer at one of the two sites; the connection is kept."""

    def __init__(self, port, token=None):
        self.host = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Authorization": "JWT " + token} if token else {}

    def ask(self, path, **headers):
        self.host.request("GET", path, headers={**self.headers, **headers})
        answer = self.host.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())


class World:
    """People with secrets, and whatever an address can name."""

    def __init__(self, site, twin, seed=SEED):
        self.site, self.dice = site, random.Random(seed)
        self.routes = [r for r in json.loads(site.run("routes", "--json").stdout)
                       if r["reads"] or FOUND.match(r["path"])]
        self.ann, self.ben, self.staff = signup(site), signup(site), signup(site)
        site.run("user", "staff", self.staff.username)
        self.people = {"ann": self.ann, "ben": self.ben, "staff": self.staff}
        self.viewers = ["nobody", *self.people]
        self.pins, self.boards = ({who: [] for who in self.people} for _ in range(2))
        self.titles, self.names, self.gone = [], set(), []
        for who, _ in itertools.product(self.pins, range(3)):
            self.make_pin(who)
            self.make_board(who)
            self.put_on_board(who)
        self.set_secrets()
        self.ann.want(202, "POST", "pinterestAccounts/follow", json={"username": self.ben.username})
        self.cached = self.readers(site.port)
        self.plain = self.readers(twin.port)

    def readers(self, port):
        return {who: Reader(port, getattr(self.people.get(who), "token", None))
                for who in self.viewers}

    # Writes.  Those that the interface has no way to make are another
    # session's; the guardian tells of them.

    def set_secret(self, table, row, value):
        self.site.sql(f"update {table} set visibility = %s where id = %s", (value, row))

    def set_secrets(self):
        """Two people have something that only they may see; the staff has
        something now and then."""
        for who in ("ann", "ben"):
            self.make_pin(who)
            self.make_board(who)
            self.set_secret("item", self.pins[who][-1], 1)
            self.set_secret("board", self.boards[who][-1], 1)
        self.rest()

    def any(self, things):
        """(owner, one of the owner's things)."""
        who = self.dice.choice([w for w in things if things[w]])
        return who, self.dice.choice(things[who])

    def make_pin(self, who=None):
        who = who or self.dice.choice(list(self.people))
        words = self.dice.sample(["#tea", "#Sea", "#über", "#둘", "#x1"], 2)
        pin = self.people[who].upload("pins/", f"{unique('p')} {' '.join(words)}",
                                      picture(size=(8, 6), seed=self.dice.random()))
        self.pins[who].append(pin["id"])

    def edit_pin(self):
        who, pin = self.any(self.pins)
        tag = self.dice.choice(["#tea", "#new", ""])
        self.people[who].want(200, "PATCH", f"pins/{pin}", json={"title": f"{unique('e')} {tag}"})

    def drop_pin(self):
        who, pin = self.any(self.pins)
        if len(self.pins[who]) > 2:
            self.pins[who].remove(pin)
            self.gone.append(pin)
            self.people[who].want(204, "DELETE", f"pins/{pin}")

    def make_board(self, who=None):
        who = who or self.dice.choice(list(self.people))
        self.titles.append(unique("Board "))
        made = self.people[who].want(201, "POST", "boards/", json={"title": self.titles[-1]})
        self.boards[who].append(made["id"])

    def rename_board(self):
        who, board = self.any(self.boards)
        self.people[who].want(200, "PATCH", f"boards/{board}",
                              json={"title": unique("b")})

    def drop_board(self):
        who, board = self.any(self.boards)
        if len(self.boards[who]) > 2:
            self.boards[who].remove(board)
            self.people[who].want(204, "DELETE", f"boards/{board}")

    def put_on_board(self, who=None):
        who, board = (who, self.boards[who][-1]) if who else self.any(self.boards)
        pin = self.any(self.pins)[1]
        self.people[who].post(f"boards/{board}/add_pin", json={"id": pin})

    def take_off_board(self):
        rows = self.site.sql("select b.owner, b.id, x.item from board_item x "
                             "join board b on b.id = x.board order by x.board, x.item")
        if rows:
            owner, board, pin = self.dice.choice(rows)
            who = next(p for p in self.people.values() if p.user["id"] == owner)
            who.want(204, "DELETE", f"boards/{board}/pins/{pin}")

    def move_on_board(self):
        rows = self.site.sql("select b.owner, x.board, x.item, (select item from board_item y "
                             "where y.board = x.board order by random() limit 1) from board_item x "
                             "join board b on b.id = x.board order by x.board, x.item")
        if rows:
            owner, board, pin, before = self.dice.choice(rows)
            who = next(p for p in self.people.values() if p.user["id"] == owner)
            who.want(204, "POST", f"boards/{board}/move_pin", json={"id": pin, "before": before})

    def move_board(self):
        who, board = self.any(self.boards)
        before = self.dice.choice([{}, {"before": self.dice.choice(self.boards[who])}])
        self.people[who].want(204, "POST", f"boards/{board}/move", json=before)

    def make_secret_board(self):
        who, board = self.any(self.boards)
        self.people[who].want(200, "PATCH", f"boards/{board}",
                              json={"secret": bool(self.dice.randrange(2))})
        made = self.people[who].want(201, "POST", "boards/", json={
            "title": unique("Secret "), "secret": True})
        self.boards[who].append(made["id"])

    def follow(self):
        who, whom = self.dice.sample(list(self.people.values()), 2)
        self.dice.choice([who.put, who.delete])(f"users/{whom.username}/follow")

    def follow_tag(self):
        who = self.dice.choice(list(self.people.values()))
        self.dice.choice([who.put, who.delete])(f"tags/{self.dice.choice(self.tags)}/follow")

    def rename_tag(self):
        self.staff.want(200, "PATCH", f"tags/{self.dice.choice(self.tags)}",
                        json={"tag_name": unique("t")})

    def drop_tag(self):
        if len(self.tags) > 3:
            self.staff.want(204, "DELETE", f"tags/{self.dice.choice(self.tags)}")

    def rename_person(self):
        who = self.dice.choice(list(self.people.values()))
        self.names.add(who.username)
        name = unique("N")
        who.want(200, "PATCH", "rest-auth/user/", json={"username": name})
        who.username = name

    def change_avatar(self, who=None):
        (who or self.dice.choice(list(self.people.values()))).want(
            200, "PATCH", "rest-auth/user/",
            files={"avatar": ("a.png", picture(size=(8, 6), seed=self.dice.random()))})

    def hide_or_show_pin(self):
        self.set_secret("item", self.any(self.pins)[1], self.dice.randrange(2))

    def hide_or_show_board(self):
        self.set_secret("board", self.any(self.boards)[1], self.dice.randrange(2))

    def write(self):
        """One of them, by chance; its name."""
        write = self.dice.choice([
            self.make_pin, self.edit_pin, self.drop_pin, self.make_board, self.rename_board,
            self.drop_board, self.put_on_board, self.put_on_board, self.take_off_board,
            self.move_on_board, self.move_board, self.make_secret_board,
            self.follow, self.follow_tag, self.rename_tag, self.drop_tag, self.rename_person,
            self.change_avatar, self.hide_or_show_pin, self.hide_or_show_board])
        write()
        self.rest()
        return write.__name__

    def rest(self):
        """Nothing changes any more: no job is due, other sessions were told."""
        settle(self.site)
        wait_for(lambda: not self.site.sql("select 1 from cache_outbox"), step=0.005)
        self.tags = [row[0] for row in self.site.sql("select id from tag order by id")]

    # Addresses.

    def values(self, field):
        """What a field of an address may be here."""
        names = [p.username for p in self.people.values()]
        names += [names[0].upper(), *sorted(self.names)[-2:], "nobody-is"]
        pins = [p for own in self.pins.values() for p in own]
        boards = [b for own in self.boards.values() for b in own]
        known = {"pin": [*pins, *self.gone[-1:], ABSENT], "board": [*boards, ABSENT],
                 "tag": [*self.tags, ABSENT], "username": names, "author__username": names,
                 "author__follower__username": names, "users__username": names,
                 "boards__title": [*self.titles[:4], "none"], "limit": [1, 2], "why": [1, 0],
                 "prefix": ["t", "TEA", "바"]}
        return known[field]

    def some_addresses(self, n):
        """n of every route, by chance."""
        found = []
        for route in self.routes:
            own = list(self.addresses(route))
            found += self.dice.sample(own, min(n, len(own)))
        self.dice.shuffle(found)
        return found

    def addresses(self, route):
        """Each value of each field, alone and in pairs."""
        path = [f["name"] for f in route["fields"] if f["from"] == "path"]
        query = {f["name"]: "limit" if f["type"] == "page" else f["name"]
                 for f in route["fields"] if f["from"] == "query"}
        for values in itertools.product(*map(self.values, path)):
            place = route["path"].format(**{
                name: quote(str(v), safe="") for name, v in zip(path, values)})
            place += "/" * (not path and self.dice.random() < 0.8)
            yield place
            for name in query.values():
                for value in self.values(name):
                    yield f"{place}?{urlencode({name: value})}"
            for one, two in itertools.combinations(query.values(), 2):
                yield f"{place}?" + urlencode({
                    name: self.dice.choice(self.values(name)) for name in (one, two)})


class Comparison:
    """Asks both sites, and remembers ETags: one never names two answers."""

    def __init__(self, world):
        self.world, self.named, self.last = world, {}, {}
        self.asked = self.not_modified = 0

    def cached(self, who, path):
        """The answer of the site with the cache; sometimes by its ETag."""
        known = self.last.get((who, path))
        asks = known if known and self.world.dice.random() < 0.3 else None
        headers = {"If-None-Match": asks} if asks else {}
        status, body, got = self.world.cached[who].ask(path, **headers)
        self.asked += 1
        etag = got.get("ETag")
        if status == 304:
            assert asks and etag == asks and body == b"", (who, path, etag, asks, body[:80])
            self.not_modified += 1
            status, body = 200, self.named[etag][1]
        if etag:
            assert status == 200, (who, path, status)
            before = self.named.setdefault(etag, (path, body))
            assert before == (path, body), (who, before, (path, body))
            self.last[who, path] = etag
        return status, body

    def wrong(self, who, path):
        """None, or what the cached site said and should have said."""
        said, plain = self.cached(who, path), self.world.plain[who].ask(path)[:2]
        if said == plain or (FOUND.match(path) and self.same_rows(who, said, plain)):
            return None
        return who, path, said, plain

    def same_rows(self, who, said, plain):
        """Each pin that was found is shown as it is now, to whom may see it."""
        if said[0] != plain[0] or said[0] != 200:
            return said == plain
        for row in json.loads(said[1]):
            now = self.world.plain[who].ask(f"/api/pins/{row['id']}")[1]
            if {k: v for k, v in row.items() if k not in BESIDE} != json.loads(now):
                return False
        return True

    def round(self, addresses):
        """Each address as each viewer, twice, in any order."""
        found = []
        for path in addresses:
            for _ in range(2):
                viewers = self.world.viewers[:]
                self.world.dice.shuffle(viewers)
                found += filter(None, (self.wrong(who, path) for who in viewers))
        return found


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
    time.sleep(0.5)
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


def test_an_entry_of_somebody_else_would_be_noticed(sites, world):
    redis, path = sites[0].redis("cache"), "/api/pins/"
    both = Comparison(world)
    world.set_secrets()
    ann, ben = (key_of(redis, lambda w=who: world.cached[w].ask(path)) for who in ("ann", "ben"))
    assert ann != ben
    world.cached["ann"].ask(path)
    assert world.plain["ann"].ask(path)[1] != world.plain["ben"].ask(path)[1]
    planted(redis, wait_for(lambda: redis.get(ann) and ann), ben, honest=True)
    assert both.wrong("ben", path) is None, "an entry is good under its own key alone"
    world.cached["ann"].ask(path)
    planted(redis, ann, ben)
    who, _, said, plain = Comparison(world).wrong("ben", path)
    assert said == world.plain["ann"].ask(path)[:2] and said != plain
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


def test_an_etag_is_for_those_who_see_the_same(world):
    world.set_secrets()
    for path in ("/api/pins/", "/api/boards/", f"/api/pinterestAccounts/user/{world.ann.username}"):
        bodies = {who: world.plain[who].ask(path)[1] for who in world.viewers}
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
    """An answer that is not kept leaves no lock behind."""
    places = ["boards/{}", "pins/{}", "tags/{}", "pinterestAccounts/user/n{}", "pins/{}/similar_pin"]
    for place in places:
        path = "/api/" + place.format(ABSENT + 1)
        begin = time.monotonic()
        for who in world.viewers * 3:
            assert world.cached[who].ask(path)[0] == 404, path
        assert time.monotonic() - begin < 1.5, path


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
