"""M10: people live on the site for hours, and nothing is done to it: does memory
grow, are descriptors left open, do answers become slower?

    make torture-soak SECONDS=7200

The first tenth, ten minutes at most, is for what is kept on purpose.  From
then on memory may grow by 1 %, descriptors by none, and the 99th of a hundred
answers may take a tenth longer.
"""

import argparse
import os
import pickle
import random
import sys
import tempfile
import threading
import time
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import ledger  # noqa: E402
from audit import audit  # noqa: E402
from chaos import SETTINGS, comes_back  # noqa: E402
from faults import processes  # noqa: E402
from stack import TOP  # noqa: E402
from torture import TortureStack  # noqa: E402

ROLES = ("fast", "slow", "jobs", "long", "index", "guard", "image", "fetch")


def private_kb(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Private_"))


def sample(stack):
    """(KiB private to the processes of the program, their descriptors)"""
    memory = files = 0
    for role in ROLES:
        for pid in processes(stack, role)[:8]:
            try:
                memory += private_kb(pid)
                files += len(os.listdir(f"/proc/{pid}/fd"))
            except OSError:
                pass  # a child of the image process that is done
    return memory, files


def watch(stack, end, rows):
    pause = min(10, (end - time.monotonic()) / 60)
    while time.monotonic() < end:
        rows.append((time.monotonic(), *sample(stack)))
        time.sleep(pause)


def middle(values):
    return sorted(values)[len(values) // 2]


def p99_ms(answers):
    taken = sorted(end - begin for begin, end, _, _ in answers)
    return taken[int(len(taken) * 0.99)] / 1e6


def soak(stack, seed, seconds, people, pause):
    dice, rows = random.Random(seed), []
    stage, logins = ledger.prepare(stack, people)
    folder = Path(tempfile.mkdtemp(prefix="pinwall-soak-"))
    begin = time.monotonic()
    end = begin + seconds
    lives = [get_context("fork").Process(target=ledger.live, args=(
        stack.port, dice.randrange(10**9), stage, login, end, pause, folder / str(n)))
        for n, login in enumerate(logins)]
    for life in lives:
        life.start()
    thread = threading.Thread(target=watch, args=(stack, end, rows))
    thread.start()
    for one in (*lives, thread):
        one.join()
    warm = begin + min(600, seconds / 10)
    return [pickle.loads(file.read_bytes()) for file in folder.iterdir()], rows, warm, end


def compare(books, rows, warm, end):
    """The first and the last third of the time after the warming up."""
    third = (end - warm) / 3
    first = [row for row in rows if warm <= row[0] < warm + third]
    last = [row for row in rows if row[0] >= end - third]
    answers = [answer for book in books for answer in book.answers]
    early = [a for a in answers if warm <= a[0] / 1e9 < warm + third]
    late = [a for a in answers if a[0] / 1e9 >= end - third]
    return {"requests": len(answers),
            "failed": sum(status == 0 or status >= 500 for _, _, status, _ in answers),
            "memory": tuple(middle([row[1] for row in rows]) for rows in (first, last)),
            "descriptors": tuple(middle([row[2] for row in rows]) for rows in (first, last)),
            "p99_ms": (p99_ms(early), p99_ms(late))}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=7200)
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    options.add_argument("--people", type=int, default=6)
    options.add_argument("--pause", type=float, default=0.05)
    args = options.parse_args()
    with TortureStack({**SETTINGS, "access_s": 3600}) as stack:
        books, *rest = soak(stack, args.seed, args.seconds, args.people, args.pause)
        comes_back(stack)
        wrong = audit(stack, books)
    found = compare(books, *rest)
    (a, b), (c, d), (e, f) = found["memory"], found["descriptors"], found["p99_ms"]
    line = (f"seed {args.seed}: {args.seconds} s, {found['requests']} requests, "
            f"{found['failed']} failed; private memory {a} KiB, then {b} ({100 * (b / a - 1):+.1f} "
            f"%); descriptors {c}, then {d}; p99 {e:.1f} ms, then {f:.1f}; {len(wrong)} wrong")
    print(line, *wrong[:20], sep="\n")
    (TOP / "build/torture-soak.md").write_text(line + "\n")
    return bool(wrong) or found["failed"] > 0 or b > 1.01 * a or d > c


if __name__ == "__main__":
    sys.exit(main())
