"""How soon a change in Postgres is in the index of similar pins, on the running
site: from the commit of an insert until the index has it.

    visible.py [--pins N] [--changes N]

Measured is until its row has left index_outbox, which is after the flip that
shows it; and, for one's own changes, how long the question takes that comes
right after them, and whether its answer has them.
"""

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import client as tools  # noqa: E402
from stack import Stack  # noqa: E402

FILL = """
with n as (select n, md5(n::text || 'k') as key from generate_series(%(from)s, %(to)s) n),
m as (
    insert into media (owner, image, files, width, height, frames, source, colour, palette,
        placeholder, dhash, sha256, complete)
    select %(owner)s, left(key, 2) || '/' || key || '/4.webp', key || ' 4=4x3.webp', 4, 3, 1,
        'image/png', '#102030', '{}', 'placeholder', 0, sha256(key::bytea), true
    from n order by n returning id
), i as (
    insert into item (kind, owner) select 'pin', %(owner)s from n returning id
)
insert into pin (id, title, media)
select i.id, %(title)s || ' word' || (i.id * 7919 %% 5003) || ' word' || (i.id * 104729 %% 401),
    m.id
from (select id, row_number() over (order by id) as n from i) i
join (select id, row_number() over (order by id) as n from m) m using (n)
"""


def settle(sql):
    while True:
        sql.execute("select count(*) from index_outbox")
        if sql.fetchone() == (0,):
            return
        time.sleep(0.1)


def measure(site, sql, owner, first, changes):
    """Milliseconds of each change."""
    dice, times = random.Random(7), []
    for n in range(first, first + changes):
        sql.execute(FILL, {"from": n, "to": n, "owner": owner, "title": f"fresh{n % 97}"})
        began = time.perf_counter()
        while True:
            sql.execute("select exists (select from index_outbox)")
            if not sql.fetchone()[0]:
                break
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(dice.random() * 0.02)
    return sorted(times)


def measure_own(person, owner, sql, times=100):
    """A twin is made of one of one's pins, and its similar pins are asked for
    at once: milliseconds of the questions, and how many had it."""
    sql.execute("select id from item where owner = %s order by id limit %s", (owner, times))
    asked, found = [], 0
    pins = [row[0] for row in sql.fetchall()]
    for n in range(0, times, 2):
        one, two = pins[n:n + 2]
        title = f"own{n} twins{n}"
        for pin in (one, two):
            person.want(200, "PATCH", f"pins/{pin}", json={"title": title})
        began = time.perf_counter()
        similar = person.want(200, "GET", f"pins/{one}/similar_pin?limit=1")
        asked.append((time.perf_counter() - began) * 1000)
        found += [pin["id"] for pin in similar] == [two]
    return sorted(asked), found


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--pins", type=int, default=200000)
    options.add_argument("--changes", type=int, default=1000)
    asked = options.parse_args()
    settings = {"fast_workers": 2, "hash_kb": 64, "hash_ops": 1, "limit_scale": 1000}
    with Stack(settings, durable=True) as site:
        person = tools.signup(site)
        owner = person.user["id"]
        db = site.connect()  # each statement commits
        with db.cursor() as sql:
            for start in range(1, asked.pins, 5000):
                sql.execute(FILL, {"from": start, "to": min(start + 4999, asked.pins),
                                   "owner": owner, "title": "picture"})
            settle(sql)
            sql.execute("analyze")
            times = measure(site, sql, owner, asked.pins + 1, asked.changes)
            own, found = measure_own(person, owner, sql)
    print(f"| {asked.pins:,} pins, {asked.changes:,} inserts | visible after, ms | goal |")
    print("|---|---|---|")
    print(f"| p50 | {statistics.median(times):.1f} | |")
    print(f"| p99 | {times[len(times) * 99 // 100]:.1f} | <= 1000 |")
    print(f"| worst | {times[-1]:.1f} | |")
    print(f"| one's own, asked at once: {found} of {len(own)} found; p50, worst | "
          f"{statistics.median(own):.1f}, {own[-1]:.1f} | at once |")


main()
