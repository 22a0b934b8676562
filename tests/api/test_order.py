"""Orders by hand: of a person's boards, and of the pins on a board."""

import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from checks import ids, many_pins


class Boards:
    """The boards of somebody; `things` is what is moved, first to last."""

    def __init__(self, stack, person, n):
        self.person = person
        for i in range(n):
            person.want(201, "POST", "boards/", json={"title": f"board {i}"})
        self.things = self.order()

    def move(self, thing, before=None, status=204, who=None):
        body = {} if before is None else {"before": before}
        return (who or self.person).want(status, "POST", f"boards/{thing}/move", json=body)

    def order(self):
        return ids(self.person.want(200, "GET", "boards/"))

    def new(self):
        return self.person.want(201, "POST", "boards/", json={"title": "new"})["id"]

    def other_orders(self, viewer):
        name = self.person.username
        yield ids(viewer.want(200, "GET", f"boards/?author__username={name}"))
        yield ids(viewer.want(200, "GET", f"pinterestAccounts/user/{name}")["boards"])
        yield by_pages(viewer, f"boards/?author__username={name}&limit=2")

    def at_once(self, stack):
        stack.change("update board set place = '2020-01-01' where owner = %s",
                     (self.person.user["id"],))


class Pins(Boards):
    """The pins of a board."""

    def __init__(self, stack, person, n):
        self.person, self.stack = person, stack
        self.board = person.want(201, "POST", "boards/", json={"title": "all"})["id"]
        for pin in many_pins(stack, person, n):
            self.put(pin)
        self.things = self.order()

    def put(self, pin):
        self.person.want(201, "POST", f"boards/{self.board}/add_pin", json={"id": pin})
        return pin

    def move(self, thing, before=None, status=204, who=None):
        body = {"id": thing} if before is None else {"id": thing, "before": before}
        return (who or self.person).want(status, "POST", f"boards/{self.board}/move_pin",
                                         json=body)

    def order(self):
        return ids(self.person.want(200, "GET", f"boards/{self.board}")["pin"])

    def new(self):
        return self.put(many_pins(self.stack, self.person, 1)[0])

    def other_orders(self, viewer):
        yield ids(viewer.want(200, "GET", f"pins/?board={self.board}")["results"])
        yield ids(viewer.want(200, "GET", "boards/")[0]["pin"])
        yield by_pages(viewer, f"pins/?board={self.board}&limit=2")

    def at_once(self, stack):
        stack.change("update board_item set place = '2020-01-01' where board = %s", (self.board,))


def by_pages(viewer, path):
    found = []
    while path:
        answer = viewer.get(path)
        page = answer.json()
        found += ids(page if isinstance(page, list) else page["results"])
        link = re.search(r'<[^>]*/api/([^>]*)>; rel="next"', answer.headers.get("Link", ""))
        path = link[1] if link else isinstance(page, dict) and page["next"] and (
            page["next"].partition("/api/")[2])
    return found


def moved(order, thing, before=None):
    if before == thing:
        return order
    rest = [one for one in order if one != thing]
    at = len(rest) if before is None else rest.index(before)
    return rest[:at] + [thing] + rest[at:]


@pytest.fixture(params=[Boards, Pins])
def row(request, stack, person):
    return request.param(stack, person, 6)


def test_every_move(row, person):
    """Each thing before each other one, and to the end."""
    order = row.things
    for thing in row.things:
        for before in [*row.things, None]:
            row.move(thing, before)
            order = moved(order, thing, before)
            assert row.order() == order, (thing, before)


def test_all_lists_follow(row, api, person):
    order = moved(row.things, row.things[4], row.things[1])
    row.move(row.things[4], row.things[1])
    assert list(row.other_orders(api)) == [order] * 3
    assert list(row.other_orders(person)) == [order] * 3
    assert row.order() == order


def test_what_is_new_comes_first(row):
    row.move(row.things[3], row.things[0])
    order = moved(row.things, row.things[3], row.things[0])
    number = row.new()
    assert row.order() == [number, *order]
    row.move(order[-1], number)
    assert row.order()[:2] == [order[-1], number]
    assert row.order()[2:] == order[:-1]


def test_a_gap_is_never_used_up(row):
    """A hundred moves to one place: the room halves each time."""
    order = row.things
    for i in range(100):
        thing = order[-1]
        row.move(thing, order[1 + i % 2])
        order = moved(order, thing, order[1 + i % 2])
    assert row.order() == order


def test_of_those_that_came_at_one_moment(row, stack):
    row.at_once(stack)
    order = row.things
    assert row.order() == order
    dice = random.Random(5)
    for _ in range(30):
        thing, before = dice.choice(order), dice.choice([*order, None])
        row.move(thing, before)
        order = moved(order, thing, before)
        assert row.order() == order, (thing, before)
    row.new()
    assert row.order()[1:] == order


def test_moves_at_once_are_one_after_another(row):
    """Whatever order they are made in, it is an order of them: each thing is
    there once, and the last move of two that refer to each other holds."""
    first, second = row.things[1], row.things[4]
    may = {tuple(moved(moved(row.things, first, second), second, first)),
           tuple(moved(moved(row.things, second, first), first, second))}
    with ThreadPoolExecutor(2) as pool:
        for _ in range(25):
            jobs = [pool.submit(row.move, first, second), pool.submit(row.move, second, first)]
            assert [job.result() for job in jobs] == [None, None]
            order = tuple(row.order())
            assert order in may
            for thing in row.things:
                row.move(thing)
            assert row.order() == row.things


def test_many_moves_at_once(row):
    dice = random.Random(7)
    moves = [(dice.choice(row.things), dice.choice([*row.things, None])) for _ in range(80)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda move: row.move(*move), moves))
    assert sorted(row.order()) == sorted(row.things)
    order = row.order()
    row.move(order[0], order[3])
    assert row.order() == moved(order, order[0], order[3])


def test_moves_beside_other_writes(row):
    """None waits for another in a circle."""
    def write(i):
        if i % 5 == 0:
            row.new() if isinstance(row, Pins) else row.person.want(
                201, "POST", "boards/", json={"title": f"more {i}"})
        else:
            row.move(row.things[i % 6], row.things[(i * 7 + 3) % 6])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(60)))
    assert len(row.order()) == 6 + 12
    assert set(row.things) < set(row.order())


def test_only_its_owner(row, api, other):
    first, last = row.things[0], row.things[-1]
    row.move(last, first, 401, api)
    row.move(last, first, 403, other)
    assert row.order() == row.things


@pytest.mark.parametrize("value, reason", [
    (999_999_999, None), (0, "must be at least 1"), ("x", "a whole number is needed")])
def test_before_what_is_not_there(row, value, reason):
    reason = reason or ("there is no such pin" if isinstance(row, Pins) else
                        "you have no such board")
    assert row.move(row.things[2], value, 400) == {"before": [reason]}
    assert row.order() == row.things


def test_before_what_is_elsewhere(stack, row, other):
    theirs = type(row)(stack, other, 1).things[0]
    assert "before" in row.move(row.things[2], theirs, 400)
    assert row.order() == row.things


def test_the_only_one_stays_where_it_is(stack, other):
    for kind in (Boards, Pins):
        row = kind(stack, other, 1)
        things = row.order()
        for before in (None, things[0]):
            row.move(things[0], before)
        assert row.order() == things


def test_a_pin_that_is_not_on_it(stack, person):
    row = Pins(stack, person, 2)
    row.move(many_pins(stack, person, 1)[0], row.things[0], 404)
    row.move(999_999_999, None, 404)
