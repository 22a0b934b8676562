"""Boards as groups of pins: what they say of themselves, their cover, the pins
that were made on them, and what becomes of those when a board goes."""

import pytest

from checks import files, ids, settle
from client import picture, signup, unique


@pytest.fixture
def board(person):
    return person.want(201, "POST", "boards/", json={"title": "cups", "content": "of clay"})["id"]


@pytest.fixture
def pin(person, board):
    return person.upload("pins/", f"a cup #{unique('t')}", picture(), board=board)


def seen(viewer, board):
    return viewer.want(200, "GET", f"boards/{board}")


def where(viewer, pin):
    return [(one["id"], one["home"]) for one in
            viewer.want(200, "GET", f"pins/{pin['id']}/boards")]


# Text.

def test_a_text(api, person, board):
    path = f"boards/{board}"
    assert seen(api, board)["content"] == "of clay"
    assert person.want(200, "PATCH", path, json={"title": "mugs"})["content"] == "of clay"
    long = "가" * 499 + "\n"
    assert person.want(200, "PATCH", path, json={"content": long})["content"] == "가" * 499
    assert person.want(200, "PATCH", path, json={"content": "a\n\tb"})["content"] == "a\n\tb"
    assert person.want(200, "PATCH", path, json={"content": ""})["content"] == ""
    assert "content" in person.want(400, "PATCH", path, json={"content": "a" * 501})
    mine, = person.want(200, "GET", f"pinterestAccounts/user/{person.username}")["boards"]
    assert mine["content"] == ""


# Cover.

def give(who, board, status=200, **options):
    return who.want(status, "PUT", f"boards/{board}/cover", **options)


def upload(seed=1):
    return {"files": {"image": ("a.png", picture(seed=seed))}}


def test_a_cover_of_its_own(stack, api, person, board):
    assert seen(api, board)["cover"] is None
    settle(stack)  # what other tests left to be done changes files
    before = files(stack)
    first = give(person, board, **upload())["cover"]
    assert api.get(first).status_code == 200
    assert seen(api, board)["cover"] == first
    listed, = person.want(200, "GET", "boards/")
    assert listed["cover"] == first
    # another one takes its place, and its files go
    second = give(person, board, **upload(2))["cover"]
    assert second != first
    settle(stack)
    there = [str(path) for path in files(stack)]
    assert not any(path.endswith(first.partition("/media/")[2]) for path in there)
    assert any(path.endswith(second.partition("/media/")[2]) for path in there)
    assert person.want(200, "DELETE", f"boards/{board}/cover")["cover"] is None
    settle(stack)
    assert files(stack) == before


def test_a_pin_as_cover(stack, api, person, other, board, pin):
    assert give(person, board, json={"pin": pin["id"]})["cover"] == pin["image"]
    beside = other.upload("pins/", "beside", picture(seed=3))
    assert give(person, board, 400, json={"pin": beside["id"]}) == {
        "pin": ["this pin is not on the board"]}
    # it is shown to whoever may see the pin, and while it is on the board
    person.want(204, "DELETE", f"pins/{pin['id']}")
    assert seen(api, board)["cover"] is None
    person.want(204, "POST", f"items/{pin['id']}/restore")
    assert seen(api, board)["cover"] == pin["image"]
    person.want(204, "DELETE", f"boards/{board}/pins/{pin['id']}")
    person.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin["id"]})
    assert seen(api, board)["cover"] is None


def test_a_picture_or_a_pin(person, other, board, pin):
    for body in ({"json": {}}, {"data": {"pin": str(pin["id"])}, **upload()}):
        assert give(person, board, 400, **body) == {
            "image": ["a picture or a pin on the board is needed"]}
    assert "image" in give(person, board, 400, files={"image": ("a.png", b"no picture")})
    give(other, board, 403, **upload())


def test_a_board_takes_its_cover_with_it(stack, person, board):
    settle(stack)
    before = files(stack)
    give(person, board, **upload())
    person.want(204, "DELETE", f"boards/{board}")
    person.want(204, "DELETE", f"trash/boards/{board}")
    settle(stack)
    assert files(stack) == before


# The board that a pin was made on.

def test_a_home(person, board, pin):
    assert where(person, pin) == [(board, True)]
    more = person.want(201, "POST", "boards/", json={"title": "more"})["id"]
    person.want(201, "POST", f"boards/{more}/add_pin", json={"id": pin["id"]})
    assert where(person, pin) == [(more, False), (board, True)]
    person.want(204, "DELETE", f"boards/{board}/pins/{pin['id']}")
    assert where(person, pin) == [(more, False)]


def test_another_home_and_the_picture_stays(person, board, pin):
    """S2.6-6: what is edited without a picture keeps it."""
    more = person.want(201, "POST", "boards/", json={"title": "more"})["id"]
    for method, title in (("PATCH", "new"), ("PUT", "newer")):
        changed = person.want(200, method, f"pins/{pin['id']}", json={
            "title": title, "board": more})
        assert (changed["title"], changed["image"]) == (title, pin["image"])
        assert where(person, pin) == [(more, True)]
        more, board = board, more
    assert person.want(200, "PATCH", f"pins/{pin['id']}", json={"title": "x"})["title"] == "x"
    assert len(where(person, pin)) == 1


def test_no_home_with_others(person, other, board, pin):
    """S2.6-1: nobody moves another's pin, and nobody puts his among another's."""
    theirs = other.want(201, "POST", "boards/", json={"title": "theirs"})["id"]
    assert person.want(400, "PATCH", f"pins/{pin['id']}", json={"board": theirs}) == {
        "board": ["you have no such board"]}
    other.want(403, "PATCH", f"pins/{pin['id']}", json={"board": theirs})
    for method in ("PUT", "PATCH"):
        other.want(403, method, f"boards/{board}", json={"title": "mine now"})
    assert where(person, pin) == [(board, True)]
    assert seen(person, board)["title"] == "cups"


# A board goes.

def test_its_pins_stay(api, person, board, pin):
    for query in ("", "?pins=keep"):
        person.want(204, "DELETE", f"boards/{board}{query}")
        assert api.get(f"boards/{board}").status_code == 404
        assert api.want(200, "GET", f"pins/{pin['id']}")["boards"] == []
        assert person.want(200, "POST", f"boards/{board}/restore")["id"] == board
        assert ids(api.want(200, "GET", f"pins/{pin['id']}")["boards"]) == [board]
    for word in ("drop", "", "Keep"):
        person.want(400, "DELETE", f"boards/{board}?pins={word}")


def test_its_pins_go_with_it(api, person, other, board, pin):
    """Those of one's own that were made there, and no others."""
    guest = other.upload("pins/", "a guest", picture(seed=4))
    own = person.upload("pins/", "from elsewhere", picture(seed=5))
    early = person.upload("pins/", "deleted before", picture(seed=6), board=board)
    for one in (guest, own):
        person.want(201, "POST", f"boards/{board}/add_pin", json={"id": one["id"]})
    person.want(204, "DELETE", f"pins/{early['id']}")
    person.want(204, "DELETE", f"boards/{board}?pins=trash")
    assert api.get(f"pins/{pin['id']}").status_code == 410
    for one in (guest, own):
        assert api.want(200, "GET", f"pins/{one['id']}")["boards"] == []
    kept = person.want(200, "GET", "trash/")["results"]
    assert {(one["kind"], one["id"]) for one in kept} == {
        ("board", board), ("pin", pin["id"]), ("pin", early["id"])}
    # undone, all that went with it is back where it was
    back = person.want(200, "POST", f"boards/{board}/restore")
    assert ids(back["pin"]) == [own["id"], guest["id"], pin["id"]] and back["pin_count"] == 3
    assert where(person, pin) == [(board, True)]
    assert api.get(f"pins/{early['id']}").status_code == 410


def test_its_title_is_free_meanwhile(person, other, board):
    person.want(204, "DELETE", f"boards/{board}")
    new = person.want(201, "POST", "boards/", json={"title": "CUPS"})["id"]
    assert person.want(400, "POST", f"boards/{board}/restore") == {
        "title": ["you have a board with this title already"]}
    person.want(200, "PATCH", f"boards/{new}", json={"title": "others"})
    other.want(404, "POST", f"boards/{board}/restore")
    person.want(200, "POST", f"boards/{board}/restore")
    person.want(404, "POST", f"boards/{board}/restore")


def test_who_is_taken_down_stays_so(stack, person, board):
    """What the staff took down, its owner cannot show again."""
    stack.change("update board set visibility = 2 where id = %s", (board,))
    for method, path, body in (("PATCH", "", {"secret": False}), ("DELETE", "", None),
                               ("POST", "/add_pin", {"id": 1}), ("POST", "/restore", None)):
        person.want(404, method, f"boards/{board}{path}", json=body)
    assert stack.sql("select visibility from board where id = %s", (board,)) == [(2,)]


def test_the_wrong_form_is_told(person):
    """S2.6-5: what is wrong with a group is said, not thrown."""
    assert person.want(400, "POST", "boards/", json={"content": 5, "title": ""}) == {
        "title": ["this field may not be blank"], "content": ["text is needed"]}


def test_a_home_once(stack, person):
    """However it is raced for, a pin has one home."""
    from concurrent.futures import ThreadPoolExecutor
    ann = signup(stack)
    boards = [ann.want(201, "POST", "boards/", json={"title": unique("b")})["id"]
              for _ in range(4)]
    made = ann.upload("pins/", "wanders", picture(), board=boards[0])

    def move(i):
        return ann.request("PATCH", f"pins/{made['id']}",
                           json={"board": boards[i % 4]}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(move, range(32))) == {200}
    assert len([one for one in where(ann, made) if one[1]]) == 1


# What is to be seen.

def test_a_description(api, person, board):
    made = person.upload("pins/", "a cup", picture(), board=board, alt="  A blue cup on a table ")
    assert made["alt"] == "A blue cup on a table"
    path = f"pins/{made['id']}"
    assert api.want(200, "GET", path)["alt"] == made["alt"]
    assert api.want(200, "GET", f"pins/?board={board}")["results"][0]["alt"] == made["alt"]
    assert person.want(200, "PATCH", path, json={"title": "cup"})["alt"] == made["alt"]
    assert person.want(200, "PATCH", path, json={"alt": "찻잔" * 250})["alt"] == "찻잔" * 250
    assert "alt" in person.want(400, "PATCH", path, json={"alt": "a" * 501})
    assert person.want(200, "PUT", path, json={"title": "cup", "alt": ""})["alt"] == ""
    assert person.upload("pins/", "another", picture(seed=8))["alt"] == ""
