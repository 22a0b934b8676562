"""The promise of the cache on the running site (fcgi-app/infra/ftc.h): what is
served is what was committed at an instant between question and answer, whatever
is killed, stopped or lost.

Seeds are printed; TORTURE_SEED gives them again.
"""

import os
import random
import time

import client as tools
import pytest
from bars import bar
from faults import GUARD, POSTGRES, PROGRAM, REDIS, Faults
from stack import wait_for
from torture import Run, TortureStack

READS = 200_000  # of all runs together
SERVICE_S = bar(4, 8)
SEED = int(os.environ.get("TORTURE_SEED", int.from_bytes(os.urandom(3), "big")))
total = []


@pytest.fixture(scope="module")
def stack():
    with TortureStack() as running:
        yield running
        running.keep_logs("torture")


def run(stack, seconds, faults, **options):
    going = Run(stack, SEED + len(total), seconds, **options).start()
    try:
        going.torment(faults) if faults else None
    finally:
        result = going.finish()
    print(result.line())
    total.append(result.reads)
    found = result.found.examples + result.outside.examples + result.unexplained
    assert result.found.total == 0 and result.outside.total == 0, "\n".join(map(str, found))
    assert not result.unexplained, "\n".join(map(str, result.unexplained[:20]))
    assert result.acked > 5 * seconds
    return result


def test_nothing_is_done_to_it(stack):
    result = run(stack, 15, [])
    assert result.unanswered == 0 and result.hits > 30


def test_faults_of_redis_and_of_the_guardian_are_seen_by_nobody(stack):
    result = run(stack, 40, REDIS + GUARD, pause=0.02)
    assert not result.errors and result.unanswered == result.busy
    assert result.hits > 5


def test_workers_and_postgres_are_killed(stack):
    run(stack, 25, PROGRAM + POSTGRES, pause=0.02)


def test_everything_together(stack):
    run(stack, 30, REDIS + GUARD + PROGRAM + POSTGRES, pause=0.02)


@pytest.mark.parametrize("fault", REDIS + GUARD)
def test_it_is_in_service_again(stack, fault):
    faults, somebody = Faults(stack, random.Random(SEED)), tools.signup(stack)
    path = f"pinterestAccounts/user/{somebody.username}"
    wait_for(lambda: faults.in_service(somebody, path), 20)
    for _ in range(2):  # one of them needs the first time to prepare
        faults.do(fault)
    begin = time.monotonic()
    wait_for(lambda: faults.in_service(somebody, path), 20, 0.01)
    seconds = time.monotonic() - begin
    print(f"{fault}: in service after {seconds:.2f} s")
    assert seconds < SERVICE_S
    wait_for(lambda: not faults.fences(), SERVICE_S)


def test_more_tags_than_can_be_fenced_one_by_one(stack):
    """A pin that is on so many boards that it tells all of them at once."""
    ann, nobody = tools.signup(stack), tools.Client(stack)
    pin = ann.upload("pins/", "before", tools.picture())["id"]
    boards = [n for (n,) in stack.sql(
        "insert into board (owner, title) select %s, 'bulk ' || n from generate_series(1, 70) n "
        "returning id", (ann.user["id"],))]
    stack.sql("insert into board_item (board, item) select b, %s from unnest(%s) b",
              (pin, boards))
    stack.told()
    for title in ("before", "after", "again"):
        if title != "before":
            ann.want(200, "PATCH", f"pins/{pin}", json={"title": title})
        for _ in range(2):
            for board in boards:
                answer = nobody.get(f"boards/{board}")
                assert [p["title"] for p in answer.json()["pin"]] == [title]
    assert answer.headers["ETag"]


@pytest.mark.parametrize("setting", ["client_min_messages = error", "pinwall.cache = ''"])
def test_settings_of_the_database_do_not_silence_it(stack, setting):
    ann, nobody = tools.signup(stack), tools.Client(stack)
    board = ann.want(201, "POST", "boards/", json={"title": "0"})["id"]
    name = setting.split()[0]
    stack.sql(f"alter role pinwall set {setting}")
    try:
        stack.sql("select pg_terminate_backend(pid) from pg_stat_activity "
                  "where usename = 'pinwall'")
        wait_for(lambda: nobody.get(f"boards/{board}").headers.get("ETag"))
        for n in range(1, 30):
            ann.want(200, "PATCH", f"boards/{board}", json={"title": str(n)})
            for _ in range(4):
                assert nobody.get(f"boards/{board}").json()["title"] == str(n)
    finally:
        stack.sql(f"alter role pinwall reset {name}")


def test_the_checker_sees_what_is_not_told(stack):
    """Without the triggers nobody tells the cache of changes."""
    going = Run(stack, SEED, 6)
    for table in ("pin", "board"):
        stack.sql(f"alter table {table} disable trigger cache_update")
    try:
        result = going.start().finish()
    finally:
        for table in ("pin", "board"):
            stack.sql(f"alter table {table} enable always trigger cache_update")
    print(result.line())
    assert result.found.stale > 100


def test_enough_was_read(stack):
    while sum(total) < READS and len(total) < 10:
        run(stack, 10, [])
    print(f"{sum(total)} reads, seed {SEED}")
    assert sum(total) >= READS
