"""Every route that is read often, one request after another through Nginx: kept
and made anew; and what is written often, one at a time.

Read often is every route whose answer is kept (`reads` of the route table; one
that is not listed here ends the benchmark), and what else pages ask for.  The
site is that of `make load`: `pinwall demo --scale 0.02`, 20,000 pins.
"""

import itertools
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "load"))

import client as tools  # noqa: E402
import load  # noqa: E402
from stack import Stack  # noqa: E402

FRESH_MS = 50  # as of the lists of `make bench-feeds`
KEPT_DEARER = 1.1
WARM = 50


def hot(world, post):
    """(row of the route table, path, with a login?)"""
    pin, board, tag, person = (world[name][0] for name in ("pins", "boards", "tags", "people"))
    return [
        ("/pins", "pins/", False), ("/pins", f"pins/?board={board}", False),
        ("/pins", f"pins/?tag={tag}", False), ("/pins", f"pins/?author__username={person}", False),
        ("/pins/following_pin", "pins/following_pin", True), ("/pins/{pin}", f"pins/{pin}", False),
        ("/pins/{pin}/similar_pin", f"pins/{pin}/similar_pin", False),
        ("/pins/{pin}/similar_pin", f"pins/{pin}/similar_pin?why=1", False),
        ("/boards", f"boards/?author__username={person}", False),
        ("/boards/{board}", f"boards/{board}", False),
        ("/tags", "tags/", False), ("/tags/{tag}", f"tags/{tag}", False),
        ("/pinterestAccounts/user/{username}", f"pinterestAccounts/user/{person}", False),
        ("/users/{username}", f"users/{person}", False),
        ("/users/{username}/followers", f"users/{person}/followers", False),
        ("/users/{username}/followings", f"users/{person}/followings", False),
        ("/pinterestAccounts/following-user", "pinterestAccounts/following-user", True),
        ("/pinterestAccounts/following-tag", "pinterestAccounts/following-tag", True),
        ("/items/{item}/comments", f"items/{post}/comments", False),
        ("/styles/posts/{item}/comments", f"styles/posts/{post}/comments", False),
        ("/items/{item}/social", f"items/{post}/social", False),
        ("/bookmarks", "bookmarks", True),
        ("/styles/posts", "styles/posts/?type=popular", False),
        ("/styles/posts/{post}", f"styles/posts/{post}/", False),
        ("/notices/count", "notices/count", True),
    ]


# What is like a pin: ids and scores are kept, the answer is not.
KEPT_IN_PART = {"/pins/{pin}/similar_pin"}


def kept_routes(site):
    text = subprocess.run([site.program, "routes", "--json"], capture_output=True, text=True,
                          check=True).stdout
    return {row["path"].removeprefix("/api") for row in json.loads(text) if row["reads"]}


def not_listed(site, rows):
    """Kept routes that are missing above."""
    return sorted(kept_routes(site) - {row for row, _, _ in rows})


class Visitor:
    """Who has a login, follows people and tags, and has saved something."""

    def __init__(self, site, world):
        self.site, self.world = site, world
        self.person = tools.signup(site)
        for name in world["people"][:50]:
            self.want("PUT", f"users/{name}/follow")
        for tag in world["tags"][:10]:
            self.want("POST", f"tags/{tag}/follow_tag")
        for pin in world["pins"][:60]:
            self.want("PUT", f"items/{pin}/bookmark")

    def want(self, method, path, **options):
        answer = self.person.request(method, path, **options)
        assert answer.status_code < 300, (method, path, answer.text)

    @property
    def login(self):
        return "-H", f"Authorization: JWT {self.person.token}"


def measure(bench, site, visitor, rows, seconds):
    """(median in ms, the 99th, processor us) by path."""
    pids = site.pids()
    side = bench.Side(site.port, *(pids[n] for n in ("app", "nginx", "pg", "redis", "cache")))
    seen = {}
    for _, path, login in rows:
        options = visitor.login if login else ()
        who = visitor.person if login else tools.Client(site)
        for _ in range(WARM):
            who.want(200, "GET", path)
        seen[path] = side.one_by_one("/api/" + path, seconds, *options)
    return seen


def reads(bench, goals, site, visitor, rows, seconds):
    are_kept = kept_routes(site)
    shown = are_kept | KEPT_IN_PART
    site.wait_for_cache()
    kept = measure(bench, site, visitor, rows, seconds)
    site.restart(cache=0)
    fresh = measure(bench, site, visitor, rows, seconds)
    yield "| one after another | with a cache p50 ms | us | without p50 ms | p99 | us | ratio |"
    yield "|---|---|---|---|---|---|---|"
    for row, path, _ in rows:
        half, _, us = kept[path]
        fresh_half, fresh_most, fresh_us = fresh[path]
        goals.most(f"{path}: p99 ms, made anew", fresh_most, FRESH_MS)
        if row in are_kept:
            goals.most(f"{path}: kept by made anew", us / fresh_us, KEPT_DEARER)
        with_cache = f"{half:.2f} | {us:.0f}" if row in shown else "not kept |"
        ratio = f"**{fresh_us / us:.2f}**" if row in shown else ""
        yield (f"| `{path}` | {with_cache} | {fresh_half:.2f} | {fresh_most:.1f} "
               f"| {fresh_us:.0f} | {ratio} |")
    yield ""
    yield f"Goals: a p99 of {FRESH_MS} ms at most without a cache; what is kept costs no more."


def writes(bench, goals, site, visitor):
    """(name, median ms, at most)"""
    person, world = visitor.person, visitor.world
    pin, name = world["pins"][0], world["people"][60]
    own = person.upload("pins/", "of the bench #bench", tools.picture())["id"]
    number = itertools.count(1)
    small, photo = tools.picture("JPEG", (1200, 900)), tools.picture("JPEG", (4000, 3000))

    def toggle(path):
        visitor.want("PUT", path)
        visitor.want("DELETE", path)

    def register():
        tools.signup(site)

    board = person.want(201, "POST", "boards/", json={"title": "bench"})["id"]
    pins = iter(world["pins"])
    for what, times, call, most in (
        ("sign up (argon2id, 19 MiB)", 7, register, 80),
        ("log in (argon2id, 19 MiB)", 7, lambda: visitor.want(
            "POST", "rest-auth/login/",
            json={"email": person.email, "password": person.password}), 60),
        ("make a board", 50, lambda: visitor.want(
            "POST", "boards/", json={"title": f"b{next(number)}"}), 10),
        ("put a pin on a board", 50, lambda: visitor.want(
            "POST", f"boards/{board}/add_pin", json={"id": next(pins)}), 10),
        ("like and unlike", 50, lambda: toggle(f"items/{pin}/like"), 20),
        ("save and unsave", 50, lambda: toggle(f"items/{world['pins'][99]}/bookmark"), 20),
        ("follow and unfollow", 50, lambda: toggle(f"users/{name}/follow"), 20),
        ("comment", 50, lambda: visitor.want(
            "POST", f"items/{pin}/comments", json={"content": f"c{next(number)}"}), 10),
        ("another title for a pin", 50, lambda: visitor.want(
            "PATCH", f"pins/{own}", json={"title": f"t{next(number)} #bench"}), 15),
        ("upload a picture of 1,200 x 900", 5,
         lambda: person.upload("pins/", "small #photo", small), 100),
        ("upload a 12-megapixel photograph", 5,
         lambda: person.upload("pins/", "big #photo", photo), 250),
    ):
        yield what, bench.timed(times, call), most


def write_table(bench, goals, site, visitor):
    yield "| one at a time, until it is on disk | median ms | goal |"
    yield "|---|---|---|"
    for what, ms, most in writes(bench, goals, site, visitor):
        yield f"| {what} | {ms:.1f} | {goals.most(what, ms, most)} |"


def tables(bench, goals, seconds):
    """Lines of Markdown.  bench: the module; goals: where misses are told."""
    settings = {"limit_scale": 1000000, "access_s": 3600, "cache": 1}
    with Stack(settings, durable=True) as site:
        world = load.fill(site, 1, 0.02)
        post, = site.sql("select max(id) from item where kind = 'style'")[0]
        rows = hot(world, post)
        left = not_listed(site, rows)
        if left:
            sys.exit(f"routes.py does not measure {', '.join(left)}")
        visitor = Visitor(site, world)
        yield ""
        yield from write_table(bench, goals, site, visitor)
        yield ""
        yield from reads(bench, goals, site, visitor, rows, seconds)
