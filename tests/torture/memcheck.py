"""M2: every route is walked while valgrind watches the processes of the program.

    make torture-valgrind                  all routes, five times; or ROUNDS=9
    ... ONLY=boards                        of these routes alone

Each route of the authorization matrix gets a call that passes and one that is
refused.  The stack's program is a script that starts the real one below
valgrind, and so are all that it becomes: the master, both kinds of workers,
jobs, index and guardian, and the commands at the start of a site.  Wrong is an
error of memory, something that nobody knows any more when a process ends, a
process that valgrind saw no end of, and a worker that has more descriptors
after each round.

Not below valgrind are the processes of pictures and of the network: their
children close all calls of the kernel to themselves that they do not need
(seccomp), and valgrind needs more.  The sanitizers look at them, and fuzzers
(tests/fuzz).
"""

import argparse
import os
import re
import shlex
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "api")]

from faults import processes  # noqa: E402
from matrix import KINDS, MATRIX  # noqa: E402
from scene import Scene  # noqa: E402
from stack import TOP, Stack, wait_for  # noqa: E402

import client as tools  # noqa: E402

KNOWN = Path(__file__).resolve().parent / "memcheck.supp"
KEPT = TOP / "build/valgrind"
OUTSIDE = ("image", "fetch")
WATCHED = ("fast", "slow", "jobs", "long", "index", "guard")
# One worker of a kind sees all; a login lives for the whole walk.
SETTINGS = {"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1, "fast_workers": 1,
            "slow_workers": 1, "access_s": 3600}
OPTIONS = ("--trace-children=yes", f"--trace-children-skip-by-arg={','.join(OUTSIDE)}",
           "--leak-check=full", "--show-leak-kinds=definite,indirect",
           "--errors-for-leak-kinds=definite,indirect", "--num-callers=30",
           "--read-inline-info=no", "--error-exitcode=99", f"--suppressions={KNOWN}")
# What the program says to Postgres at first takes seconds.
PATIENT = """\
#!/bin/sh
[ "$2" != --conf ] || export PINWALL_DATABASE="${PINWALL_DATABASE:-$(
    sed -n 's/^database = //p' "$3")} connect_timeout=60"
"""
SUMMARY = re.compile(r"ERROR SUMMARY: (\d+) errors")
DIED = "Process terminating with default action of signal"
COMMAND = re.compile(r"Command: \S+/(\S+ \w+)(?:.* --role (\w+))?")


class Watch:
    """The script that is the stack's program, and what valgrind writes."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pinwall-memcheck-"))
        # the stack knows its processes by how the name of what they run begins,
        # which is memcheck-amd64-linux
        self.program = self.folder / "memcheck"
        real = os.environ.get("PINWALL") or TOP / "build/release-gcc/pinwall"
        logs = shlex.quote(f"{self.folder}/%p.log")
        self.program.write_text(PATIENT + f"exec valgrind --log-file={logs} "
                                f"{shlex.join(OPTIONS)} {shlex.quote(str(real))} \"$@\"\n")
        self.program.chmod(0o755)

    def judge(self, outside):
        """({who: how many processes}, what is wrong); outside: process ids that
        left valgrind when they became their program."""
        seen, wrong = Counter(), []
        for path in sorted(self.folder.glob("*.log")):
            text = path.read_text(errors="replace")
            end, command = SUMMARY.findall(text), COMMAND.search(text)
            who = command.group(2) or command.group(1) if command else "?"
            if not end and int(path.stem) in outside:
                continue
            seen[who] += 1
            if not end:
                wrong.append(f"{who} {path.name}: no end of it was seen\n{text[-2000:]}")
            elif int(end[-1]) or DIED in text:
                wrong.append(f"{who} {path.name}: {end[-1]} errors\n{text[:6000]}")
        return seen, wrong

    def keep(self):
        shutil.rmtree(KEPT, ignore_errors=True)
        shutil.copytree(self.folder, KEPT)
        shutil.rmtree(self.folder)


def cell(row, passes):
    """(role, state, status) of a call that passes, or that is refused."""
    roles = ("staff", "owner", "user", "anonymous")
    for role in roles if row.owner == "403" else ("owner", *roles):
        for column, states in KINDS[row.kind].items():
            status = row.expected(role, column)
            if (status < 400) == passes:
                return role, states[0], status
    return None


class Walk:
    def __init__(self, stack, only=""):
        self.stack, self.scene = stack, Scene(stack)
        self.rows = [row for row in MATRIX if only in f"{row.method} {row.path}"]
        self.statuses, self.wrong = Counter(), []

    def call(self, row, role, state, status):
        try:
            answer = (self.scene.call if status < 400 else self.refused)(row, role, state)
        except (tools.requests.RequestException, AssertionError) as wrong:
            self.wrong.append(f"{row.method} {row.path} {role}: {wrong!r:.600}")
            return
        self.statuses[answer.status_code] += 1
        if answer.status_code != status:
            self.wrong.append(f"{row.method} {row.path} {role} {state}: {answer.status_code} "
                              f"and not {status}: {answer.text[:300]}")

    def refused(self, row, role, state):
        """By the callers that are there: it changes none."""
        return self.scene.prepare(row, role, state)()

    def round(self):
        for row in self.rows:
            for passes in (True, False):
                known = cell(row, passes)
                if known:
                    self.call(row, *known)

    def at_rest(self):
        wait_for(lambda: not self.stack.sql(
            "select 1 from job where dead_at is null and run_at <= now()"), 300)

    def descriptors(self):
        return {role: sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in processes(self.stack, role))
                for role in WATCHED}

    def run(self, rounds):
        counts = []
        for n in range(rounds):
            begin = time.monotonic()
            self.round()
            self.at_rest()
            counts.append(self.descriptors())
            print(f"round {n + 1}: {len(self.rows)} routes, {time.monotonic() - begin:.0f} s, "
                  f"{len(self.wrong)} wrong, descriptors {counts[-1]}", flush=True)
        for role in WATCHED if len(counts) > 3 else ():
            series = [one[role] for one in counts]
            if all(a < b for a, b in zip(series[1:], series[2:])):
                self.wrong.append(f"{role}: more descriptors each round: {series}")
        return self


def ids(stack, roles):
    return {pid for role in roles for pid in processes(stack, role)}


def watch(only, rounds):
    """(the walk, processes seen, what is wrong)"""
    web, seen = tools.Web(), Watch()
    try:
        stack = Stack({**SETTINGS, "fetch_allow": web.address}, program=seen.program)
        with stack:
            stack.web = web
            wait_for(lambda: "generation-serves" in stack.log(), 120)
            outside, before = ids(stack, OUTSIDE), ids(stack, WATCHED)
            try:
                walk = Walk(stack, only).run(rounds)
                outside |= ids(stack, OUTSIDE)
                if ids(stack, WATCHED) != before:
                    walk.wrong.append("a process was started anew")
                walk.scene.close()
            finally:
                stack.keep_logs("valgrind")
        found, wrong = seen.judge(outside)
        return walk, found, walk.wrong + wrong + [
            f"valgrind saw no {role}" for role in WATCHED if not found[role]]
    finally:
        seen.keep()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--only", default="")
    options.add_argument("--rounds", type=int, default=5)
    args = options.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("torture-valgrind needs valgrind: apt-get install valgrind")
    begin = time.monotonic()
    walk, found, wrong = watch(args.only, args.rounds)
    line = (f"{len(walk.rows)} routes, {args.rounds} rounds, {sum(walk.statuses.values())} calls "
            f"{dict(sorted(walk.statuses.items()))}; below valgrind {dict(found)}; "
            f"{len(wrong)} wrong, {time.monotonic() - begin:.0f} s")
    print(line, *wrong[:40], sep="\n")
    (TOP / "build/torture-valgrind.md").write_text(line + "\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
