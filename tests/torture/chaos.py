"""C1: kill -9 of everything at random while people live on the site, and an
audit afterwards (ledger.py, audit.py).

    make torture-chaos SECONDS=1800 SEED=7

Two workers a second are killed, a helper or a worker of Nginx each second, a
Redis every five seconds, the guardian every seven; Postgres is ended without a
checkpoint every thirty.  Each minute Nginx is killed, its master too, and
started again as a service manager does it: the embedded stack has none.  The
master of the program is left alone.  The seed decides who does what and whom a fault
hits; how they meet is the machine's affair.

Nobody can be answered while Postgres or a master is away; at any other time 99
of 100 requests must be.
"""

import argparse
import contextlib
import multiprocessing
import os
import pickle
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import ledger  # noqa: E402
from audit import audit  # noqa: E402
from bars import bar  # noqa: E402
from far import Far  # noqa: E402
from faults import GUARD, HELPERS, MASTERS, STATE, Faults  # noqa: E402
from stack import TOP, wait_for  # noqa: E402
from torture import GRACE, TortureStack  # noqa: E402

import client as tools  # noqa: E402

SETTINGS = {"access_s": 3600, "slow_workers": 3}
POSTGRES = ["pg_restart", "pg_crash"]
AWAY = (*POSTGRES, *MASTERS)  # nobody can be answered meanwhile
WORKERS = ["worker_kill", "worker_kill", "slow_kill"]


def pace(postgres=30, masters=60):
    """What is killed, and every how many seconds."""
    return ((WORKERS, 0.42), (HELPERS, 1), (["redis_kill", *STATE], 5), (GUARD[:1], 7),
            (POSTGRES, postgres), (MASTERS, masters))


# The bars; those of CI are for a machine that has other things to do.
GOOD = bar(99, 90)    # of a hundred, while Postgres and the masters were there
LOAD = bar(200, 10)   # requests a second
KILLS = bar(2, 0.5)   # workers a second


@dataclass
class Result:
    seed: int
    seconds: float = 0
    faults: Counter = field(default_factory=Counter)
    answers: int = 0
    acked: int = 0
    statuses: Counter = field(default_factory=Counter)
    outside: int = 0       # answers while Postgres was there
    failed: int = 0        # of these: 5xx or none
    failures: Counter = field(default_factory=Counter)  # these, by status
    killed: Counter = field(default_factory=Counter)  # processes, by role
    wrong: list = field(default_factory=list)

    @property
    def good(self):
        return 100 * (1 - self.failed / max(1, self.outside))

    @property
    def load(self):
        return self.answers / max(1, self.seconds)

    @property
    def kills(self):
        """Of workers, a second."""
        return (self.killed["fast"] + self.killed["slow"]) / max(1, self.seconds)

    def missed(self):
        """Bars that were not reached."""
        bars = (("% answered", self.good, GOOD), ("requests a second", self.load, LOAD),
                ("workers killed a second", self.kills, KILLS))
        return [f"{what}: {value:.2f}, not {least}" for what, value, least in bars
                if value < least]

    def line(self):
        return (f"seed {self.seed}: {self.seconds:.0f} s, {self.answers} requests "
                f"({self.load:.0f} a second), {self.acked} "
                f"writes acknowledged, {sum(self.faults.values())} faults {dict(self.faults)}; "
                f"{self.kills:.2f} workers killed a second, {dict(self.killed)}; "
                f"{len(self.wrong)} things wrong; while Postgres and the masters were there "
                f"{self.good:.2f} % answered without 5xx, others {dict(self.failures)}; "
                f"{dict(self.statuses)}")


class Chaos:
    def __init__(self, stack, seed, seconds, far, people=6, pause=0.02, pace=pace()):
        self.stack, self.seed, self.seconds = stack, seed, seconds
        self.pause, self.pace, self.far = pause, pace, far
        self.dice = random.Random(seed)
        self.stage, self.logins = ledger.prepare(stack, people, far.address)
        self.faults, self.one_away = Faults(stack, self.dice), threading.Lock()
        self.folder = Path(tempfile.mkdtemp(prefix="pinwall-chaos-"))

    def start_person(self, n, login):
        process = multiprocessing.get_context("fork").Process(target=ledger.live, args=(
            self.stack.port, self.dice.randrange(10**9), self.stage, login, self.end, self.pause,
            self.folder / f"book-{n}"))
        process.start()
        return process

    def torment(self, names, every):
        """Faults of one kind: so many a second, however long each takes."""
        due = time.monotonic()
        while True:
            due = max(due + every * self.dice.uniform(0.5, 1.5), time.monotonic() - every)
            if due > self.end - 2:
                return
            time.sleep(max(0, due - time.monotonic()))
            # a master is started when Postgres is there
            with self.one_away if names[0] in AWAY else contextlib.nullcontext():
                self.faults.do(self.dice.choice(names))

    def run(self):
        begin = time.monotonic()
        self.end = begin + self.seconds
        people = [self.start_person(n, login) for n, login in enumerate(self.logins)]
        with ThreadPoolExecutor(len(self.pace)) as threads:
            torments = [threads.submit(self.torment, *pace) for pace in self.pace]
        for one in people:
            one.join()
        for one in torments:
            one.result()
        assert all(process.exitcode == 0 for process in people)
        self.result = Result(self.seed, self.seconds, killed=self.faults.killed)
        try:
            return self.check()
        finally:
            shutil.rmtree(self.folder)

    def away(self, begin, end):
        return any(name in AWAY and since <= end and begin <= till + GRACE
                   for name, since, till in self.faults.journal)

    def check(self):
        r = self.result
        books = [pickle.loads(file.read_bytes()) for file in self.folder.glob("book-*")]
        r.faults.update(name for name, _, _ in self.faults.journal)
        for book in books:
            r.acked += book.acked
            for begin, end, status, _ in book.answers:
                r.answers += 1
                r.statuses[status] += 1
                if not self.away(begin, end):
                    r.outside += 1
                    if status == 0 or status >= 500:
                        r.failed += 1
                        r.failures[status] += 1
        comes_back(self.stack)
        r.wrong = audit(self.stack, books)
        return r


def comes_back(stack):
    """All is as before without a touch, uploads too."""
    somebody = tools.Client(stack)
    wait_for(lambda: somebody.get("readyz").status_code == 200, 30, 0.1)
    person = wait_for(lambda: sign_up(stack), 30, 0.2)
    wait_for(lambda: person.post("pins/", data={"title": "after"}, files={
        "image": ("a.png", tools.picture())}).status_code == 201, 30, 0.2)


def sign_up(stack):
    try:
        return tools.signup(stack)
    except (AssertionError, OSError):
        return None


@contextlib.contextmanager
def site():
    """A site, and a host from which it may fetch."""
    with Far() as far, TortureStack({**SETTINGS, "fetch_allow": far.address}) as stack:
        yield stack, far
        stack.keep_logs("chaos")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=1800)
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    options.add_argument("--people", type=int, default=12)
    options.add_argument("--pause", type=float, default=0.01)
    args = options.parse_args()
    print(f"seed {args.seed}", flush=True)
    with site() as (stack, far):
        result = Chaos(stack, args.seed, args.seconds, far, args.people, args.pause).run()
    missed = result.missed()
    text = "\n".join([result.line(), *missed, *map(str, result.wrong[:40])])
    print(text)
    (TOP / "build/torture-chaos.md").write_text(text + "\n")
    return bool(result.wrong or missed)


if __name__ == "__main__":
    sys.exit(main())
