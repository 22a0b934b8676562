"""M10: people live on the site for hours, and nothing is done to it: does memory
grow, are descriptors left open, do answers become slower?

    make torture-soak SECONDS=7200

The first tenth, ten minutes at most, is for what is kept on purpose.  From the
first third of the time after that to the last, memory may grow by 1 %, descriptors
by none, and the 99th of a hundred answers may take a tenth longer.
"""

import argparse
import os
import pickle
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import ledger  # noqa: E402
from audit import audit  # noqa: E402
from bars import bar  # noqa: E402
from chaos import SETTINGS, comes_back  # noqa: E402
from faults import processes  # noqa: E402
from memory import ROLES, private_kib  # noqa: E402
from stack import TOP  # noqa: E402
from torture import TortureStack  # noqa: E402


def mappings(pid):
    """{name of a mapping: KiB private to the process}"""
    found, name = Counter(), ""
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as file:
        for line in file:
            word, *rest = line.split()
            if "-" in word and not word.endswith(":"):
                name = rest[4] if len(rest) > 4 else "anonymous"
            elif word.startswith("Private_"):
                found[name] += int(rest[0])
    return found


def where_it_grew(before, after):
    """What grew by 64 KiB and more in a process that was there before."""
    return [f"  {role} {pid}: {name} {before[role, pid][name]} KiB, then {kib}"
            for (role, pid), maps in sorted(after.items()) if (role, pid) in before
            for name, kib in sorted(maps.items()) if kib >= before[role, pid][name] + 64]


def details(stack):
    return {(role, pid): mappings(pid) for role in ROLES[:6] for pid in processes(stack, role)}


def from_nginx():
    """The connections that Nginx keeps, as many as it needed at once.  A socket
    goes by the name that it had before it was put in its place."""
    with open("/proc/net/unix", encoding="ascii") as file:
        return {f"socket:[{line.split()[6]}]" for line in file
                if line.rstrip().endswith(("/fast.sock.new", "/slow.sock.new"))}


def sample(stack):
    """{(role, pid): (KiB private to it, its descriptors but for connections)}"""
    connections, found = from_nginx(), {}
    for role in ROLES:
        for pid in processes(stack, role):
            try:
                links = [os.readlink(f"/proc/{pid}/fd/{n}") for n in os.listdir(f"/proc/{pid}/fd")]
                found[role, pid] = private_kib(pid), sum(one not in connections for one in links)
            except OSError:
                pass  # a child of the image process that is done
    return found


def watch(stack, warm, end, rows, maps):
    pause = min(10, (end - time.monotonic()) / 60)
    while time.monotonic() < end:
        rows.append((time.monotonic(), sample(stack)))
        if not maps and time.monotonic() > warm:
            maps.append(details(stack))
        time.sleep(pause)
    maps.append(details(stack))


def write_series(rows, begin):
    """By the second: when something grew, and whether in one step."""
    with (TOP / "build/torture-soak.csv").open("w") as file:
        print("second,role,process,KiB,files", file=file)
        for at, found in rows:
            for (role, pid), numbers in found.items():
                print(round(at - begin), role, pid, *numbers, sep=",", file=file)


def p99_ms(answers):
    taken = sorted(end - begin for begin, end, _, _ in answers)
    return taken[int(len(taken) * 0.99)] / 1e6


def soak(stack, seed, seconds, people, pause):
    dice, rows, maps = random.Random(seed), [], []
    stage, logins = ledger.prepare(stack, people)
    folder = Path(tempfile.mkdtemp(prefix="pinwall-soak-"))
    begin = time.monotonic()
    warm, end = begin + min(600, seconds / 10), begin + seconds
    lives = [get_context("fork").Process(target=ledger.live, args=(
        stack.port, dice.randrange(10**9), stage, login, end, pause, folder / str(n)))
        for n, login in enumerate(logins)]
    for life in lives:
        life.start()
    thread = threading.Thread(target=watch, args=(stack, warm, end, rows, maps))
    thread.start()
    for one in (*lives, thread):
        one.join()
    write_series(rows, begin)
    print(*where_it_grew(*maps), sep="\n")
    return [pickle.loads(file.read_bytes()) for file in folder.iterdir()], rows, warm, end


def levels(rows):
    """{role: (KiB, descriptors)} of the processes that were there all the time, at the
    least: more is for what just happens, and what leaks raises the least, too."""
    lasting = set.intersection(*(set(found) for _, found in rows))
    return {role: [sum(min(found[one][what] for _, found in rows)
                       for one in lasting if one[0] == role) for what in (0, 1)]
            for role in ROLES}


def compare(books, rows, warm, end):
    """The first and the last third of the time after the warming up."""
    third = (end - warm) / 3
    levels_of = (levels([row for row in rows if warm <= row[0] < warm + third]),
                 levels([row for row in rows if row[0] >= end - third]))
    answers = [answer for book in books for answer in book.answers]
    early = [a for a in answers if warm <= a[0] / 1e9 < warm + third]
    late = [a for a in answers if a[0] / 1e9 >= end - third]
    return {"requests": len(answers),
            "failed": sum(status == 0 or status >= 500 for _, _, status, _ in answers),
            "roles": {role: [*levels_of[0][role], *levels_of[1][role]] for role in ROLES},
            "p99_ms": (p99_ms(early), p99_ms(late))}


def totals(found):
    return map(sum, zip(*found["roles"].values()))


def missed(found, wrong):
    """Bars that were not reached."""
    memory, files, more_memory, more_files = totals(found)
    early, late = found["p99_ms"]
    bars = {"things are wrong": wrong, "requests failed": found["failed"],
            "memory grew": more_memory > 1.01 * memory, "descriptors were left": more_files > files,
            "answers became slower": late > bar(1.1, 3) * early}
    return [what for what, bad in bars.items() if bad]


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
    m, c, n, d = totals(found)
    e, f = found["p99_ms"]
    line = (f"seed {args.seed}: {args.seconds} s, {found['requests']} requests, "
            f"{found['failed']} failed; private memory {m} KiB, then {n} ({100 * (n / m - 1):+.1f} "
            f"%); descriptors {c}, then {d}; p99 {e:.1f} ms, then {f:.1f}; {len(wrong)} wrong")
    roles = [f"- {role}: {w} KiB, then {y}; {x} descriptors, then {z}"
             for role, (w, x, y, z) in found["roles"].items()]
    print(line, *roles, *wrong[:20], sep="\n")
    (TOP / "build/torture-soak.md").write_text("\n".join([line, *roles]) + "\n")
    bad = missed(found, wrong)
    print(*bad, sep="\n")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
