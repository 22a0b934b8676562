"""The site under load: `make load`.

A site is filled by `pinwall demo --scale` and visited by Locust's people
(locustfile.py), scenario by scenario, without TLS and through the Nginx of
production with it; the mixed one a last time without a cache.  The table says
what the visitors saw, the processor time of all processes of the site (Nginx,
workers, guardian, Postgres, both Redis) a request, and which part of the
machine's processors Locust took for itself: it is a Python program on the same
machine, so requests a second say as much about it as about the site.

Table and plot are written to tests/load/report and, between its marks, into
README.md.  The exit status is not 0 if any request failed.
"""

import argparse
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import requests

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "bench")]

import bench  # noqa: E402
import client as tools  # noqa: E402
import report  # noqa: E402
from stack import Stack, wait_for  # noqa: E402
from tls import TlsSite  # noqa: E402

SEED = 4
SCENARIOS = ("Browse", "Similar", "Write", "Mixed", "Seed")
SETTINGS = {"limit_scale": 1000000, "hash_kb": 64, "hash_ops": 1, "access_s": 3600}
READS = re.compile(r'pinwall_cache_reads_total\{of="([^"]*)",how="(\w+)"\} (\d+)')
SERVED = ("hit", "stale")
PERCENTILES = (0.5, 0.95, 0.99)
numbers = itertools.count(1)  # of visits: each asks something else


def fill(site, users, scale):
    """People, boards, pins and tags, and those who visit; their world."""
    visitors = []
    for _ in range(users):
        person = tools.signup(site)
        visitors.append({
            "token": person.token,
            "pin": person.upload("pins/", tools.unique("#tea "), tools.picture())["id"],
            "board": person.want(201, "POST", "boards/", json={"title": "mine"})["id"]})
    site.run("jobs")
    subprocess.run([site.program, "demo", "--scale", str(scale)], check=True,
                   env={**site.environment(), "PINWALL_DATABASE": site.dsn("postgres")},
                   stdout=subprocess.DEVNULL, timeout=600)

    def column(query):
        return [row[0] for row in site.sql(query)]

    # Of others than the visitors: nobody can like his own.
    pins = column("select i.id from item i join account a on a.id = i.owner"
                  " where i.kind = 'pin' and a.username ~ '^person[0-9]' order by i.id desc")
    wait_for(lambda: indexed(site) == len(pins) + users, 60, 0.2)
    return {"seed": SEED, "users": visitors, "pins": pins, "seed_pins": pins[:2000],
            "boards": column("select id from board where visibility = 0 order by id"),
            "tags": column("select id from tag order by id"),
            "people": column("select username from account where username ~ '^person[0-9]' "
                             "order by id")}


def indexed(site):
    """How many pins the index of similar ones has."""
    told = site.run("index", "status", check=False).stdout
    return int((re.search(r"^pins +(\d+)$", told, re.M) or [0, 0])[1])


def kept(site):
    """Answers by route and by how they were come by, since the start."""
    text = requests.get(site.api + "metrics", timeout=10).text
    return {(of, how): int(n) for of, how, n in READS.findall(text)}


class How:
    """How the visitors go about it: how much they ask in all (or for how many
    seconds), how long each pauses, whether they remember what they have, and
    how many processes they are spread over."""

    def __init__(self, requests=None, seconds=None, pause=0.0, conditional=False, processes=None):
        self.requests, self.seconds = requests, seconds
        self.pause, self.conditional = pause, conditional
        self.processes = processes or os.cpu_count()


def visit(url, world, scenario, how, certificate=None):
    """Lets everybody come; what each process of Locust has seen."""
    users, number = len(world["users"]), next(numbers)
    shares = [(users * n // how.processes, users * (n + 1) // how.processes)
              for n in range(how.processes)]
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for first, last in shares:
            file = Path(folder) / f"world{first}.json"
            file.write_text(json.dumps({
                **world, "seed": world["seed"] + number, "first": first, "visitors": last - first,
                "each": -(-how.requests // users) if how.requests else -1,
                "seconds": how.seconds, "pause": how.pause, "conditional": how.conditional,
                "certificate": certificate}))
            running.append((first, subprocess.Popen(
                ["/usr/bin/python3", "-m", "locust", "-f", HERE / "locustfile.py", "--headless",
                 "--host", url, "-u", str(last - first), "-r", str(last - first),
                 "--only-summary", scenario],
                env={**os.environ, "WORLD": str(file), "SEEN": f"{folder}/seen{first}.json"},
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)))
        seen = []
        for first, process in running:
            said, _ = process.communicate(timeout=1800)
            file = Path(folder, f"seen{first}.json")
            assert process.returncode in (0, 1) and file.exists(), said
            seen.append(json.loads(file.read_text()))
        return seen


def percentile(times, share):
    """Of a Counter of milliseconds."""
    left = share * sum(times.values())
    for ms in sorted(times):
        left -= times[ms]
        if left <= 0:
            return ms
    return 0


class Measured:
    """A visit, and what it cost the site."""

    def __init__(self, site, world, scenario, how, tls=None):
        pids = bench.tree(*(site.pids()[n] for n in ("app", "nginx", "pg", "redis", "cache")),
                          *([tls.server.pid] if tls else []))
        before, had = bench.processor_us(pids), kept(site)
        seen = visit(tls.url if tls else site.url, world, scenario, how,
                     tls and tls.certificate)
        after, has = bench.processor_us(pids), kept(site)
        self.scenario, self.tls, self.cache = scenario, bool(tls), site.settings["cache"]
        self.requests, self.failures, self.writes = (
            sum(one[name] for one in seen) for name in ("requests", "failures", "writes"))
        self.errors = [error for one in seen for error in one["errors"]]
        self.seconds = max(one["seconds"] for one in seen)
        self.rate = self.requests / self.seconds
        times = sum((Counter({int(ms): n for ms, n in one["times"].items()}) for one in seen),
                    Counter())
        self.times = [percentile(times, share) for share in PERCENTILES]
        self.us = sum(after[p] - before[p] for p in after if p in before) / self.requests
        self.generator = sum(one["generator_s"] for one in seen) / (
            self.seconds * os.cpu_count())
        self.kept = {key: has[key] - had.get(key, 0) for key in has}

    def hits(self):
        """The part of what may be kept that was served from what was kept;
        None if nothing may be."""
        asked = sum(self.kept.values())
        served = sum(n for (_, how), n in self.kept.items() if how in SERVED)
        return served / asked if self.cache and asked else None


def visits(site, world, how, warm):
    """All scenarios, without TLS and with it, and Mixed without a cache; as
    they are done.  warm: how the site is visited before that, not counted."""
    with TlsSite(site, limited=False) as tls:  # all come from one address
        for scenario in SCENARIOS:
            Measured(site, world, scenario, warm)
            for through in (None, tls):
                yield Measured(site, world, scenario, how, through)
    site.restart(cache=0)
    Measured(site, world, "Mixed", warm)
    yield Measured(site, world, "Mixed", how)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--scale", type=float, default=0.02, help="1 is a million pins")
    parser.add_argument("--requests", type=int, default=40000, help="of each visit")
    parser.add_argument("--seconds", type=float, help="of each visit, instead of --requests")
    parser.add_argument("--pause", type=float, default=0.0,
                        help="seconds between two requests of a visitor, in the mean")
    parser.add_argument("--conditional", action="store_true",
                        help="visitors remember what they have: If-None-Match")
    parser.add_argument("--processes", type=int, help="of Locust (one a processor)")
    return parser.parse_args()


def main():
    options = arguments()
    how = How(None if options.seconds else options.requests, options.seconds, options.pause,
              options.conditional, options.processes)
    warm = How(how.requests and how.requests // 4, how.seconds and how.seconds / 4,
               processes=how.processes)
    measured = []
    with ExitStack() as stack:
        site = stack.enter_context(Stack({**SETTINGS, "cache": 1}))
        world = fill(site, options.users, options.scale)
        for one in visits(site, world, how, warm):
            print(report.row(one), *one.errors, sep="\n", flush=True)
            measured.append(one)
        site.keep_logs("load")
    report.write(measured, how, len(world["users"]), len(world["pins"]))
    if any(one.failures for one in measured):
        sys.exit("some requests failed")


if __name__ == "__main__":
    main()
