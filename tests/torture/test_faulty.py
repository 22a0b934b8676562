"""M3 and M4, a sample: single allocations, reads, writes, ... of requests fail
(faulty.py has what must hold then).  `make torture-faulty` is the whole of it.

TORTURE_SEED gives a run again."""

import errno
import os
import random
import time
from collections import Counter

import pytest
from faulty import ELSEWHERE, SHORT, Torment, error_name, open_stack, told

SEED = int(os.environ.get("TORTURE_SEED", int.from_bytes(os.urandom(3), "big")))
SECONDS = 40
ROUTES = {  # of every kind: pages, lists, writes, uploads, passwords
    ("GET", "pins"), ("GET", "pages/home"), ("POST", "pins"), ("POST", "boards"),
    ("POST", "rest-auth/login"), ("POST", "items/{item}/comments"),
    ("PUT", "users/{username}/follow"), ("DELETE", "pins/{pin}"),
}


@pytest.fixture(scope="module")
def torment():
    shim, stack = open_stack()
    with stack:
        made = Torment(stack, shim, random.Random(SEED))
        yield made
        made.close()
        stack.keep_logs("faulty")


def test_single_calls_fail(torment):
    rows = torment.rows()
    first = [row for row in rows if (row.method, row.path.rstrip("/")) in ROUTES]
    torment.dice.shuffle(rows)
    end, done = time.monotonic() + SECONDS, 0
    for row in first + rows:
        if time.monotonic() < end:
            torment.run(4 if row in first else 2, [row])
            done += 1
    print(f"seed {SEED}: {done} routes, "
          f"{told(torment.runs, torment.statuses, torment.wrong)}")
    assert torment.wrong == []
    assert sum(torment.runs.values()) >= 20 and {*torment.runs} >= {"memory", "recv", "send"}


def row_of(torment, method, path):
    return next(row for row in torment.rows() if (row.method, row.path) == (method, path))


def test_calls_fail_as_they_are_told_to(torment):
    """The first read of a request fails: its connection is closed.  (Of one that
    changes nothing Nginx would ask once more.)"""
    row = row_of(torment, "POST", "boards")
    torment.shim.watch(torment.pid(row))
    _, kinds = torment.learn(row)
    at = kinds.index("read") + 1
    status, _, changed, _, fired = torment.call(row, at, errno.EIO)
    assert fired and status == 502 and not changed
    assert torment.usable(row) and torment.wrong == []


def test_no_memory_for_a_form_is_not_the_fault_of_who_sent_it(torment):
    """What was read of it before its first file goes into memory, bit by bit."""
    row = row_of(torment, "POST", "styles/posts")
    torment.shim.watch(torment.pid(row))
    failed = Counter()
    for back in (1, 2, 3, 4) * 2:
        kinds = torment.shim.sites(torment.call(row)[3])
        at = kinds.index("open") + 1 - back
        if kinds[at - 1] == "memory" and torment.fault(row, at, errno.ENOMEM, True):
            failed[back] += 1
    assert torment.wrong == [] and len(failed) >= 2


def test_what_is_wrong_is_seen(torment):
    row = row_of(torment, "POST", "boards")
    was, torment.wrong = torment.wrong, []
    for got in ((400, "", False, 1, 1), (201, "", False, 1, 1), (500, "ERR_DB", True, 1, 1)):
        torment.judge(row, "x", True, got)
    assert len(torment.wrong) == 3
    torment.wrong = []
    for got in ((201, "", True, 1, 1), (500, "ERR_DB", False, 1, 1), (502, "", True, 1, 1),
                (500, "ERR_COMMIT_UNKNOWN", True, 1, 1)):
        torment.judge(row, "x", True, got)
    assert torment.wrong == []
    torment.wrong = was
    assert error_name(SHORT) == "SHORT" and ELSEWHERE
