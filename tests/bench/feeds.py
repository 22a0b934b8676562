"""How quick the lists are on a large site, with nothing kept.

    make bench-feeds                    a million pins: some minutes to fill
    make bench-feeds FEEDS="--scale 0.1"

A site of its own is filled by `pinwall demo --scale`; its cache is off.  Every
list is asked for again and again, one request after another, of people, boards
and tags drawn as unevenly as they are visited, the largest of each among them.
Then lists are walked: the first twenty pages beside the last twenty of a
thousand.  And no hot statement's plan reads a large table from end to end.

Times are of the whole way, through Nginx; they hold for a machine that does
nothing else.  Written to build/bench-feeds.md too.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import client as tools  # noqa: E402
from stack import Stack  # noqa: E402

GOAL_MS = 50
LARGE = 50000  # rows: a table of more is not read whole
OPTIONS = ("set plan_cache_mode = force_generic_plan; set jit = off;"
           " set max_parallel_workers_per_gather = 0;"
           " set search_path = public; set pinwall.media_url = '/media/'")
SAMPLES = {
    "bigint": "1", "text": "'person1'", "boolean": "true", "bigint[]": "'{1}'",
    "timestamp with time zone": "'infinity'", "timestamptz": "'infinity'", "int8": "1",
    "bool": "true", "int8[]": "'{1}'", "text[]": "'{a}'", "bytea": "'x'",
    "float8": "1", "json": "'{}'",
}
# Whole features that no page waits for.
NOT_HOT = ("q_meta_", "q_accounts_sweep", "q_index_", "q_media_", "q_jobs_", "q_guard_")


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


class Site:
    """The filled site, and who visits what on it."""

    def __init__(self, stack, scale):
        self.stack, self.dice = stack, random.Random(7)
        began = time.time()
        subprocess.run([stack.program, "demo", "--scale", str(scale)], check=True,
                       env={**os.environ, "PINWALL_DATABASE": stack.dsn("postgres")})
        self.filled = time.time() - began
        self.people, self.boards, self.tags, self.board, self.tag = stack.sql("""
            select (select count(*) from account where username like 'person%'),
                (select count(*) from board where title like 'Board %'),
                (select count(*) from tag where tag_name ~ '^tag[0-9]'),
                (select min(id) from board where title = 'Board 1'),
                (select min(id) from tag where tag_name = 'tag1')""")[0]
        self.first, self.last = stack.sql("""
            select (select id from account where username = 'person1'),
                (select max(id) from item where kind = 'style')""")[0]
        self.nobody = tools.Client(stack)
        self.visitors = [self.visitor(n) for n in
                         sorted({1, 2, 3} | {self.uneven(self.people, 1.25) for _ in range(37)})]

    def uneven(self, n, bend):
        return 1 + int(n * self.dice.random() ** bend)

    def visitor(self, n):
        """Somebody of the filled, who gets a password by and by."""
        keeper = getattr(self, "keeper", None) or tools.signup(self.stack)
        self.keeper = keeper
        self.stack.sql("update account set email_verified_at = now(), password ="
                       " (select password from account where id = %s) where username = %s"
                       " returning id", (keeper.user["id"], f"person{n}"))
        return tools.login(self.stack, f"person{n}@example.org", keeper.password)

    def person(self, bend=2.0):
        return f"person{self.uneven(self.people, bend)}"

    def lists(self):
        """(what it is, who asks, path) of one visit each."""
        any_tag = self.tag + self.uneven(self.tags, 3.2) - 1
        any_board = self.board + self.uneven(self.boards, 2) - 1
        visitor = self.dice.choice(self.visitors)
        yield "home", self.nobody, "pins/"
        yield "following", visitor, "pins/following_pin/"
        yield "board", self.nobody, f"boards/{any_board}/"
        yield "pins of a board", self.nobody, f"pins/?board={any_board}"
        yield "profile", self.nobody, f"pinterestAccounts/user/{self.person()}/"
        yield "pins of a person", self.nobody, f"pins/?author__username={self.person()}"
        yield "boards of a person", self.nobody, f"boards/?author__username={self.person(1.5)}"
        yield "tag", self.nobody, f"tags/{any_tag}/"
        yield "pins of a tag", self.nobody, f"pins/?tag={any_tag}"
        yield "followers", self.nobody, f"users/{self.person()}/followers/"
        yield "style: popular", self.nobody, "styles/posts/?type=popular"
        yield "style: latest", visitor, "styles/posts/?type=latest"
        yield "style: following", visitor, "styles/posts/?type=following"
        yield "style: of a person", self.nobody, \
            f"styles/posts/?type=default&user_id={self.first + self.uneven(self.people, 2) - 1}"
        yield "comments", visitor, f"items/{self.last - self.uneven(self.people, 2)}/comments"

    def walks(self):
        yield "home", self.nobody, "pins/"
        yield "following", self.visitors[0], "pins/following_pin/"
        yield "style: popular", self.nobody, "styles/posts/?type=popular"
        yield "pins of a tag", self.nobody, f"pins/?tag={self.tag}"


def asked(who, path):
    began = time.perf_counter()
    answer = who.get(path)
    took = time.perf_counter() - began
    assert answer.status_code in (200, 404), (path, answer.text)
    return took, answer


def measure(site, rounds):
    times = {}
    for turn in range(rounds + 3):
        for what, who, path in site.lists():
            took, _ = asked(who, path)
            if turn >= 3:  # nothing is in memory at first
                times.setdefault(what, []).append(took)
    return times


def walk(who, path, pages):
    """Times of the pages, one after another."""
    times = []
    while path and len(times) < pages:
        took, answer = asked(who, path)
        times.append(took)
        page = answer.json()
        path = page["next"]
    return times


def read_whole(stack):
    """Hot statements whose plan reads a large table from its first row on."""
    checksql = Path(stack.program).parent / "checksql"
    text = subprocess.run([checksql, "--prepare"], capture_output=True, text=True,
                          check=True).stdout
    found = []
    with stack.connect("pinwall") as connection, connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where reltuples > %s and relkind = 'r'",
                       (LARGE,))
        large = {name for name, in cursor.fetchall()}
        cursor.execute(OPTIONS)
        cursor.execute(text)
        for name, types in re.findall(r"^prepare (\w+)(?: \(([^)]*)\))? as$", text, re.M):
            if name.startswith(NOT_HOT):
                continue
            given = ", ".join(SAMPLES[t] for t in types.split(", ")) if types else ""
            cursor.execute(f"explain execute {name}" + (f"({given})" if given else ""))
            plan = "\n".join(line for line, in cursor.fetchall())
            seen = set(re.findall(r"Seq Scan on (\w+)", plan)) & large
            found += [f"{name} reads {table} whole" for table in sorted(seen)]
    return found, len(large)


def report(site, scale, times, walks, whole):
    lines = [f"Size {scale:g}, filled in {site.filled:.0f} s; nothing kept; goal: "
             f"p99 <= {GOAL_MS} ms, page 1,000 as quick as page 1.", "",
             "| list | p50 ms | p99 ms | |", "|---|---:|---:|---|"]
    for what, t in times.items():
        over = "" if percentile(t, 0.99) <= GOAL_MS else "over the goal"
        lines.append(f"| {what} | {percentile(t, 0.5):.1f} | {percentile(t, 0.99):.1f} | {over} |")
    lines += ["", "| walk | pages | first 20, p50 ms | last 20, p50 ms |", "|---|---:|---:|---:|"]
    for what, t in walks.items():
        lines.append(f"| {what} | {len(t)} | {percentile(t[:20], 0.5):.1f} |"
                     f" {percentile(t[-20:], 0.5):.1f} |")
    found, large = whole
    lines += ["", f"{large} tables have more than {LARGE:,} rows; statements that read one whole: "
              + (", ".join(found) or "none")]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--pages", type=int, default=1000)
    given = parser.parse_args()
    with Stack({"cache": 0, "limit_scale": 10000, "log_level": 2}) as stack:
        try:
            site = Site(stack, given.scale)
            times = measure(site, given.rounds)
            walks = {what: walk(who, path, given.pages) for what, who, path in site.walks()}
            text = report(site, given.scale, times, walks, read_whole(stack))
        finally:
            stack.keep_logs("bench-feeds")
    print(text)
    (TOP / "build").mkdir(exist_ok=True)
    (TOP / "build" / "bench-feeds.md").write_text(text + "\n")


if __name__ == "__main__":
    main()
