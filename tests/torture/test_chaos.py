"""C1, short: kill -9 of everything at random while people live on the site;
nothing that was acknowledged is lost, nothing is twice (chaos.py).

TORTURE_SEED gives a run again."""

import copy
import os

import pytest
from audit import against, counters, pictures, settle, there
from chaos import Chaos, pace, site
from ledger import GONE, THERE, Answer, Book

import client as tools

SEED = int(os.environ.get("TORTURE_SEED", int.from_bytes(os.urandom(3), "big")))
SECONDS = 25


@pytest.fixture(scope="module")
def far_site():
    with site() as both:
        yield both


@pytest.fixture(scope="module")
def stack(far_site):
    return far_site[0]


def test_everything_is_killed_and_nothing_lost(far_site):
    stack, far = far_site
    result = Chaos(stack, SEED, SECONDS, far, pace=pace(15, 12)).run()
    print(result.line())
    assert result.wrong == []
    assert result.acked > 5 * SECONDS and sum(result.faults.values()) > SECONDS / 2
    assert far.asked > 0
    assert result.missed() == []


# Does the audit see what it looks for?


def answer(status, what="POST boards/", text=b"{}"):
    return Answer(0, 1, status, what, text)


def test_a_ledger_knows_what_was_said():
    book = Book(1)
    for key, said in (("yes", answer(201)), ("none", answer(0)), ("gone", answer(502)),
                      ("busy", answer(503, text=b'{"code": "ERR_BUSY"}')),
                      ("unknown", answer(500, text=b'{"code": "ERR_COMMIT_UNKNOWN"}'))):
        book.note(key, THERE, said)
    assert book.things == {"yes": {THERE}, "none": {GONE, THERE}, "gone": {GONE, THERE},
                           "busy": {GONE}, "unknown": {GONE, THERE}}
    assert book.odd == []
    book.note("yes", GONE, answer(409))
    assert book.things["yes"] == {THERE} and len(book.odd) == 1


def test_what_is_lost_or_twice_is_seen(stack):
    ann = tools.signup(stack)
    title, other = tools.unique("board"), tools.unique("board")
    ann.want(201, "POST", "boards/", json={"title": title})
    book = Book(ann.user["id"], {("board", title): {THERE}, ("board", other): {GONE}})
    assert against(there(stack), book) == ([], [], [])
    worse = copy.deepcopy(book)
    worse.things = {("board", other): {THERE}, ("board", title): {GONE}}
    assert against(there(stack), worse) == ([("board", other)], [], [("board", title)])
    twice = there(stack)
    twice["board", title] += 1
    assert against(twice, book) == ([], [("board", title)], [])


def test_files_and_counters_that_are_wrong_are_seen(stack):
    ann = tools.signup(stack)
    ann.upload("pins/", "mine", tools.picture())
    settle(stack)
    assert pictures(stack) == [] and counters(stack) == []
    file = next(path for path in stack.media_dir.rglob("*") if path.is_file())
    away = file.rename(stack.dir / "away")
    assert pictures(stack) == [f"no file: {file}"]
    away.rename(file)
    stack.sql("update account set follower_count = follower_count + 1 where id = %s",
              (ann.user["id"],))
    assert len(counters(stack)) == 1
    stack.sql("update account set follower_count = follower_count - 1 where id = %s",
              (ann.user["id"],))
