"""What the tests of the cache look at: people with secrets of their own, writes
of all kinds, every address of every route that says what it reads, and a
comparison of its answers with those of the same program without a cache
(tests/twin.py)."""

import http.client
import itertools
import json
import os
import random
import re
from urllib.parse import quote, urlencode

from checks import settle
from client import picture, signup, unique
from stack import wait_for

SEED = int(os.environ.get("CACHE_SEED", 12))
ABSENT = 999_999_999
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
        self.titles, self.names, self.gone, self.sections = [], set(), [], []
        self.post = self.ann.want(201, "POST", "styles/posts/", data={"content": "worn #tea"},
                                  files=[("image", ("1.png", picture(size=(8, 6))))])["id"]
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

    def make_section(self):
        """Of a board, with one of its pins in it."""
        who, board = self.any(self.boards)
        made = self.people[who].want(201, "POST", f"boards/{board}/sections",
                                     json={"title": unique("s")})["id"]
        self.sections.append((board, made))
        for item, in self.site.sql("select item from board_item where board = %s limit 1",
                                   (board,)):
            self.people[who].want(200, "POST", f"boards/{board}/items", json={
                "ids": [item], "action": "move", "section": made})

    def say(self):
        """Of what everybody sees, or the one who says it."""
        who, item = self.any(self.pins)
        for thing in (item, self.post):
            self.people[who].want(201, "POST", f"items/{thing}/comments",
                                  json={"content": unique("c")})

    def unsay(self):
        for comment, owner in self.site.sql("select c.id, i.owner from comment c join item i "
                                            "using (id) where c.there order by 1 limit 1"):
            who = next(p for p in self.people.values() if p.user["id"] == owner)
            who.want(204, "DELETE", f"comments/{comment}")

    def like(self):
        who, item = self.dice.choice(list(self.people.values())), self.any(self.pins)[1]
        for what in ("like", "bookmark"):
            self.dice.choice([who.put, who.delete])(f"items/{item}/{what}")

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
            self.make_section, self.say, self.unsay, self.like,
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
                 "boards__title": [*self.titles[:4], "none"], "order": ["top", "latest"],
                 "section": [*(n for _, n in self.sections[-3:]), ABSENT],
                 "item": [*pins, *self.gone[-1:], self.post, ABSENT],
                 "limit": [1, 2], "why": [1, 0], "prefix": ["t", "TEA", "바"]}
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
        if "section" in query:  # it goes with its board
            for board, section in self.sections:
                yield f"{route['path']}?board={board}&section={section}"
        known = [self.values(name) for name in path]
        if route["path"].startswith("/api/styles/posts/"):
            known[0] = [self.post, self.any(self.pins)[1], ABSENT]
        for values in itertools.product(*known):
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
