"""Clients that read and write, faults, and what the clients saw: one run.

    make torture-cache SECONDS=300 SEED=7      all faults mixed; build/torture.md

The seed decides who writes what and which faults come when; how they meet is
the machine's affair.
"""

import argparse
import json
import multiprocessing
import os
import pickle
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import history  # noqa: E402
import writers  # noqa: E402
from crash import Points  # noqa: E402
from faults import CRASH, GUARD, POSTGRES, PROGRAM, REDIS, UNSEEN, Faults  # noqa: E402
from stack import TOP, Stack  # noqa: E402
from world import World  # noqa: E402

READER = Path(os.environ.get("TORTURE", TOP / "build/release-gcc/tests/torture")) / "reader"
SETTINGS = {"cache": 1, "limit_scale": 100000, "hash_kb": 64, "hash_ops": 1,
            "fast_workers": 4}
# What was answered must be there after a crash; the machine does not crash.
POSTGRES_CONF = """\
fsync = off
full_page_writes = off
synchronous_commit = on
log_error_verbosity = default
shared_buffers = 64MB
"""
OUTSIDE_MS = 2050  # the lease, and a little for the clocks
GRACE = 4 * 10**9  # after a fault that clients may see


class TortureStack(Stack):
    def __init__(self, settings=None, **options):
        super().__init__({**SETTINGS, **(settings or {})}, durable=True, **options)

    def write_settings(self):
        super().write_settings()
        (self.dir / "postgresql.local.conf").write_text(POSTGRES_CONF)


@dataclass
class Result:
    seed: int
    seconds: float = 0
    reads: int = 0
    checked: int = 0  # states of objects that were seen
    hits: float = 0
    acked: int = 0
    unanswered: int = 0
    faults: Counter = field(default_factory=Counter)
    found: history.Found = field(default_factory=history.Found)
    outside: history.Found = field(default_factory=history.Found)
    errors: Counter = field(default_factory=Counter)  # by the fault that was going on
    off: int = 0   # how often the cache was switched off
    busy: int = 0  # writes that waited in vain for another to the same row
    unexplained: list = field(default_factory=list)

    def line(self):
        return (f"seed {self.seed}: {self.reads} reads in {self.seconds:.0f} s "
                f"({self.checked} states, {self.hits:.1f} % hits), {self.acked} writes, "
                f"{sum(self.faults.values())} faults; stale {self.found.stale}, "
                f"backward {self.found.backward}, ahead {self.found.ahead}; outside "
                f"{self.outside.total}, at most {self.outside.oldest / 1e6:.0f} ms old; "
                f"errors {dict(self.errors)}, busy {self.busy}, "
                f"unexplained {len(self.unexplained)}")


class Run:
    def __init__(self, stack, seed, seconds, connections=12, pause_us=0, pause=0.01):
        self.stack, self.seed, self.seconds = stack, seed, seconds
        self.connections, self.pause_us, self.pause = connections, pause_us, pause
        self.dice = random.Random(seed)
        self.folder = Path(tempfile.mkdtemp(prefix="pinwall-torture-"))
        self.world = World(stack, seed)
        self.faults = Faults(stack, self.dice)
        self.result = Result(seed)
        self.states = {}

    # The clients.

    def start(self):
        self.log_at = (self.stack.log_dir / "pinwall.log").stat().st_size
        self.begin = time.monotonic()
        self.end = self.begin + self.seconds
        self.processes = [self.start_writer(n) for n in
                          sorted({process for process, _, _ in self.world.actors}, key=str)]
        views = self.folder / "views"
        views.write_text("".join(f"{path}\t{login}\n" for path, login, _ in self.world.views))
        self.reader = subprocess.Popen([READER, str(self.stack.port), str(self.seconds + 60),
                                        str(self.connections), str(self.pause_us),
                                        str(self.seed), views, self.folder / "out"])
        return self

    def start_writer(self, n):
        parts = [(kind, (*needs, self.stack.dsn()) if kind == "sql" else needs)
                 for process, kind, needs in self.world.actors if process == n]
        pause = 0.15 if n == "outside" else self.pause
        process = multiprocessing.get_context("fork").Process(target=writers.write, args=(
            self.stack.port, self.dice.randrange(10**9), parts, self.end, pause,
            self.folder / f"writer-{n}"))
        process.start()
        return process

    def torment(self, names, least=0.1, most=1.0):
        """Faults until the end, in an order of the seed; each of them comes
        before one comes again."""
        left = []
        while time.monotonic() < self.end - 3:
            left = left or self.dice.sample(names, len(names))
            self.faults.do(left.pop())
            time.sleep(self.dice.uniform(least, most))
        return self

    def finish(self):
        for process in self.processes:
            process.join()
        # what was written last is looked at when nothing may be late any more
        time.sleep(OUTSIDE_MS / 1000 + 0.5)
        self.reader.send_signal(signal.SIGTERM)
        assert self.reader.wait(70) == 0
        self.result.seconds = time.monotonic() - self.begin
        (self.result.off,), = self.stack.sql("select turns from cache_switch")
        assert all(process.exitcode == 0 for process in self.processes)
        try:
            self.check()
        finally:
            shutil.rmtree(self.folder)
        return self.result

    # What they saw.

    def state(self, text):
        return self.states.setdefault(text, len(self.states))

    def load_writes(self):
        writes = {name: [(-2, -1, self.state(text))] for name, text in self.world.start.items()}
        for file in self.folder.glob("writer-*"):
            done, failed = pickle.loads(file.read_bytes())
            for name, begin, end, text in done:
                writes[name].append((begin, end, self.state(text)))
            for begin, end, status, what, text in failed:
                if self.waited_for_another(begin, end, status, what):
                    self.result.busy += 1
                else:
                    self.explain(begin, end, f"{what}: {status} {text}")
        for rows in writes.values():
            rows.sort()
        return writes

    def load_bodies(self):
        bodies, data, at = {}, (self.folder / "out.bodies").read_bytes(), 0
        while at < len(data):
            end = data.index(b"\n", at)
            key, length = map(int, data[at:end].split())
            at = end + 1 + length
            bodies[key] = data[end + 1:at]
        return bodies

    def load_reads(self):
        bodies, known = self.load_bodies(), {}
        reads = {name: history.Reads() for name in self.world.start}
        data = (self.folder / "out.reads").read_bytes()
        for begin, end, key, view, status in struct.iter_unpack("qqQii", data):
            if status not in (200, 304):
                self.explain(begin, end, f"GET {self.world.views[view][0]}: {status}")
                continue
            self.result.reads += 1
            said = known.get((view, key))
            if said is None:
                said = known[view, key] = [
                    (reads[name], self.state(text))
                    for name, text in self.world.take(view, json.loads(bodies[key])).items()]
            for rows, state in said:
                rows.add(begin, end, state, view if status == 200 else -view)
        return reads

    def waited_for_another(self, begin, end, status, what):
        """While Redis hangs a writer waits for 2.3 s and holds its rows; who
        wants to change the same row is told to come again after a second."""
        kind, number = what.split("/")[:2]
        name = ("name:" if kind.endswith("boards") else "title:") + number
        return status == 503 and name in self.world.many and end - begin > 9 * 10**8 and any(
            fault in UNSEEN and since <= end and begin <= till + GRACE
            for fault, since, till in self.faults.journal)

    def explain(self, begin, end, what):
        """An error is a fault's that clients may see; there may be others."""
        going_on = [name for name, since, till in self.faults.journal
                    if name not in UNSEEN and since <= end and begin <= till + GRACE]
        if going_on:
            self.result.errors[going_on[-1]] += 1
        else:
            self.result.unexplained.append((begin, what, [
                name for name, since, till in self.faults.journal
                if since <= end and begin <= till + GRACE]))

    def faults_near(self, time, before=3 * 10**9):
        """What was done shortly before, or still was: name and how long ago."""
        return ", ".join(f"{name} from {(time - since) / 1e6:.0f} to {(time - till) / 1e6:.0f} "
                         "ms before" for name, since, till in self.faults.journal
                         if since <= time <= till + before)

    def check(self):
        r = self.result
        r.faults.update(name for name, _, _ in self.faults.journal)
        writes, reads = self.load_writes(), self.load_reads()
        for name, rows in reads.items():
            r.checked += len(rows)
            if name in self.world.outside:
                r.outside.add(history.check_versions(writes[name], rows, OUTSIDE_MS * 10**6),
                              name)
                continue
            check = history.check_register if name in self.world.many else \
                history.check_versions
            r.found.add(check(writes[name], rows), name)
        ends = Counter((begin, end) for rows in writes.values() for begin, end, _ in rows[1:])
        r.acked = sum(end < history.FOREVER for _, end in ends)
        r.unanswered = len(ends) - r.acked
        r.hits = self.hits()
        for found in (r.found, r.outside):
            found.examples = [f"{text} [{self.faults_near(time)}]"
                              for time, text in found.examples]

    def hits(self):
        """Of reads without a login, those that asked Postgres nothing."""
        with open(self.stack.log_dir / "pinwall.log", errors="replace") as log:
            log.seek(self.log_at)
            seen = Counter(re.findall(
                r"method=GET route=/(?:pins|boards|users|pinterest)\S* status=(?:200|304) "
                r"bytes=\d+ us=\d+ (sql=0)?.* user=0 ", log.read()))
        return 100 * seen["sql=0"] / max(1, sum(seen.values()))


def table(result):
    f = result.found
    rows = [("reads", result.reads), ("states checked", result.checked),
            ("seconds", f"{result.seconds:.0f}"), ("hits", f"{result.hits:.1f} %"),
            ("writes answered", result.acked), ("writes not answered", result.unanswered),
            ("switched off", result.off), ("stale", f.stale), ("backward", f.backward), ("ahead", f.ahead),
            ("written outside, over the bound", result.outside.total),
            ("written outside, oldest", f"{result.outside.oldest / 1e6:.0f} ms"),
            ("writes that waited in vain for another to the same row", result.busy),
            ("errors that no fault explains", len(result.unexplained))]
    text = f"# Torture, seed {result.seed}\n\n| what | |\n|---|---|\n"
    text += "".join(f"| {name} | {value} |\n" for name, value in rows)
    text += "\n| fault | times | answers it cost |\n|---|---|---|\n"
    text += "".join(f"| {name} | {n} | {result.errors[name]} |\n"
                    for name, n in sorted(result.faults.items()))
    return text


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=300)
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    options.add_argument("--faults", nargs="*", default=(
        REDIS + GUARD + PROGRAM + POSTGRES + CRASH))
    options.add_argument("--pause-us", type=int, default=500)
    options.add_argument("--pause", type=float, default=0.03)
    args = options.parse_args()
    print(f"seed {args.seed}", flush=True)
    with TortureStack(program=os.environ.get("CRASHING")) as stack:
        Points(stack)
        run = Run(stack, args.seed, args.seconds, pause_us=args.pause_us,
                  pause=args.pause).start()
        try:
            if args.faults:
                run.torment(args.faults)
        finally:
            result = run.finish()
            stack.keep_logs("torture")
    text = table(result)
    print(text)
    for line in result.found.examples + result.outside.examples + result.unexplained[:20]:
        print(line)
    (TOP / "build/torture.md").write_text(text)
    return result.found.total + result.outside.total + len(result.unexplained) != 0


if __name__ == "__main__":
    sys.exit(main())
