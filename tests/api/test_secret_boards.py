"""Secret boards: there for their owner, and for nobody else anywhere."""

import pytest
from checks import ids
from client import picture, unique


@pytest.fixture
def title():
    return unique("secret ")


@pytest.fixture
def pin(person):
    return person.upload("pins/", "a cup", picture())


@pytest.fixture
def secret(person, pin, title):
    made = person.want(201, "POST", "boards/", json={"title": title, "secret": True})
    person.want(201, "POST", f"boards/{made['id']}/add_pin", json={"id": pin["id"]})
    return made


def places(viewer, person, pin, title):
    """Whatever lists boards, or pins by a board."""
    found = [viewer.want(200, "GET", path) for path in (
        "boards/", f"boards/?author__username={person.username}")]
    found.append(viewer.want(200, "GET", f"pinterestAccounts/user/{person.username}")["boards"])
    return [ids(boards) for boards in found]


def lists_of_pins(viewer, person, title):
    for query in (f"author__username={person.username}", f"boards__title={title}", ""):
        for pin in viewer.want(200, "GET", f"pins/?{query}")["results"]:
            yield pin


def test_nobody_else_finds_it(api, person, other, pin, secret, title):
    number, path = secret["id"], f"boards/{secret['id']}"
    assert secret["secret"] is True
    for viewer in (api, other):
        missing = viewer.want(404, "GET", "boards/999999999")
        assert viewer.want(404, "GET", path) == missing
        assert viewer.want(404, "GET", f"pins/?board={number}") == missing
        assert not any(number in found for found in places(viewer, person, pin, title))
        assert viewer.want(200, "GET", f"pins/?boards__title={title}")["results"] == []
        assert all(number not in ids(one["boards"])
                   for one in lists_of_pins(viewer, person, title))
        assert viewer.want(200, "GET", f"pins/{pin['id']}")["boards"] == []
        similar = viewer.want(200, "GET", f"pins/{pin['id']}/similar_pin")
        assert all(number not in ids(one["boards"]) for one in similar)
    for method, call, body in (
        ("PATCH", "", {"title": "x"}), ("PUT", "", {"title": "x"}), ("DELETE", "", None),
        ("POST", "/add_pin", {"id": pin["id"]}), ("POST", "/remove_pin", {"id": pin["id"]}),
        ("POST", "/move", {}), ("POST", "/move_pin", {"id": pin["id"]}),
        ("DELETE", f"/pins/{pin['id']}", None),
    ):
        assert other.want(404, method, path + call, json=body) == missing
    assert other.want(200, "GET", f"pins/{pin['id']}/boards") == []
    api.want(401, "GET", f"pins/{pin['id']}/boards")


def test_its_owner_finds_it(person, pin, secret, title):
    number = secret["id"]
    assert all(number in found for found in places(person, person, pin, title)[:3])
    assert person.want(200, "GET", f"boards/{number}")["secret"] is True
    mine, = person.want(200, "GET", f"pinterestAccounts/user/{person.username}")["boards"]
    assert (mine["id"], mine["secret"], mine["pin_count"]) == (number, True, 1)
    for query in (f"board={number}", f"boards__title={title}"):
        assert ids(person.want(200, "GET", f"pins/?{query}")["results"]) == [pin["id"]]
    assert person.want(200, "GET", f"pins/{pin['id']}/boards") == [
        {"id": number, "title": title, "secret": True, "home": False}]


def test_it_is_shown_and_hidden_again(api, person, pin, secret, title):
    """What was answered before is not answered after, to anybody."""
    path = f"boards/{secret['id']}"
    for hidden in (False, True, False, True):
        assert person.want(200, "PATCH", path, json={"secret": hidden})["secret"] is hidden
        api.want(404 if hidden else 200, "GET", path)
        assert (secret["id"] in ids(api.want(200, "GET", "boards/"))) is not hidden
        assert ids(api.want(200, "GET", f"pins/{pin['id']}")["boards"]) == (
            [] if hidden else [secret["id"]])
        assert ids(api.want(200, "GET", f"pins/?boards__title={title}")["results"]) == (
            [] if hidden else [pin["id"]])
        assert person.want(200, "GET", path)["secret"] is hidden


def test_what_is_not_given_stays(person, secret):
    path = f"boards/{secret['id']}"
    for method in ("PUT", "PATCH"):
        assert person.want(200, method, path, json={"title": "other"})["secret"] is True
        assert person.want(200, method, path, json={"title": "other", "secret": False})[
            "secret"] is False
        assert person.want(200, method, path, json={"title": "other"})["secret"] is False
        person.want(200, method, path, json={"title": "other", "secret": True})
    for way in ({"data": {"title": "by form", "secret": "true"}},
                {"files": {"title": (None, "by parts"), "secret": (None, "1")}}):
        assert person.want(201, "POST", "boards/", **way)["secret"] is True


@pytest.mark.parametrize("value", ["yes", 2, -1, "", [True], {}])
def test_it_is_true_or_false(person, value):
    assert person.want(400, "POST", "boards/", json={"title": "x", "secret": value}) == {
        "secret": ["true or false is needed"]}


def test_who_has_one_is_answered_apart(person, pin, title):
    """The first secret ends that one's answers are everybody's, at once."""
    number = person.want(201, "POST", "boards/", json={"title": title})["id"]
    path = f"boards/{number}"
    for _ in range(3):
        person.want(200, "GET", path)
        person.want(200, "GET", f"pins/{pin['id']}")
    more = person.want(201, "POST", "boards/", json={"title": "two", "secret": True})
    assert person.want(200, "GET", f"boards/{more['id']}")["title"] == "two"
    person.want(200, "GET", path)
    assert person.want(200, "GET", f"boards/{more['id']}")["secret"] is True


def test_the_same_title_once_however_secret(person, secret, title):
    assert "title" in person.want(400, "POST", "boards/", json={"title": title})
