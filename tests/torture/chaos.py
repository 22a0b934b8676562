"""C1: kill -9 of everything at random while people live on the site, and an
audit afterwards (ledger.py, audit.py).

    make torture-chaos SECONDS=1800 SEED=7

Every other second one process of the program or of Nginx is killed, or two a
second when asked for; a Redis every five seconds, the guardian every seven,
and Postgres is ended without a checkpoint every thirty.  The seed decides who
does what and whom a fault hits; how they meet is the machine's affair.
"""

import argparse
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
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import ledger  # noqa: E402
from audit import audit  # noqa: E402
from faults import GUARD, HELPERS, Faults  # noqa: E402
from stack import TOP, wait_for  # noqa: E402
from torture import GRACE, TortureStack  # noqa: E402

import client as tools  # noqa: E402

SETTINGS = {"access_s": 3600, "slow_workers": 3}
AWAY = ("pg_restart", "pg_crash")  # nobody can be answered meanwhile
# What is killed, and every how many seconds.
PACE = (
    (("worker_kill", "worker_kill", "slow_kill", *HELPERS), 0.5),
    (("redis_kill", "state_kill"), 5),
    ((GUARD[0],), 7),
    (("pg_restart", "pg_crash"), 30),
)


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
    wrong: list = field(default_factory=list)

    @property
    def good(self):
        return 100 * (1 - self.failed / max(1, self.outside))

    def line(self):
        return (f"seed {self.seed}: {self.seconds:.0f} s, {self.answers} requests, {self.acked} "
                f"writes acknowledged, {sum(self.faults.values())} faults {dict(self.faults)}; "
                f"{len(self.wrong)} things wrong; while Postgres was there {self.good:.2f} % "
                f"answered without 5xx; {dict(self.statuses)}")


class Chaos:
    def __init__(self, stack, seed, seconds, people=6, pause=0.02, pace=PACE):
        self.stack, self.seed, self.seconds = stack, seed, seconds
        self.pause, self.pace = pause, pace
        self.dice = random.Random(seed)
        self.stage, self.logins = ledger.prepare(stack, people)
        self.faults = Faults(stack, self.dice)
        self.folder = Path(tempfile.mkdtemp(prefix="pinwall-chaos-"))

    def start_person(self, n, login):
        process = multiprocessing.get_context("fork").Process(target=ledger.live, args=(
            self.stack.port, self.dice.randrange(10**9), self.stage, login, self.end, self.pause,
            self.folder / f"book-{n}"))
        process.start()
        return process

    def torment(self, names, every):
        """Faults of one kind, one after the other."""
        while time.monotonic() < self.end - 2:
            time.sleep(every * self.dice.uniform(0.5, 1.5))
            self.faults.do(self.dice.choice(names))

    def run(self):
        begin = time.monotonic()
        self.end = begin + self.seconds
        people = [self.start_person(n, login) for n, login in enumerate(self.logins)]
        threads = [threading.Thread(target=self.torment, args=pace) for pace in self.pace]
        for thread in threads:
            thread.start()
        for one in threads + people:
            one.join()
        assert all(process.exitcode == 0 for process in people)
        self.result = Result(self.seed, time.monotonic() - begin)
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
                    r.failed += status == 0 or status >= 500
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


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=1800)
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    options.add_argument("--people", type=int, default=8)
    options.add_argument("--pause", type=float, default=0.02)
    args = options.parse_args()
    print(f"seed {args.seed}", flush=True)
    with TortureStack(SETTINGS) as stack:
        result = Chaos(stack, args.seed, args.seconds, args.people, args.pause).run()
        stack.keep_logs("chaos")
    print(result.line())
    for wrong in result.wrong[:40]:
        print(wrong)
    (TOP / "build/torture-chaos.md").write_text(result.line() + "\n")
    return bool(result.wrong)


if __name__ == "__main__":
    sys.exit(main())
