"""The site under load, without and with a cache: `make load`.

Two sites are filled alike and visited by the same people (locustfile.py), in
turns; the first visit of each warms it up and is not counted.  The table, also
in build/load.md, says what the visitors saw, and the processor time of all
processes of the site (Nginx, workers, guardian, Postgres, both Redis) a
request.  Locust is a Python program on the same machine: requests a second say
more about it than about the site, processor time does not depend on it.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import requests

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "bench")]

import bench  # noqa: E402
import client as tools  # noqa: E402
from stack import Stack  # noqa: E402

SEED, USERS, PINS = 4, 16, 2000
SETTINGS = {"limit_scale": 1000000, "hash_kb": 64, "hash_ops": 1}
READS = re.compile(r'pinwall_cache_reads_total\{of="([^"]*)",how="(\w+)"\} (\d+)')
SERVED = ("hit", "stale")


def fill(site, users, pins):
    """People, boards, pins and tags, and those who visit; their world."""
    bench.fill(site, pins)
    visitors = []
    for _ in range(users):
        person = tools.signup(site)
        visitors.append({
            "token": person.token,
            "pin": person.upload("pins/", tools.unique("#tea "), tools.picture())["id"],
            "board": person.want(201, "POST", "boards/", json={"title": "mine"})["id"]})
    site.run("jobs")

    def column(query):
        return [row[0] for row in site.sql(query)]

    return {"seed": SEED, "users": visitors,
            "pins": column("select id from pin order by id desc"),
            "boards": column("select id from board order by id"),
            "tags": column("select id from tag order by id"),
            "people": column("select username from account where username ~ '^b[0-9]' "
                             "order by id")}


def kept(site):
    """Answers by route and by how they were come by, since the start."""
    text = requests.get(site.api + "metrics", timeout=10).text
    return {(of, how): int(n) for of, how, n in READS.findall(text)}


def visit(site, world, seed, each):
    """Lets everybody make so many requests; what they have seen."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "world.json"
        file.write_text(json.dumps({**world, "seed": seed, "requests": each}))
        users = str(len(world["users"]))
        done = subprocess.run(
            ["/usr/bin/python3", "-m", "locust", "-f", HERE / "locustfile.py", "--headless",
             "--host", site.url, "-u", users, "-r", users, "--only-summary"],
            env={**os.environ, "WORLD": str(file), "SEEN": f"{folder}/seen.json"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
        assert done.returncode == 0, done.stdout
        return json.loads(Path(folder, "seen.json").read_text())


class Measured:
    """A visit, and what it cost the site."""

    def __init__(self, site, world, seed, each):
        pids = bench.tree(*(site.pids()[n] for n in ("app", "nginx", "pg", "redis", "cache")))
        before, had = bench.processor_us(pids), kept(site)
        seen = visit(site, world, seed, each)
        after, has = bench.processor_us(pids), kept(site)
        self.requests, self.failures, self.writes, self.rate, self.times = (
            seen[name] for name in ("requests", "failures", "writes", "rate", "times"))
        self.us = sum(after[p] - before[p] for p in after if p in before) / self.requests
        self.kept = {key: has[key] - had.get(key, 0) for key in has}

    def hits(self, *routes):
        """The part of what may be kept (of these routes) that was served from
        what was kept."""
        asked = {key: n for key, n in self.kept.items() if not routes or key[0] in routes}
        served = sum(n for (_, how), n in asked.items() if how in SERVED)
        return served / sum(asked.values()) if any(asked.values()) else 0


def row(name, visits):
    middle = statistics.median
    times = " | ".join(f"{middle(v.times[k] for v in visits):.0f}" for k in range(3))
    hits = 100 * middle(v.hits() for v in visits)
    return (f"| {name} | {sum(v.requests for v in visits):,} | {sum(v.writes for v in visits)} "
            f"| {sum(v.failures for v in visits)} | {middle(v.rate for v in visits):,.0f} "
            f"| {times} | {middle(v.us for v in visits):.0f} | {hits:.1f} % |")


def by_route(visits):
    """Where the hits are, and why there are not more."""
    kinds = sorted({how for v in visits for _, how in v.kept})
    yield "| kept | " + " | ".join(kinds) + " | hits |"
    yield "|---" * (len(kinds) + 2) + "|"
    for of in sorted({of for v in visits for of, _ in v.kept}):
        counts = [sum(v.kept.get((of, how), 0) for v in visits) for how in kinds]
        if any(counts):
            hits = 100 * statistics.median(v.hits(of) for v in visits)
            yield f"| {of} | " + " | ".join(f"{n:,}" for n in counts) + f" | {hits:.1f} % |"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--each", type=int, default=2000, help="requests of a visitor")
    options = parser.parse_args()
    visits = {0: [], 1: []}
    with Stack({**SETTINGS, "cache": 0}) as plain, Stack({**SETTINGS, "cache": 1}) as cached:
        sites = [(site, fill(site, USERS, PINS)) for site in (plain, cached)]
        for number in range(options.rounds + 1):
            for cache, (site, world) in enumerate(sites):
                measured = Measured(site, world, SEED + number, options.each)
                if number > 0:
                    visits[cache].append(measured)
    without, with_it = (statistics.median(v.us for v in visits[k]) for k in (0, 1))
    lines = [
        "| site | requests | writes | failures | requests/s | p50 ms | p95 ms | p99 ms "
        "| processor us a request | hits |",
        "|---|---|---|---|---|---|---|---|---|---|",
        row("without a cache", visits[0]), row("with it", visits[1]), "",
        f"Processor time without by with: {without / with_it:.2f}.", "", *by_route(visits[1])]
    print("\n".join(lines))
    (TOP / "build" / "load.md").write_text("\n".join(lines) + "\n")
    if any(v.failures for part in visits.values() for v in part):
        sys.exit("some requests failed")


if __name__ == "__main__":
    main()
