"""The trash: deleted is hidden at once, comes back as it was, and goes for good
when its owner says so or its time is over."""

import datetime

import pytest
from checks import files, ids, many_pins, run_job, settle, time_of
from client import Client, picture, signup, unique

DAYS = datetime.timedelta(days=30)


@pytest.fixture
def pin(person):
    return person.upload("pins/", f"a lamp #{unique('t')}", picture())


@pytest.fixture
def board(other, pin):
    made = other.want(201, "POST", "boards/", json={"title": unique("b")})["id"]
    other.want(201, "POST", f"boards/{made}/add_pin", json={"id": pin["id"]})
    return made


def counts(viewer, pin, board):
    """(of its board, of its tag)"""
    return (viewer.want(200, "GET", f"boards/{board}")["pin_count"],
            viewer.want(200, "GET", f"tags/{pin['tag_set'][0]['id']}")["item_count"])


def where(viewer, pin, board):
    """On which lists a pin is."""
    paths = ("pins/", f"pins/?author__username={pin['author']}", f"pins/?board={board}",
             f"pins/?tag={pin['tag_set'][0]['id']}")
    found = [ids(viewer.want(200, "GET", path)["results"]) for path in paths]
    found.append(ids(viewer.want(200, "GET", f"boards/{board}")["pin"]))
    return [pin["id"] in there for there in found]


def test_there_and_back(stack, api, person, other, pin, board):
    before = api.want(200, "GET", f"pins/{pin['id']}")
    assert counts(api, pin, board) == (1, 1) and all(where(api, pin, board))
    for _ in range(2):
        assert person.want(204, "DELETE", f"pins/{pin['id']}") is None
        for viewer in (api, other, person):
            assert not any(where(viewer, pin, board))
            assert counts(viewer, pin, board) == (0, 0)
            assert viewer.want(410, "GET", f"pins/{pin['id']}") == {
                "detail": "this pin was deleted"}
        for viewer in (other, person):
            viewer.want(404, "DELETE", f"pins/{pin['id']}")
        kept, = person.want(200, "GET", "trash/")["results"]
        assert time_of(kept["purged_at"]) - time_of(kept["deleted_at"]) == DAYS
        assert (kept["kind"], kept["id"], kept["title"], kept["image"], kept["pin_count"]) == (
            "pin", pin["id"], pin["title"], pin["image"], None)
        del kept["pin_count"]
        assert person.want(200, "GET", f"trash/{pin['id']}") == kept
        other.want(404, "POST", f"items/{pin['id']}/restore")
        other.want(404, "DELETE", f"trash/{pin['id']}")
        assert other.want(200, "GET", "trash/")["results"] == []
        assert person.want(204, "POST", f"items/{pin['id']}/restore") is None
        assert api.want(200, "GET", f"pins/{pin['id']}") == before
        assert counts(api, pin, board) == (1, 1) and all(where(api, pin, board))
        assert person.want(200, "GET", "trash/")["results"] == []
        person.want(404, "POST", f"items/{pin['id']}/restore")
    assert api.get(pin["image"]).status_code == 200


def test_a_post_is_known_by_its_words_and_picture(person):
    post = person.want(201, "POST", "styles/posts/", data={"content": "grey coat"},
                       files=[("image", ("p.png", picture()))] * 2)
    person.want(204, "DELETE", f"styles/posts/{post['id']}")
    kept, = person.want(200, "GET", "trash/")["results"]
    assert (kept["kind"], kept["title"], kept["image"]) == (
        "style", "grey coat", post["images"][0])
    one = person.want(200, "GET", f"trash/{post['id']}")
    assert (one["title"], one["image"]) == ("grey coat", post["images"][0])


def test_what_is_put_away_meanwhile(person, other, pin, board):
    """A board or a tag that goes while the pin is in the trash is not missed."""
    person.want(204, "DELETE", f"pins/{pin['id']}")
    other.want(204, "DELETE", f"boards/{board}")
    person.want(204, "POST", f"items/{pin['id']}/restore")
    assert person.want(200, "GET", f"pins/{pin['id']}")["boards"] == []


def test_a_deleted_pin_is_put_nowhere(person, other, pin, board):
    person.want(204, "DELETE", f"pins/{pin['id']}")
    mine = person.want(201, "POST", "boards/", json={"title": unique("b")})["id"]
    person.want(400, "POST", f"boards/{mine}/add_pin", json={"id": pin["id"]})
    person.want(404, "PATCH", f"pins/{pin['id']}", json={"title": "other"})
    # taking it off is what a board's owner may do at any time
    other.want(204, "DELETE", f"boards/{board}/pins/{pin['id']}")
    assert counts(other, pin, board) == (0, 0)
    person.want(204, "POST", f"items/{pin['id']}/restore")
    assert counts(other, pin, board) == (0, 1)


def test_for_good(stack, person, pin, board):
    settle(stack)
    key = pin["image"].split("/")[-2]

    def left():
        settle(stack)
        return [path for path in files(stack) if key in str(path)]

    person.want(404, "DELETE", f"trash/{pin['id']}")
    person.want(204, "DELETE", f"pins/{pin['id']}")
    assert left()
    person.want(204, "DELETE", f"trash/{pin['id']}")
    assert not left()
    for path in (f"pins/{pin['id']}", f"trash/{pin['id']}"):
        person.want(404, "GET", path)
    person.want(404, "POST", f"items/{pin['id']}/restore")
    assert stack.sql("select count(*) from board_item where item = %s", (pin["id"],)) == [(0,)]


def test_all_of_it(stack):
    """More than one batch; what is not there is not touched."""
    ann, eve = signup(stack), signup(stack)
    many, kept = many_pins(stack, ann, 230), many_pins(stack, ann, 2)
    theirs, = many_pins(stack, eve, 1)
    stack.change("update item set deleted_at = now() where id = any (%s)", (many + [theirs],))
    board = ann.want(201, "POST", "boards/", json={"title": "gone"})["id"]
    stack.change("update board set deleted_at = now() where id = %s", (board,))
    assert len(list(ann.pages("trash/?limit=50"))) == 231
    assert ann.want(204, "DELETE", "trash/") is None
    assert ann.want(200, "GET", "trash/")["results"] == []
    assert stack.sql("select count(*) from board where id = %s", (board,)) == [(0,)]
    assert ids(ann.want(200, "GET", f"pins/?author__username={ann.username}")["results"]) \
        == kept[::-1]
    assert ids(eve.want(200, "GET", "trash/")["results"]) == [theirs]
    ann.want(204, "DELETE", "trash/")


def test_the_list_in_pages(stack):
    """Items and boards by when they were deleted, the last first, both ways."""
    ann = signup(stack)
    order = []
    pins = many_pins(stack, ann, 7)
    for n, pin in enumerate(pins):
        ann.want(204, "DELETE", f"pins/{pin}")
        order.insert(0, ("pin", pin))
        if n % 2:
            board = ann.want(201, "POST", "boards/", json={"title": f"b{n}"})["id"]
            stack.change("update board set deleted_at = clock_timestamp() where id = %s", (board,))
            order.insert(0, ("board", board))
    # deleted in one moment: by their keys
    stack.change("update item set deleted_at = (select deleted_at from item where id = %s) "
                 "where id = any (%s)", (pins[3], pins[:4]))
    stack.change("update board set deleted_at = (select deleted_at from item where id = %s) "
                 "where owner = %s", (pins[3], ann.user["id"]))
    rows = ann.want(200, "GET", "trash/?limit=200")["results"]
    whole = [(row["kind"], row["id"]) for row in rows]
    assert sorted(whole) == sorted(order)
    assert [row["deleted_at"] for row in rows] == sorted(
        (row["deleted_at"] for row in rows), reverse=True)
    page = ann.want(200, "GET", "trash/?limit=3")
    found, back = page["results"], []
    while page["next"]:
        page = ann.want(200, "GET", page["next"])
        found += page["results"]
    while page["previous"]:
        page = ann.want(200, "GET", page["previous"])
        back = page["results"] + back
    assert found == rows and back == rows[:len(back)] and len(back) > 6


def test_after_thirty_days(stack, person):
    old, young, there = many_pins(stack, person, 3)
    boards = [person.want(201, "POST", "boards/", json={"title": t})["id"] for t in ("a", "b")]
    for age, pin, board in ((31, old, boards[0]), (29, young, boards[1])):
        for table, row in (("item", pin), ("board", board)):
            stack.change(f"update {table} set deleted_at = now() - %s * interval '1 day' "
                         "where id = %s", (age, row))
    run_job(stack, "purge_trash")
    assert [(row["kind"], row["id"]) for row in person.pages("trash/")] == [
        ("board", boards[1]), ("pin", young)]
    assert stack.sql("select id from item where id in (%s, %s, %s) order by id",
                     (old, young, there)) == [(young,), (there,)]


def test_a_secret_that_was_deleted_is_no_news(stack, api, person, other, pin):
    """Who could not see it is not told that it was there."""
    stack.change("update item set visibility = 1 where id = %s", (pin["id"],))
    person.want(204, "DELETE", f"pins/{pin['id']}")
    for viewer in (api, other):
        assert viewer.want(404, "GET", f"pins/{pin['id']}") == {"detail": "not found"}
        viewer.want(404, "GET", f"pins/{pin['id']}/similar_pin")
    person.want(410, "GET", f"pins/{pin['id']}")


def test_what_was_taken_down_stays_down(stack, person, pin):
    """Its owner can neither see it, nor restore it, nor remove what there is to
    judge of it."""
    person.want(204, "DELETE", f"pins/{pin['id']}")
    stack.change("update item set visibility = 2 where id = %s", (pin["id"],))
    assert person.want(200, "GET", "trash/")["results"] == []
    for method, path in (("GET", f"trash/{pin['id']}"), ("DELETE", f"trash/{pin['id']}"),
                         ("POST", f"items/{pin['id']}/restore"), ("GET", f"pins/{pin['id']}")):
        person.want(404, method, path)
    person.want(204, "DELETE", "trash/")
    assert stack.sql("select count(*) from item where id = %s", (pin["id"],)) == [(1,)]


def test_the_page_of_a_deleted_pin(stack, person, pin):
    page = Client(stack)
    assert page.get(f"/pin/{pin['id']}").status_code == 200
    person.want(204, "DELETE", f"pins/{pin['id']}")
    answer = page.get(f"/pin/{pin['id']}")
    assert answer.status_code == 410 and "a lamp" not in answer.text
    assert answer.headers["Content-Type"].startswith("text/html")
    assert page.get("/pin/999999999").status_code == 404


def test_counters_are_checked(stack, person, pin, board):
    """What the daily job compares knows of the trash."""
    person.want(204, "DELETE", f"pins/{pin['id']}")
    before = len(stack.log())
    run_job(stack, "check_counters")
    assert not stack.lines("counter ", since=before)
