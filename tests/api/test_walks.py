"""R11: every list that goes by pages, walked while rows come and go: no row is
shown twice, and none is missed that was there all the time.  The lists are in
walks.py; a route that has pages and is not there fails."""

import json
import random
import re

import pytest
from checks import settle
import walks_staff  # noqa: F401  its rows of WALKS
from walks import WALKS, number_of

CASES = [(kind, query, back) for cases in WALKS.values() for kind, query in cases
         for back in (False, True) if kind.both_ways or not back]


def page_of(reader, path):
    """(rows, the path of the page after it, that of the page before it)"""
    answer = reader.get(path)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    if isinstance(body, dict):
        return body["results"], body["next"], body["previous"]
    link = re.fullmatch(r'<(http://[^>]+)>; rel="next"', answer.headers.get("Link", ""))
    return body, link and link.group(1), None


def name_of(row):
    return row.get("kind"), number_of(row)


def test_every_list_is_walked(stack):
    paged = {route["path"].removeprefix("/api/")
             for route in json.loads(stack.run("routes", "--json").stdout)
             if any(field["name"] == "cursor" for field in route["fields"])}
    assert paged - set(WALKS) == set(), "lists without a walk"
    assert set(WALKS) - paged == set(), "walks of what is no list"


def limited(path, n):
    return f"{path}{'&' if '?' in path else '?'}limit={n}"


def number_of_rows(made):
    """How long the list is, of whomever its rows are."""
    n, path, known = 0, limited(made.path(), made.most), set()
    while path and path not in known:
        known.add(path)
        rows, path, _ = page_of(made.reader, path)
        n += len(rows)
    return n


def walk(made, dice, path, back=False):
    """The names of all that was shown, in order, and of all that was taken away
    by others, a few between any two pages."""
    seen, dropped, most = [], set(), number_of_rows(made)
    while path:
        rows, after, before = page_of(made.reader, path)
        seen += [name_of(row) for row in (reversed(rows) if back else rows)]
        path = before if back else after
        more = dice.randrange(3)
        for _ in range(more):
            made.add()
        most += more
        present = [row for row in page_of(made.reader, limited(made.path(), made.most))[0]
                   if name_of(row) in made.first and not made.stays]
        for row in dice.sample(present, min(len(present), dice.randrange(3))):
            made.drop(row)
            dropped.add(name_of(row))
        assert len(seen) <= most, "it never ends"
    return seen, dropped


def judge(whole, seen, dropped):
    assert len(set(seen)) == len(seen), "shown twice"
    assert not [name for name in whole if name not in dropped and name not in seen], "missed"
    there = [name for name in seen if name in whole]
    assert there == [name for name in whole if name in there], "out of order"


@pytest.mark.parametrize("seen", ["abcbd", "abd", "acbd"])
def test_a_fault_is_noticed(seen):
    judge("abcd", "axcd", {"b"})
    with pytest.raises(AssertionError):
        judge("abcd", seen, {"d"})


@pytest.fixture(scope="module")
def db(stack):
    one = stack.connect()
    yield one
    one.close()


@pytest.mark.parametrize("kind, query, back", CASES, ids=[
    f"{kind.__name__} {query} {'back' if back else ''}".strip() for kind, query, back in CASES])
def test_no_row_twice_and_none_missed(stack, db, kind, query, back):
    made = kind(stack, db, query)
    dice = random.Random(f"{kind.__name__}{query}{back}")
    for _ in range(16):
        made.add()
    settle(stack)  # nobody else's jobs are on the list of them
    stack.told()
    whole = [name_of(row) for row in page_of(made.reader, limited(made.path(), made.most))[0]]
    assert len(whole) >= 16
    made.first = set(whole)
    path = limited(made.path(), max(2, len(whole) // 8))
    if back:  # from the end of the list
        whole, after = whole[::-1], path
        while after:
            rows, after, path = page_of(made.reader, after)
        whole = [name for name in whole if name not in map(name_of, rows)]
    seen, dropped = walk(made, dice, path, back)
    assert bool(dropped) != made.stays
    assert set(seen) - made.first or back != made.newest_first
    judge(whole, seen, dropped)
