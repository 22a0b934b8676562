"""Making, reading, changing and deleting pins."""

import re

import pytest

from checks import check_pin, files, ids, quiet, settle, time_of, unchanged
from client import picture, signup, unique

NEEDED = {"image": ["a picture is needed: a file, or image_url"]}


@pytest.fixture
def pin(stack, person):
    """A pin that has all its files."""
    made = person.upload("pins/", "tea #tea", picture())
    settle(stack)
    return person.want(200, "GET", f"pins/{made['id']}")


def pins(client, query):
    return ids(client.want(200, "GET", f"pins/?{query}")["results"])


def without(pin, *keys):
    return {key: value for key, value in pin.items() if key not in keys}


def test_by_file(api, person, pin):
    check_pin(pin)
    assert pin["author"] == person.username and pin["title"] == "tea #tea"
    assert pin["image_url"] == "" and pin["boards"] == []
    assert pin["created_at"] == pin["updated_at"]
    assert (pin["media"]["width"], pin["media"]["height"]) == (64, 48)
    assert api.want(200, "GET", f"pins/{pin['id']}") == pin
    assert pins(api, "")[0] == pin["id"]


def test_by_address_in_json_form_and_multipart(web, person):
    for kind in ("json", "data", "files"):
        fields = {"title": "far", "image_url": web.serve(picture())}
        sent = {k: (None, v) for k, v in fields.items()} if kind == "files" else fields
        pin = check_pin(person.want(201, "POST", "pins/", **{kind: sent}))
        assert pin["image_url"] == fields["image_url"]


def test_a_pin_has_a_picture(stack, person):
    with unchanged(stack):
        for fields in ({"title": "x"}, {"title": "x", "image_url": ""},
                       {"title": "x", "image_url": None}, {"title": "x", "image": None}):
            assert person.want(400, "POST", "pins/", json=fields) == NEEDED
        parts = {"title": (None, "x"), "image": (None, "no file")}
        assert person.want(400, "POST", "pins/", files=parts) == {"image": ["a file is needed"]}
        assert person.upload("pins/", "x", b"", status=400) == {"image": ["this file is empty"]}


@pytest.mark.parametrize("title, reason", [
    ("", "this field may not be blank"), (" \t ", "this field may not be blank"),
    ("a" * 101, "must have at most 100 characters"),
    ("a\nb", "control characters are not allowed"),
])
def test_titles_refused(stack, person, title, reason):
    with unchanged(stack):
        assert person.upload("pins/", title, picture(), status=400) == {"title": [reason]}


@pytest.mark.parametrize("title", [
    "가" * 100, "😀" * 100, "<script>alert(1)</script>", "';--", "%s%n", "a\\b", '"quoted"',
    "zero\u200bwidth", "\u202eright to left", "a" * 100, "&amp;", "${x}", "../..", "\u1e9b\u0323",
])
def test_titles_come_back_as_they_were(person, title):
    pin = person.upload("pins/", title, picture())
    assert pin["title"] == title
    raw = person.get(f"pins/{pin['id']}").text
    assert "<" not in raw and "</script" not in raw


def test_a_board_from_the_start(person, other):
    mine = person.want(201, "POST", "boards/", json={"title": "start"})["id"]
    theirs = other.want(201, "POST", "boards/", json={"title": "theirs"})["id"]
    pin = person.upload("pins/", "on it", picture(), board=mine)
    assert pin["boards"] == [{"id": mine, "title": "start"}]
    for wrong in (theirs, 999999999):
        assert person.upload("pins/", "x", picture(), board=wrong, status=400) == {
            "board": ["you have no such board"]}


def test_edit(person, pin):
    path = f"pins/{pin['id']}"
    after = person.want(200, "PATCH", path, json={"title": "cup #cup"})
    changed = ("title", "tag_set", "updated_at")
    assert without(after, *changed) == without(pin, *changed)
    assert time_of(after["updated_at"]) > time_of(pin["updated_at"])
    assert [tag["tag_name"] for tag in after["tag_set"]] == ["cup"]
    assert person.want(200, "PATCH", path, json={})["title"] == "cup #cup"
    assert person.want(400, "PUT", path, json={}) == {"title": ["this field is required"]}
    assert person.want(200, "PUT", path, json={"title": "put"})["image"] == pin["image"]


def test_another_picture(stack, person, pin):
    path, url = f"pins/{pin['id']}", pin["image"]
    after = person.want(200, "PATCH", path, files={"image": ("b.png", picture(size=(20, 90)))})
    assert (after["media"]["width"], after["media"]["height"]) == (20, 90)
    assert after["title"] == pin["title"] and after["image"] != url
    settle(stack)
    key = url.split("/")[-2]
    assert not any(key in str(path) for path in files(stack))
    assert person.get(after["image"]).status_code == 200


def test_a_file_in_place_of_an_address(web, person):
    """image_url says where the picture is from: a file is from nowhere."""
    url = web.serve(picture())
    pin = person.want(201, "POST", "pins/", json={"title": "far", "image_url": url})
    after = person.want(200, "PATCH", f"pins/{pin['id']}",
                        files={"image": ("b.png", picture(size=(20, 90)))})
    assert after["image_url"] == "" and after["media"]["width"] == 20


def test_a_picture_that_fails_changes_nothing(stack, person, pin):
    with unchanged(stack):
        assert person.want(400, "PATCH", f"pins/{pin['id']}", data={"title": "changed"},
                           files={"image": ("b.png", picture()[:200])}) == {
            "image": ["this picture is cut off: its end is missing"]}
    assert person.want(200, "GET", f"pins/{pin['id']}") == pin


def test_only_its_author_changes_a_pin(api, person, other, pin):
    for method in ("PUT", "PATCH", "DELETE"):
        for body in ({"json": {"title": "mine"}}, {"files": {"title": (None, "mine"),
                                                            "image": ("a.png", picture())}}):
            api.want(401, method, f"pins/{pin['id']}", **body)
            other.want(403, method, f"pins/{pin['id']}", **body)
            other.want(404, method, "pins/999999999", **body)
    assert person.want(200, "GET", f"pins/{pin['id']}") == pin
    api.want(401, "POST", "pins/", json={"title": "x"})


def test_delete(stack, api, person, pin):
    path, url = f"pins/{pin['id']}", pin["image"]
    before = files(stack)
    assert person.want(204, "DELETE", path) is None
    person.want(410, "GET", path)
    for method in ("PATCH", "DELETE"):
        person.want(404, method, path, **({"json": {}} if method == "PATCH" else {}))
    assert pin["id"] not in pins(api, "")
    settle(stack)
    assert files(stack) >= before
    person.want(204, "DELETE", f"trash/{pin['id']}")
    settle(stack)
    key = url.split("/")[-2]
    assert {path for path in before if key in str(path)}
    assert files(stack) == {path for path in before if key not in str(path)}
    assert stack.sql("select count(*) from media where image like %s", (f"%{key}%",)) == [(0,)]


def test_exact_duplicates_are_told_with_their_board(person, other):
    data = picture()
    board = person.want(201, "POST", "boards/", json={"title": "first one"})["id"]
    first = person.upload("pins/", "first", data)
    again = person.upload("pins/", "again", data, board=board)
    assert again["duplicate_of"] == {"id": first["id"], "title": "first", "board": None}
    person.want(201, "POST", f"boards/{board}/add_pin", json={"id": first["id"]})
    third = person.upload("pins/", "third", data)
    assert third["duplicate_of"] == {"id": first["id"], "title": "first", "board": "first one"}
    assert len({first["image"], again["image"], third["image"]}) == 3
    assert "duplicate_of" not in other.upload("pins/", "theirs", data)
    assert "duplicate_of" not in person.want(200, "GET", f"pins/{again['id']}")
    person.want(204, "DELETE", f"pins/{first['id']}")
    assert person.get(again["image"]).status_code == 200


# The published filters.


@pytest.fixture(scope="module")
def cast(stack):
    """ann follows bob; each has a pin; bob's is on a board of eve's."""
    ann, bob, eve = (signup(stack) for _ in range(3))
    ann.pin, bob.pin, eve.pin = (
        who.upload("pins/", f"#{unique()}", picture())["id"] for who in (ann, bob, eve))
    ann.want(202, "POST", "pinterestAccounts/follow", json={"username": bob.username})
    eve.title = unique("board")
    eve.board = eve.want(201, "POST", "boards/", json={"title": eve.title})["id"]
    eve.want(201, "POST", f"boards/{eve.board}/add_pin", json={"id": bob.pin})
    return ann, bob, eve


def test_by_author(api, cast):
    ann, bob, _ = cast
    assert pins(api, f"author__username={bob.username}") == [bob.pin]
    assert pins(api, f"author__username={bob.username.upper()}") == [bob.pin]
    assert pins(api, "author__username=nobody-at-all") == []


def test_by_whom_somebody_follows(api, cast):
    ann, bob, eve = cast
    assert pins(api, f"author__follower__username={ann.username}") == [bob.pin]
    assert pins(api, f"author__follower__username={eve.username}") == []


def test_by_title_of_a_board(api, cast):
    ann, bob, eve = cast
    assert pins(api, f"boards__title={eve.title}") == [bob.pin]
    assert pins(api, "boards__title=no such board") == []


def test_filters_together(api, cast):
    ann, bob, eve = cast
    both = f"boards__title={eve.title}&author__username="
    assert pins(api, both + bob.username) == [bob.pin]
    assert pins(api, both + ann.username) == []
    assert pins(api, f"author__username={bob.username}&author__follower__username={ann.username}"
                f"&boards__title={eve.title}") == [bob.pin]
    for query, field in ((f"board={eve.board}&author__username=x", "board"),
                         (f"tag=1&boards__title={eve.title}", "tag"),
                         (f"board={eve.board}&tag=1", "board")):
        assert api.want(400, "GET", f"pins/?{query}") == {
            field: ["this filter goes with no other"]}


def test_the_usual_page_of_pins_costs_two_statements_at_most(stack, api, cast):
    """The log tells: a list with authors, tags, boards and media is one."""
    for query in ("", f"author__username={cast[1].username}", f"board={cast[2].board}"):
        answer = api.get(f"pins/?{query}")
        assert answer.status_code == 200
    quiet(stack)
    counts = re.findall(r" method=GET route=/pins status=200 .* sql=(\d+) user=0", stack.log())
    assert len(counts) >= 3 and all(int(n) <= 2 for n in counts)


def test_pins_that_only_their_owner_sees(stack, api, person, other, pin):
    """Visibility is the rows'; no call sets it yet."""
    stack.change("update item set visibility = 1 where id = %s", (pin["id"],))
    board = other.want(201, "POST", "boards/", json={"title": "spy"})["id"]
    for viewer in (api, other):
        viewer.want(404, "GET", f"pins/{pin['id']}")
        assert pin["id"] not in pins(viewer, f"author__username={person.username}")
        assert pin["id"] not in pins(viewer, f"tag={pin['tag_set'][0]['id']}")
    assert other.want(400, "POST", f"boards/{board}/add_pin", json={"id": pin["id"]}) == {
        "id": ["there is no such pin"]}
    other.want(404, "DELETE", f"pins/{pin['id']}")
    other.want(404, "PATCH", f"pins/{pin['id']}", json={"title": "x"})
    assert pins(person, f"author__username={person.username}") == [pin["id"]]
