"""The benchmark: what the application costs beside its floor.

    make bench            the tables, also written to build/bench.md and, if
                          nothing is left out, into the README

A site of its own is started with 20,000 pins, and the floor worker (floor.c:
the same transport and the same Nginx configuration, no application) on the
same database.  Each pair of routes is measured in turns, so that what else the
machine does falls on both.  Counted is the processor time that a request takes
of all processes together (Nginx, workers, Postgres, the load generator): on a
machine that is busy with nothing else requests a second are its inverse, but
it does not change when something else runs beside.  The ratio is the floor's
time by ours, so 1 is as good as it can be.

The second table is about the cache: two sites filled alike, one of which keeps
its answers, and a floor that gives what Redis holds.  The first site keeps
nothing.  Then every route that is read or written often, by itself (routes.py).

Where a table names a goal, a measure that misses it is told at the end, and the
exit status is 1: on a machine that does nothing else.
"""

import argparse
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import psycopg2  # noqa: E402
import requests  # noqa: E402

import calls  # noqa: E402
import client as tools  # noqa: E402
import marks  # noqa: E402
from memory import ROLES, private_kib, shared_kib  # noqa: E402
from stack import Stack, free_port  # noqa: E402

PINS = 20000
PARTS = ["application", "cache", "routes"]


class Goals:
    """What is to be reached, as it stands in a table; and what was not."""

    def __init__(self):
        self.missed, self.n = [], 0

    def look(self, what, value, good, goal):
        self.n += 1
        if not good:
            self.missed.append(f"{what}: {value:.3g}, goal {goal}")
        return goal

    def least(self, what, value, least):
        return self.look(what, value, value >= least, f">= {least}") if least else ""

    def most(self, what, value, most):
        return self.look(what, value, value <= most, f"<= {most}") if most else ""

FILL = """
insert into account (username, email, password)
select 'b' || n, 'b' || n || '@example.com', '' from generate_series(1, 500) n;
insert into board (owner, title, created_at)
select a.id, 'Board ' || n, now() - random() * interval '300 days'
from account a, generate_series(1, 4) n where a.username ~ '^b[0-9]';
insert into tag (tag_name) select 'bench' || n from generate_series(1, 300) n;
do $$
declare
	people bigint[] := array(select id from account where username ~ '^b[0-9]');
	m media;
begin
	select * into m from media limit 1;
	with new_item as (
		insert into item (kind, owner, created_at)
		select 'pin', people[1 + n % 500], now() - n * interval '1 minute'
		from generate_series(1, PINS) n returning id, owner
	), new_media as (
		insert into media (owner, image, files, width, height, frames, source,
		    colour, palette, placeholder, dhash, sha256, complete)
		select i.owner, m.image, replace(m.files, split_part(m.files, ' ', 1),
		    split_part(m.files, ' ', 1) || i.id), m.width, m.height, 1,
		    m.source, m.colour, m.palette, m.placeholder, m.dhash, m.sha256,
		    true
		from new_item i returning id, files
	)
	insert into pin (id, title, media)
	select i.id, 'A picture of the bench, number ' || i.id, x.id
	from new_item i join new_media x
	    on split_part(x.files, ' ', 1) = split_part(m.files, ' ', 1) || i.id;
end $$;
insert into item_tag (item, tag, created_at)
select i.id, t.id, i.created_at
from item i join tag t on t.tag_name in
    ('bench' || 1 + i.id % 300, 'bench' || 1 + i.id % 7)
where i.kind = 'pin' on conflict do nothing;
insert into board_item (board, item)
select b.id, i.id from item i join board b on b.owner = i.owner
where b.title = 'Board ' || 1 + i.id % 4 on conflict do nothing;
analyze;
"""


class Floor:
    """The floor worker behind an Nginx of the site's own configuration."""

    def __init__(self, stack, program):
        self.stack, self.port = stack, free_port()
        self.dir = stack.dir / "floor"
        (self.dir / "run").mkdir(parents=True)
        conf = stack.conf.read_text()
        conf = re.sub(r"(?m)^run_dir = .*$", f"run_dir = {self.dir}/run", conf)
        (self.dir / "pinwall.conf").write_text(conf)
        log = open(self.dir / "log", "wb")
        self.app = subprocess.Popen(
            [program, "--conf", self.dir / "pinwall.conf"], stderr=log
        )
        shutil.copytree(stack.dir / "nginx" / "conf", self.dir / "conf")
        for file in (self.dir / "conf").rglob("*.conf"):
            text = file.read_text()
            text = text.replace(str(stack.dir / "run"), str(self.dir / "run"))
            text = text.replace(f":{stack.port}", f":{self.port}")
            file.write_text(text.replace(str(stack.log_dir), str(self.dir)))
        self.nginx = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", self.dir, "-e", self.dir / "error.log",
             "-c", "conf/embedded.conf", "-g", "daemon off;"]
        )
        time.sleep(1)

    def close(self):
        for process in (self.nginx, self.app):
            process.terminate()
        for process in (self.nginx, self.app):
            process.wait(30)


def tree(*roots):
    """Process ids of the roots and all below them."""
    found, todo = [], list(roots)
    while todo:
        pid = todo.pop()
        try:
            below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            continue
        found.append(pid)
        todo += map(int, below)
    return found


def processor_us(pids):
    """Processor time of processes so far, microseconds; of those that are
    there before and after, as the others do not work on requests."""
    spent = {}
    for pid in pids:
        try:
            spent[pid] = sum(
                int((task / "schedstat").read_text().split()[0]) / 1000
                for task in Path(f"/proc/{pid}/task").iterdir()
            )
        except OSError:
            continue
    return spent


class Side:
    """One of the two that are compared: a port, and the processes behind it."""

    def __init__(self, port, *roots):
        self.port, self.roots = port, roots

    def load(self, path, seconds, *options, clients=32):
        """Requests a second, median latency in ms, processor us a request.
        options: of wrk."""
        pids = tree(*self.roots)
        before = processor_us(pids)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        text = subprocess.run(
            ["wrk", f"-t{min(clients, 2)}", f"-c{clients}", f"-d{seconds}s", "--latency",
             *options, f"http://127.0.0.1:{self.port}{path}"],
            capture_output=True, text=True, check=True,
        ).stdout
        assert "Non-2xx" not in text and "Socket errors" not in text, path + text
        self.text = text
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        after = processor_us(pids)
        spent = sum(after[p] - before[p] for p in after if p in before) + 1e6 * (
            now.ru_utime - used.ru_utime + now.ru_stime - used.ru_stime
        )
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
        requests = int(re.search(r"(\d+) requests in", text)[1])
        return rate, self.latency(50), spent / requests

    def latency(self, part):
        """Of the last load, in ms, of so many in a hundred."""
        found = re.search(rf"{part}%\s+([\d.]+)(us|ms|s)", self.text)
        return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]

    def one_by_one(self, path, seconds, *options):
        """Median and 99th latency in ms and processor us of a client who waits
        for each answer."""
        _, half, us = self.load(path, seconds, *options, clients=1)
        return half, self.latency(99), us


def pair(ours, floors, rounds, seconds):
    """Measures two (side, path, options of wrk) in turns: of ours requests a
    second, latency and processor time, of the floor's processor time, and the
    ratio."""
    got = []
    for side, path, *options in (ours, floors):
        side.load(path, 1, *options)
    for i in range(rounds):
        first = ours[0].load(ours[1], seconds, *ours[2:]) if i % 2 else None
        floor = floors[0].load(floors[1], seconds, *floors[2:])
        got.append((first or ours[0].load(ours[1], seconds, *ours[2:]), floor))
    middle = statistics.median
    return (
        *(middle(a[k] for a, _ in got) for k in range(3)),
        middle(b[2] for _, b in got),
        middle(b[2] / a[2] for a, b in got),
    )


def memory(stack):
    """Private memory of the largest fast worker, and of all processes (PSS),
    in MB."""
    pids = [p for role in ROLES for p in calls.workers(stack, role)]
    pids.append(stack.pids()["app"])
    return (max(map(private_kib, calls.workers(stack, "fast"))) / 1024,
            sum(map(shared_kib, pids)) / 1024)


def timed(times, call):
    took = []
    for _ in range(times):
        begin = time.monotonic()
        call()
        took.append(1000 * (time.monotonic() - begin))
    return statistics.median(took)


def newest_but_some(stack):
    """The id of a pin that is there."""
    with psycopg2.connect(stack.dsn()) as db, db.cursor() as cursor:
        cursor.execute("select max(id) - 100 from pin")
        return cursor.fetchone()[0]


def rows(stack, floor, rounds, seconds):
    pin = newest_but_some(stack)
    # a pin is five rows by key (item, owner, pin, lists, picture), 2.5 us for
    # each beyond the first: 0.65 beside one row, and 0.9 beside the same five
    pids = stack.pids()
    s = Side(stack.port, pids["app"], pids["nginx"], pids["pg"])
    f = Side(floor.port, floor.app.pid, floor.nginx.pid, pids["pg"])
    for name, ours, floors, least in (
        ("constant answer, beside an empty worker", "/api/healthz",
         "/api/fill/15", 0.85),
        ("one pin by key, beside a select of three columns by key",
         f"/api/pins/{pin}", f"/api/pk/{pin}", 0.65),
        ("one pin by key, beside the same query by hand", f"/api/pins/{pin}",
         f"/api/pin/{pin}", 0.9),
        ("page of 52 pins, beside the same query by hand", "/api/pins/",
         "/api/list", 0.7),
    ):
        yield name, *pair((s, ours), (f, floors), rounds, seconds), least


def table(goals, stack, floor, rounds, seconds):
    yield ("| route | requests/s | p50 ms | processor us a request | floor us "
           "| ratio | goal |")
    yield "|---|---|---|---|---|---|---|"
    for name, rate, half, ours, floors, ratio, least in rows(
        stack, floor, rounds, seconds
    ):
        goal = goals.least(name, ratio, least)
        yield (f"| {name} | {rate:,.0f} | {half:.2f} | {ours:.0f} | {floors:.0f} "
               f"| **{ratio:.2f}** | {goal} |")
    yield ""
    private, whole = memory(stack)
    yield "| memory after all that | MB | goal |"
    yield "|---|---|---|"
    for name, size, most in (("private to a fast worker", private, 4),
                             ("all processes of the application (PSS)", whole, 256)):
        yield f"| {name} | {size:.{'0f' if size > 9 else '1f'}} | {goals.most(name, size, most)} |"


def system_calls(goals, stack):
    stack.restart(fast_workers=1, log_level=0)
    pin = newest_but_some(stack)
    yield ""
    yield "| system calls a request | | goal |"
    yield "|---|---|---|"
    for name, path, most in (
        ("constant answer", "/api/healthz", 3),
        ("one pin by key", f"/api/pins/{pin}", 7),
        ("page of 52 pins", "/api/pins/", None),
    ):
        used = sum(calls.per_request(stack, path).values())
        yield f"| {name} | {used:.0f} | {goals.most(f'system calls of {name}', used, most)} |"


# What the cache is worth.

WRITE = """
local n, threads = 0, 0
function setup(thread) threads = threads + 1; thread:set("who", threads) end
function init() math.randomseed(os.time() * 10 + who) end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer %s"
function request()
	n = n + 1
	return wrk.format(nil, nil, nil, string.format('{"title":"%%d %%d"}',
	    math.random(1e9), n))
end
"""


def cache_rows(stack, plain, floor, rounds, seconds):
    """Kept answers beside the floor, and beside the same site without a
    cache."""
    def side(of):
        pids = of.pids()
        return Side(of.port, *(pids[name] for name in ("app", "nginx", "pg", "redis", "cache")))

    ours, off = side(stack), side(plain)
    f = Side(floor.port, floor.app.pid, floor.nginx.pid, stack.pids()["cache"])
    pin = newest_but_some(stack)
    first = requests.get(stack.api + "pins/", timeout=10)
    with stack.redis("cache") as redis:
        redis.set("q:floor", first.content)
    etag = ("-H", "If-None-Match: " + first.headers["ETag"])
    for name, one, other, least in (
        ("page of 52 pins, kept, beside a GET of as many bytes from Redis", (ours, "/api/pins/"),
         (f, "/api/kept"), 0.85),
        ("304 of that page, beside a GET and a 304", (ours, "/api/pins/", *etag),
         (f, "/api/kept/304"), 0.9),
        ("page of 52 pins, kept, beside the same without a cache", (ours, "/api/pins/"),
         (off, "/api/pins/"), 3.5),
        ("304 of that page, beside the page without a cache", (ours, "/api/pins/", *etag),
         (off, "/api/pins/"), None),
        ("one pin, kept, beside the same without a cache", (ours, f"/api/pins/{pin}"),
         (off, f"/api/pins/{pin}"), None),
        ("make a board, beside the same without a cache", (ours, "/api/boards/", *write_of(stack)),
         (off, "/api/boards/", *write_of(plain)), None),
    ):
        yield name, *pair(one, other, rounds, seconds), least


def write_of(stack):
    script = stack.dir / "write.lua"
    script.write_text(WRITE % tools.signup(stack).token)
    return "-s", script


def commands_of_writes(stack, seconds):
    """Commands to redis-cache that a write costs; the guardian's are in it."""
    pids = stack.pids()
    side = Side(stack.port, pids["app"])
    with stack.redis("cache") as redis:
        def count(name):
            return redis.info("commandstats").get("cmdstat_" + name, {"calls": 0})["calls"]

        before, made = count("evalsha"), len_of(stack, "board")
        side.load("/api/boards/", seconds, *write_of(stack))
        return (count("evalsha") - before) / (len_of(stack, "board") - made)


def len_of(stack, table):
    return stack.sql(f"select count(*) from {table}")[0][0]


def cache_table(goals, stack, plain, floor, rounds, seconds):
    yield ""
    yield "| the cache | requests/s | p50 ms | processor us a request | other's us | ratio | goal |"
    yield "|---|---|---|---|---|---|---|"
    for name, rate, half, ours, other, ratio, least in cache_rows(
        stack, plain, floor, rounds, seconds
    ):
        goal = goals.least(name, ratio, least)
        yield (f"| {name} | {rate:,.0f} | {half:.2f} | {ours:.0f} | {other:.0f} "
               f"| **{ratio:.2f}** | {goal} |")
    yield ""
    scripts = commands_of_writes(stack, seconds)
    yield f"Scripts of Redis a write: {scripts:.2f} (a fence, a release)."


def fill(stack, pins=PINS):
    tools.signup(stack).upload("pins/", "first", tools.picture("JPEG", (900, 1200)))
    stack.run("jobs")
    with psycopg2.connect(stack.dsn()) as db, db.cursor() as cursor:
        db.autocommit = True
        cursor.execute("set statement_timeout = 0")
        cursor.execute(FILL.replace("PINS", str(pins)))


def the_cache(say, goals, options):
    """Two sites that differ in nothing but the cache."""
    settings = {"limit_scale": 100000}
    with Stack({**settings, "cache": 1}, durable=True) as stack, \
            Stack({**settings, "cache": 0}, durable=True) as plain:
        fill(stack)
        fill(plain)
        floor = Floor(stack, options.floor)
        try:
            for line in cache_table(goals, stack, plain, floor, options.rounds, options.seconds):
                say(line)
        finally:
            floor.close()


def without_cache(say, goals, options):
    with Stack({"limit_scale": 100000, "cache": 0}, durable=True) as stack:
        fill(stack)
        floor = Floor(stack, options.floor)
        try:
            for line in table(goals, stack, floor, options.rounds, options.seconds):
                say(line)
        finally:
            floor.close()
        for line in system_calls(goals, stack):
            say(line)


def main():
    import routes  # here, as it imports this

    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=PARTS)
    parser.add_argument("--floor", default=TOP / "build/release-gcc/floor")
    options = parser.parse_args()
    goals, lines = Goals(), []

    def say(line):
        print(line, flush=True)
        lines.append(line)

    if "application" in options.only:
        without_cache(say, goals, options)
    if "cache" in options.only:
        the_cache(say, goals, options)
    if "routes" in options.only:
        for line in routes.tables(sys.modules[__name__], goals, 1):
            say(line)
    say("")
    say(f"{goals.n - len(goals.missed)} of {goals.n} goals reached.")
    for missed in goals.missed:
        say(f"- {missed}")
    (TOP / "build" / "bench.md").write_text("\n".join(lines) + "\n")
    if options.only == PARTS:
        marks.put("bench", "\n".join(lines))
    sys.exit(1 if goals.missed else 0)


if __name__ == "__main__":
    main()
