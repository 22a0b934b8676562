"""Boards, and the pins on them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import BOARD, ids
from client import picture, signup, unique

TAKEN = {"title": ["you have a board with this title already"]}
THERE = {"pin": ["this pin is on the board already"]}


@pytest.fixture(scope="module")
def pins(stack):
    """Three pins of somebody's."""
    ann = signup(stack)
    return [ann.upload("pins/", f"pin {i}", picture()) for i in range(3)]


@pytest.fixture
def board(person):
    return person.want(201, "POST", "boards/", json={"title": "cups"})


def put(client, board, pin, status=201, **options):
    options = options or {"json": {"id": pin["id"]}}
    return client.want(status, "POST", f"boards/{board['id']}/add_pin", **options)


def seen(client, board):
    return client.want(200, "GET", f"boards/{board['id']}")


def test_a_new_board(api, person, board):
    assert set(board) == BOARD | {"created_at", "updated_at", "sections"}
    assert (board["title"], board["author"], board["pin_count"], board["pin"]) == (
        "cups", person.username, 0, [])
    assert board["secret"] is False
    assert (board["content"], board["cover"], board["role"], board["members"]) == (
        "", None, None, [])
    assert seen(api, board) == board
    mine, = person.want(200, "GET", "boards/")
    assert mine == {key: board[key] for key in BOARD}


@pytest.mark.parametrize("kind", ["data", "files"])
def test_by_form(person, kind):
    value = (None, "forms") if kind == "files" else "forms"
    person.want(201, "POST", "boards/", **{kind: {"title": value}})


def test_lists(stack, api, person, other, board):
    theirs = other.want(201, "POST", "boards/", json={"title": "theirs"})
    assert ids(person.want(200, "GET", "boards/")) == [board["id"]]
    assert ids(person.want(200, "GET", f"boards/?author__username={other.username}")) == [
        theirs["id"]]
    assert ids(api.want(200, "GET", f"boards/?author__username={person.username.upper()}")) == [
        board["id"]]
    assert ids(api.want(200, "GET", "boards/"))[:2] == [theirs["id"], board["id"]]
    assert api.want(200, "GET", "boards/?author__username=nobody-at-all") == []


def test_a_title_is_ones_own_once(person, other, board):
    for title in ("cups", "CUPS", " cups "):
        assert person.want(400, "POST", "boards/", json={"title": title}) == TAKEN
    for title in ("cup", "cups and saucers", "up"):
        person.want(201, "POST", "boards/", json={"title": title})
    other.want(201, "POST", "boards/", json={"title": "cups"})


def test_renaming(person, board):
    path = f"boards/{board['id']}"
    more = person.want(201, "POST", "boards/", json={"title": "more"})
    for method in ("PUT", "PATCH"):
        for title in ("cups", "Cups", "other cups", "cups"):
            assert person.want(200, method, path, json={"title": title})["title"] == title
        assert person.want(400, method, path, json={"title": "MORE"}) == TAKEN
    assert person.want(200, "PATCH", path, json={})["title"] == "cups"
    assert person.want(400, "PUT", path, json={}) == {"title": ["this field is required"]}
    assert seen(person, more)["title"] == "more"


def test_the_same_title_at_once_is_made_once(person):
    title = unique("race")

    def make(_):
        return person.request("POST", "boards/", json={"title": title}).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(make, range(16)))
    assert sorted(codes) == [201] + [400] * 15


def test_adding_and_removing(person, board, pins):
    for pin in pins:
        assert put(person, board, pin) == {
            "success": f"pin {pin['id']} is on the board 'cups' now"}
    full = seen(person, board)
    assert ids(full["pin"]) == ids(pins[::-1]) and full["pin_count"] == 3
    assert set(full["pin"][0]) == {"id", "title", "image", "author"}
    assert ids(person.want(200, "GET", f"pins/?board={board['id']}")["results"]) == ids(pins[::-1])
    on = person.want(200, "GET", f"pins/{pins[0]['id']}")["boards"]
    assert {"id": board["id"], "title": "cups"} in on
    path = f"boards/{board['id']}"
    assert person.want(204, "DELETE", f"{path}/pins/{pins[0]['id']}") is None
    assert person.want(204, "POST", f"{path}/remove_pin", json={"id": pins[1]["id"]}) is None
    assert ids(seen(person, board)["pin"]) == [pins[2]["id"]]
    assert seen(person, board)["pin_count"] == 1
    for method, call, body in (("DELETE", f"pins/{pins[0]['id']}", {}),
                               ("POST", "remove_pin", {"json": {"id": pins[1]["id"]}}),
                               ("DELETE", "pins/999999999", {})):
        person.want(404, method, f"{path}/{call}", **body)
    put(person, board, pins[0])


def test_a_pin_is_on_a_board_once_however_it_is_sent(person, board, pins):
    number = pins[0]["id"]
    ways = [{"json": {"id": number}}, {"json": {"id": str(number)}}, {"data": {"id": number}},
            {"files": {"id": (None, str(number))}}]
    put(person, board, pins[0])
    for way in ways:
        assert put(person, board, pins[0], 400, **way) == THERE
    assert seen(person, board)["pin_count"] == 1


def test_the_same_pin_at_once_is_added_once(person, board, pins):
    def add(_):
        return person.request("POST", f"boards/{board['id']}/add_pin",
                              json={"id": pins[0]["id"]}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(add, range(16))) == [201] + [400] * 15
    assert seen(person, board)["pin_count"] == 1


@pytest.mark.parametrize("body, reasons", [
    ({}, {"id": ["this field is required"]}),
    ({"id": 999999999}, {"id": ["there is no such pin"]}),
    ({"id": 0}, {"id": ["must be at least 1"]}),
    ({"id": "x"}, {"id": ["a whole number is needed"]}),
    ({"id": None}, {"id": ["this field may not be null"]}),
    ({"id": [1]}, {"id": ["a whole number is needed"]}),
    ({"pin": 1, "id": 1}, {"pin": ["this field is not known here"]}),
])
def test_no_such_pin(person, board, body, reasons):
    assert person.want(400, "POST", f"boards/{board['id']}/add_pin", json=body) == reasons


def test_only_its_owner_changes_a_board(api, person, other, board, pins):
    put(person, board, pins[0])
    before = seen(person, board)
    path, number = f"boards/{board['id']}", pins[0]["id"]
    for method, call, body in (
        ("PUT", "", {"title": "mine"}), ("PATCH", "", {"title": "mine"}), ("DELETE", "", None),
        ("POST", "/add_pin", {"id": pins[1]["id"]}), ("POST", "/remove_pin", {"id": number}),
        ("DELETE", f"/pins/{number}", None),
    ):
        api.want(401, method, path + call, json=body)
        other.want(403, method, path + call, json=body)
        person.want(404, method, f"boards/999999999{call}", json=body)
    assert seen(person, board) == before
    api.want(401, "POST", "boards/", json={"title": "x"})


def test_a_board_goes_and_its_pins_stay(person, board, pins):
    put(person, board, pins[0])
    assert person.want(204, "DELETE", f"boards/{board['id']}") is None
    for method, path in (("GET", f"boards/{board['id']}"), ("DELETE", f"boards/{board['id']}"),
                         ("GET", f"pins/?board={board['id']}")):
        person.want(404, method, path)
    pin = person.want(200, "GET", f"pins/{pins[0]['id']}")
    assert board["id"] not in ids(pin["boards"])


def test_a_pin_goes_off_every_board(person, other, board):
    pin = other.upload("pins/", "short-lived", picture())
    put(person, board, pin)
    other.want(204, "DELETE", f"pins/{pin['id']}")
    after = seen(person, board)
    assert after["pin"] == [] and after["pin_count"] == 0
