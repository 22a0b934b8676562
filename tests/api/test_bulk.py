"""Many at once: on boards, between them, into sections, to the trash and back."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import ids, many_pins
from client import signup, unique


class Full:
    """Two boards of somebody's, and pins on the first, the first one first."""

    def __init__(self, stack, n=5):
        self.stack = stack
        self.ann = signup(stack)
        self.one, self.two = (self.ann.want(201, "POST", "boards/", json={
            "title": unique("b")})["id"] for _ in range(2))
        self.pins = many_pins(stack, self.ann, n)[::-1]
        assert self.do("add", self.pins) == n

    def do(self, action, pins, board=None, who=None, status=200, **more):
        answer = (who or self.ann).want(status, "POST", f"boards/{board or self.one}/items", json={
            "ids": pins, "action": action, **more})
        return answer["changed"] if status == 200 else answer

    def on(self, board, section=None):
        query = f"&section={section}" if section else ""
        return ids(self.ann.want(200, "GET", f"pins/?board={board}{query}")["results"])

    def counts(self):
        return [self.ann.want(200, "GET", f"boards/{board}")["pin_count"]
                for board in (self.one, self.two)]

    def section(self, title="a part", board=None):
        return self.ann.want(201, "POST", f"boards/{board or self.one}/sections", json={
            "title": title})["id"]


@pytest.fixture
def full(stack):
    return Full(stack)


def test_adding(full):
    assert full.on(full.one) == full.pins and full.counts() == [5, 0]
    # what is there already, or is not at all, is left out
    some = full.pins[1:4]
    assert full.do("add", [*some, some[-1], 999999999], board=full.two) == 3
    assert full.do("add", full.pins, board=full.two) == 2
    assert full.on(full.two) == [full.pins[0], full.pins[4], *some]
    assert full.counts() == [5, 5]


def test_removing(full):
    assert full.do("remove", [*full.pins[:2], 999999999]) == 2
    assert full.on(full.one) == full.pins[2:] and full.counts() == [3, 0]
    assert full.do("remove", full.pins) == 3 and full.do("remove", full.pins) == 0


def test_moving(full):
    assert full.do("move", full.pins[3:0:-1], to=full.two) == 3
    assert full.on(full.two) == full.pins[1:4]  # in their order
    assert full.on(full.one) == [full.pins[0], full.pins[4]]
    assert full.counts() == [2, 3]
    full.do("add", [full.pins[0]], board=full.two)
    assert full.do("move", [full.pins[0]], to=full.two) == 1
    assert full.counts() == [1, 4]


def test_where_it_may_not_go(stack, full):
    ben = signup(stack)
    theirs = ben.want(201, "POST", "boards/", json={"title": "theirs"})["id"]
    for to in (theirs, 999999999):
        assert full.do("move", full.pins, to=to, status=400) == {
            "to": ["there is no such board where you may put pins"]}
    for action in ("add", "remove", "move"):
        full.do(action, full.pins, who=ben, status=403, to=theirs)
        full.do(action, full.pins, board=999999999, status=404)
    assert full.on(full.one) == full.pins
    # what somebody may not see, he does not put anywhere
    stack.change("update item set visibility = 1 where id = %s", (full.pins[0],))
    assert full.do("add", full.pins, board=theirs, who=ben) == 4


def test_an_adder_takes_what_is_his(stack, full):
    ben = signup(stack)
    full.ann.want(201, "POST", f"boards/{full.one}/members", json={
        "username": ben.username, "role": "adder"})
    ben.want(200, "POST", f"boards/{full.one}/accept")
    own = many_pins(stack, ben, 2)
    assert full.do("add", own, who=ben) == 2
    for action in ("remove", "move"):
        full.do(action, [own[0], full.pins[0]], who=ben, status=403)
    assert full.counts() == [7, 0]  # all or none
    full.do("move", own, who=ben, status=403)  # sections are for editors
    assert full.do("remove", own, who=ben) == 2
    assert full.on(full.one) == full.pins


@pytest.mark.parametrize("body, field", [
    ({"action": "add"}, "ids"), ({"ids": [], "action": "add"}, "ids"),
    ({"ids": [1] * 201, "action": "add"}, "ids"), ({"ids": 5, "action": "add"}, "ids"),
    ({"ids": ["1"], "action": "add"}, "ids"), ({"ids": [1.5], "action": "add"}, "ids"),
    ({"ids": [0], "action": "add"}, "ids"), ({"ids": [2**63], "action": "add"}, "ids"),
    ({"ids": [[1]], "action": "add"}, "ids"), ({"ids": {"a": 1}, "action": "add"}, "ids"),
    ({"ids": None, "action": "add"}, "ids"), ({"ids": "1,2", "action": "add"}, "ids"),
    ({"ids": [1], "action": "copy"}, "action"), ({"ids": [1]}, "action"),
    ({"ids": [1], "action": "add", "section": 999999999}, "section"),
])
def test_what_is_refused(full, body, field):
    assert list(full.ann.want(400, "POST", f"boards/{full.one}/items", json=body)) == [field]


def test_by_form(full):
    path = f"boards/{full.two}/items"
    text = ",".join(map(str, full.pins[:3]))
    for way, n in (({"data": {"ids": text, "action": "add"}}, 3),
                   ({"files": {"ids": (None, str(full.pins[3])), "action": (None, "add")}}, 1)):
        assert full.ann.want(200, "POST", path, **way) == {"changed": n}
    for wrong in ("", ",", "1,", "1,,2", "x", "1;2", ",".join("1" for _ in range(201))):
        assert list(full.ann.want(400, "POST", path, data={"ids": wrong, "action": "add"})) == [
            "ids"]


def test_two_hundred(stack):
    many = Full(stack, 200)
    assert many.counts() == [200, 0]
    assert many.do("move", many.pins, to=many.two) == 200
    assert many.counts() == [0, 200]


def test_to_and_fro_at_once(full):
    """Nothing is lost or doubled, whoever is first."""
    def go(i):
        there = (full.one, full.two)[i % 2]
        back = (full.two, full.one)[i % 2]
        return full.ann.request("POST", f"boards/{there}/items", json={
            "ids": full.pins, "action": "move", "to": back}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(go, range(32))) == {200}
    assert sorted(full.on(full.one) + full.on(full.two)) == sorted(full.pins)
    assert full.counts() == [len(full.on(full.one)), len(full.on(full.two))]


# Sections.

def test_sections(full):
    first, second = full.section("first"), full.section("second")
    told = full.ann.want(200, "GET", f"boards/{full.one}")["sections"]
    assert told == [{"id": first, "title": "first", "pin_count": 0},
                    {"id": second, "title": "second", "pin_count": 0}]
    assert full.do("move", full.pins[:3], section=first) == 3
    assert full.do("move", full.pins[2:4], section=second) == 2
    assert full.on(full.one, first) == full.pins[:2]
    assert full.on(full.one, second) == full.pins[2:4]
    assert bulk(full.ann, full.pins[2:3], "trash") == 1  # what is live is counted
    told = full.ann.want(200, "GET", f"boards/{full.one}")["sections"]
    assert [one["pin_count"] for one in told] == [2, 1]
    assert bulk(full.ann, full.pins[2:3], "restore") == 1
    assert full.on(full.one) == full.pins  # where they stand among all stays
    assert full.do("move", full.pins[:1]) == 1
    assert full.on(full.one, first) == full.pins[1:2]
    # one goes, and what was in it stays
    full.ann.want(204, "DELETE", f"boards/{full.one}/sections/{second}")
    assert full.on(full.one) == full.pins and full.on(full.one, second) == []
    full.ann.want(404, "DELETE", f"boards/{full.one}/sections/{second}")


def test_titles_of_sections(full):
    first = full.section("first")
    path = f"boards/{full.one}/sections"
    taken = {"title": ["this board has a section with this title already"]}
    assert full.ann.want(400, "POST", path, json={"title": "FIRST"}) == taken
    second = full.section("second")
    assert full.ann.want(400, "PATCH", f"{path}/{second}", json={"title": "first"}) == taken
    assert full.ann.want(200, "PATCH", f"{path}/{first}", json={"title": "First"}) == {
        "id": first, "title": "First"}
    full.section("first", board=full.two)
    full.ann.want(404, "PATCH", f"boards/{full.two}/sections/{second}", json={"title": "x"})


def test_a_section_is_of_its_board(full):
    there = full.section(board=full.two)
    for action, more in (("move", {}), ("add", {})):
        assert full.do(action, full.pins, section=there, status=400, **more) == {
            "section": ["there is no such section"]}
    assert full.do("move", full.pins[:2], to=full.two, section=there) == 2
    assert full.on(full.two, there) == full.pins[:2]
    assert full.ann.want(400, "GET", f"pins/?section={there}") == {
        "section": ["it goes with its board"]}
    # moved on, they are in none
    assert full.do("move", full.pins[:2], board=full.two, to=full.one) == 2
    assert full.on(full.two, there) == []


# Trash.

def bulk(who, pins, action):
    return who.want(200, "POST", "pins/bulk", json={"ids": pins, "action": action})["changed"]


def test_to_the_trash_and_back(stack, full):
    ben = signup(stack)
    assert bulk(ben, full.pins, "trash") == 0
    assert bulk(full.ann, full.pins[:3] + [999999999], "trash") == 3
    assert full.on(full.one) == full.pins[3:] and full.counts() == [2, 0]
    assert bulk(full.ann, full.pins, "trash") == 2
    assert bulk(ben, full.pins, "restore") == 0
    assert bulk(full.ann, full.pins[:4], "restore") == 4
    assert full.on(full.one) == full.pins[:4] and full.counts() == [4, 0]
    assert list(full.ann.want(400, "POST", "pins/bulk", json={
        "ids": full.pins, "action": "drop"})) == ["action"]
