"""M3 and M4: every allocation and every input and output of every request path
fails once, one after the other (faulty.c), and each time

    the answer is a 5xx, or it is the right one: the status that the matrix
        names, and a write was made if and only if it is said so
    the worker goes on: the same process answers the next request, has as many
        descriptors as before and no more memory

    make torture-faulty SEED=7             all sites, all errors
    ... SAMPLE=500                         so many of them
    ... SITES=4                            on so many sites at once, each has its
                                           part of the routes
    ... CACHE=cold | warm                  with the cache, from which nothing is had
                                           that was not put there by the call, or all
    ... ROLE=image | fetch                 in that process, of the calls that need it

The routes, callers and things are those of the authorization matrix.
"""

import argparse
import errno
import mmap
import os
import random
import shlex
import struct
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "api")]

from faults import processes  # noqa: E402
from matrix import KINDS, MATRIX  # noqa: E402
from scene import Scene  # noqa: E402
from stack import TOP, Stack, wait_for  # noqa: E402

import client as tools  # noqa: E402

LIBRARY = Path(os.environ.get("TORTURE", TOP / "build/release-gcc/tests/torture")) / "faulty.so"
SHORT = -1
LOGIN_S = 400  # an access token lives for 900, and one route takes 200 at most
SLOW_S = 15  # nothing waits longer, on a busy machine either
SITES = 8192
HEAD = struct.Struct("iiiiiiq")
NAMES = ("", "memory", "read", "write", "recv", "send", "open", "name", "sync", "poll", "connect",
         "accept", "socket")
MOVING = (errno.EINTR, errno.EAGAIN, errno.ECONNRESET, errno.EIO, SHORT)
ERRORS = {
    "memory": (errno.ENOMEM,), "read": MOVING, "recv": MOVING,
    "write": (*MOVING, errno.ENOSPC),
    "send": (errno.EINTR, errno.EAGAIN, errno.ECONNRESET, SHORT),
    "open": (errno.EMFILE, errno.ENOSPC, errno.EIO, errno.EACCES),
    "name": (errno.EIO, errno.ENOSPC), "sync": (errno.EIO, errno.ENOSPC),
    "poll": (errno.EINTR, errno.ENOMEM),
    "connect": (errno.ECONNREFUSED, errno.EAGAIN, errno.EINTR),
    "accept": (errno.EMFILE, errno.ECONNABORTED, errno.EINTR),
    "socket": (errno.EMFILE, errno.ENOMEM),
}
SETTINGS = {"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1, "fast_workers": 1,
            "slow_workers": 1, "cache": 0, "statement_ms": 500}
# Their answer tells of the moment, or takes long by design.
ELSEWHERE = {("GET", "/api/readyz"), ("GET", "/api/metrics")}


UNTOLD = ("too much memory", "is damaged", "this host was not found")


def error_name(error):
    return "SHORT" if error == SHORT else errno.errorcode[error]


class Shim:
    """The library in the processes of a stack, and the file it listens to."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pinwall-faulty-"))
        file = self.folder / "control"
        file.write_bytes(bytes(HEAD.size + SITES))
        with open(file, "r+b") as opened:
            self.map = mmap.mmap(opened.fileno(), 0)
        self.program = self.folder / "pinwall"
        real = os.environ.get("PINWALL") or TOP / "build/release-gcc/pinwall"
        self.program.write_text(
            f"#!/bin/sh\nexport LD_PRELOAD={shlex.quote(str(LIBRARY))} "
            f"FAULTY={shlex.quote(str(file))}\nexec {shlex.quote(str(real))} \"$@\"\n")
        self.program.chmod(0o755)

    def put(self, index, value):
        self.map[4 * index:4 * index + 4] = struct.pack("i", value)

    def watch(self, pid):
        self.put(1, 0)
        self.put(0, pid)

    def arm(self, at=0, error=0):
        for index, value in ((1, 0), (2, at), (3, error), (4, 0), (5, 0), (1, 1)):
            self.put(index, value)

    def disarm(self):
        self.put(1, 0)
        _, _, _, _, n, fired, _ = HEAD.unpack(self.map[:HEAD.size])
        return n, fired

    def sites(self, n):
        return [NAMES[site] for site in self.map[HEAD.size + 1:HEAD.size + 1 + n]]

    @property
    def live(self):
        return HEAD.unpack(self.map[:HEAD.size])[6]


class Torment:
    def __init__(self, stack, shim, dice, cache=None, helper=None):
        self.stack, self.shim, self.dice = stack, shim, dice
        self.cache, self.helper = cache, helper
        self.scene = Scene(stack)
        self.slow = {(route["method"], route["path"]): route["slow"]
                     for route in self.scene.routes}
        self.nobody, self.logged_in = tools.Client(stack), time.monotonic()
        self.allow_faults(self.scene.document)
        self.wrong, self.statuses, self.runs = [], Counter(), Counter()
        self.talk, self.told = False, 0
        self.jobs = processes(stack, "jobs") + processes(stack, "long")
        for pid in self.jobs:
            os.kill(pid, 19)  # what they do is not to be seen in the digest

    def allow_faults(self, document):
        """Answers are held against the document, but for the faults."""
        check = document.check

        def lenient(method, path, answer, mine):
            if answer.status_code < 500:
                check(method, path, answer, mine)
        document.check = lenient

    # One call.

    def role_of(self, row):
        return "staff" if row.user == row.owner == "403" else "owner"

    def cell(self, row):
        """A column where the call passes: (role, column, status)."""
        role = self.role_of(row)
        for column in KINDS[row.kind]:
            if row.expected(role, column) < 400:
                return role, KINDS[row.kind][column][0], row.expected(role, column)
        return None

    def role(self, row):
        """Of the process in which calls fail."""
        return self.helper or ("slow" if self.slow[row.key] else "fast")

    def pid(self, row):
        return wait_for(lambda: processes(self.stack, self.role(row)), 10)[0]

    def forget(self):
        """What the cache has of answers, and not what it knows of writers."""
        with self.stack.redis("cache") as server:
            kept = list(server.scan_iter("q:*", 1000))
            if kept:
                server.delete(*kept)

    def call(self, row, at=0, error=0):
        """(status, body, was anything changed, sites, fired)"""
        role, state, _ = self.cell(row)
        caller = self.scene.new_caller(role) if row.caller == "new" else None
        ask = self.scene.prepare(row, role, state, caller)
        before = row.method != "GET" and self.scene.digest()
        if self.cache:
            self.stack.told()
        if self.cache == "cold":
            self.forget()
        self.shim.arm(at, error)
        try:
            answer = ask()
            status, text = answer.status_code, answer.text
        except (tools.requests.RequestException, AssertionError) as wrong:
            status, text = 0, repr(wrong)[:500]
        n, fired = self.shim.disarm()
        changed = before and self.scene.digest() != before
        return status, text, changed, n, fired

    def usable(self, row):
        """The next requests are answered, by the same process."""
        wrong = {"email": "nobody@example.com", "password": "wrong"}

        def fine():
            if self.slow[row.key]:
                return self.nobody.post("rest-auth/login/", json=wrong).status_code == 400
            if self.cache:
                self.forget()  # Postgres is to be asked
            return self.nobody.get("pins/?limit=1").status_code == 200
        try:
            wait_for(fine, 5, 0.05)
        except (AssertionError, OSError):
            return False
        return True

    def descriptors(self, pid):
        try:
            return len(os.listdir(f"/proc/{pid}/fd"))
        except OSError:
            return 0  # it died, which was told

    # One route.

    def stay_logged_in(self):
        if time.monotonic() - self.logged_in > LOGIN_S:
            people = self.scene.callers
            people.update({name: people[name].again() for name in ("user", "owner", "staff")})
            self.scene.friend = self.scene.friend.again()
            self.logged_in = time.monotonic()

    def learn(self, row):
        """The call without harm, twice: the first one may prepare something."""
        for _ in range(2):
            status, text, changed, n, _ = self.call(row)
            if status != self.cell(row)[2]:
                self.wrong.append(f"{row.key}: {status} without any fault: {text[:200]}")
                return None
        return changed, self.shim.sites(min(n, SITES - 1))

    def judge(self, row, what, clean, got):
        status, text, changed, _, _ = got
        if status == 0 and "Connection" not in text and "Timeout" not in text:
            self.wrong.append(f"{what}: {text}")
        elif row.method == "DELETE" and status == 404 and changed:
            pass  # Nginx asked once more, as it may: the first try has done it
        elif self.helper and status == 400 and any(why in text for why in UNTOLD):
            pass  # libraries do not tell whose fault it is
        elif 0 < status < 500 and status != self.cell(row)[2]:
            self.wrong.append(f"{what}: {status} {text[:200]}")
        elif 0 < status < 500 and changed != clean:
            self.wrong.append(f"{what}: {status}, and changed is {changed}")
        elif status >= 500 and changed and status not in (502, 504) \
                and "ERR_COMMIT_UNKNOWN" not in text:
            self.wrong.append(f"{what}: {status} {text[:100]}, but it was done")

    def fault(self, row, at, error, clean):
        pid, begin = self.pid(row), time.monotonic()
        self.shim.watch(pid)
        got = self.call(row, at, error)
        if not got[4]:
            return False  # the path was another one this time
        what = f"{row.method} {row.path} site {at} {NAMES[got[4]]} {error_name(error)}"
        self.runs[NAMES[got[4]]] += 1
        self.statuses[got[0]] += 1
        if time.monotonic() - begin > SLOW_S:
            self.wrong.append(f"{what}: took {time.monotonic() - begin:.1f} s")
        self.judge(row, what, clean, got)
        if not self.usable(row):
            self.wrong.append(f"{what}: the next request was not answered")
        found = processes(self.stack, self.role(row))
        if pid not in found if self.helper else found != [pid]:  # helpers have children
            self.wrong.append(f"{what}: the {self.role(row)} process died")
        return True

    def leaks(self, row, at, error, clean):
        """Does each further time cost more memory, or descriptors?"""
        pid, seen = self.pid(row), []
        for _ in range(6):
            self.fault(row, at, error, clean)
            time.sleep(0.02)
            seen.append((self.shim.live, self.descriptors(pid)))
        memory, files = zip(*seen)
        return any(all(a < b for a, b in zip(row, row[1:])) for row in (memory[1:], files[1:]))

    def route(self, row, sites, clean):
        """sites: [(number, error)]"""
        pid = self.pid(row)
        self.shim.watch(pid)
        self.usable(row)
        before = self.shim.live, self.descriptors(pid)
        for at, error in sites:
            self.fault(row, at, error, clean)
            pid, now = self.pid(row), (self.shim.live, self.descriptors(self.pid(row)))
            grown = now[0] > before[0] or now[1] > before[1]
            # a helper's memory is its children's too, who do not give it back
            if grown and not self.helper and self.leaks(row, at, error, clean):
                self.wrong.append(f"{row.method} {row.path} site {at} {error_name(error)}: leaks")
            if self.talk and self.told < len(self.wrong):
                print(*self.wrong[self.told:], sep="\n", flush=True)
                self.told = len(self.wrong)
            before = self.shim.live, self.descriptors(pid)

    def rows(self):
        return [row for row in MATRIX if row.key not in ELSEWHERE and self.cell(row)]

    def run(self, sample=None, rows=None):
        """All sites of all routes, or a sample of so many."""
        rows = rows or self.rows()
        self.dice.shuffle(rows)
        left = sample
        for n, row in enumerate(rows):
            self.stay_logged_in()
            self.shim.watch(self.pid(row))
            known = self.learn(row)
            if known is None:
                continue
            clean, kinds = known
            sites = [(at, error) for at, kind in enumerate(kinds, 1) for error in ERRORS[kind]]
            if left is not None:
                share = max(1, left // (len(rows) - n))
                sites = sorted(self.dice.sample(sites, min(share, len(sites))))
                left -= len(sites)
            before = time.monotonic()
            self.route(row, sites, clean)
            if self.talk:
                print(f"{row.method} {row.path}: {len(kinds)} sites, {len(sites)} faults, "
                      f"{time.monotonic() - before:.1f} s; {len(self.wrong)} wrong so far",
                      flush=True)
        return self

    def close(self):
        for pid in self.jobs:
            os.kill(pid, 18)
        self.scene.close()


def told(runs, statuses, wrong):
    return (f"{sum(runs.values())} faults {dict(runs)}; answers "
            f"{dict(sorted(statuses.items()))}; {len(wrong)} wrong")


def open_stack(**settings):
    shim, web = Shim(), tools.Web()
    stack = Stack({**SETTINGS, "fetch_allow": web.address, **settings}, program=shim.program)
    stack.web = web
    return shim, stack


def torment(args, part):
    """(routes, faults, answers, what is wrong) of every nth route."""
    shim, stack = open_stack(cache=int(bool(args.cache)))
    with stack:
        if args.cache:
            stack.wait_for_cache()
        one = Torment(stack, shim, random.Random(args.seed), args.cache, args.role)
        one.talk = True
        rows = [row for row in one.rows() if args.only in f"{row.method} {row.path}"]
        rows = rows[part::args.sites]
        try:
            one.run(args.sample and args.sample // args.sites, rows)
        except KeyboardInterrupt:
            print("stopped before the end")
        finally:
            one.close()
            stack.keep_logs(f"faulty-{part}")
    return len(rows), one.runs, one.statuses, one.wrong


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    options.add_argument("--sample", type=int)
    options.add_argument("--only", default="")
    options.add_argument("--sites", type=int, default=1)
    options.add_argument("--cache", choices=("cold", "warm"))
    options.add_argument("--role", choices=("image", "fetch"))
    args = options.parse_args()
    print(f"seed {args.seed}", flush=True)
    begin = time.monotonic()
    with ProcessPoolExecutor(args.sites) as pool:
        parts = list(pool.map(torment, [args] * args.sites, range(args.sites)))
    routes, runs, statuses, wrong = (list(one) for one in zip(*parts))
    runs, statuses, wrong = sum(runs, Counter()), sum(statuses, Counter()), sum(wrong, [])
    where = " ".join(filter(None, (args.cache and f"{args.cache} cache", args.role)))
    line = (f"seed {args.seed}: {where or 'without a cache'}, {sum(routes)} routes, "
            f"{told(runs, statuses, wrong)}, "
            f"{time.monotonic() - begin:.0f} s")
    print(line)
    for one in wrong[:60]:
        print(one)
    (TOP / "build/torture-faulty.md").write_text(line + "\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
