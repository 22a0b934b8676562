"""Blocking, muting and hiding: who sees what afterwards, and what it undoes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from checks import ids, many_pins
from client import picture, signup, unique


def names(page):
    return [one["username"] for one in page["results"]]


def follow(one, other):
    one.want(200, "PUT", f"users/{other.username}/follow")


def block(one, other):
    return one.want(200, "PUT", f"users/{other.username}/block")


def mute(who, **what):
    return who.want(201, "POST", "mutes", json=what)


@pytest.fixture
def pair(stack):
    """Two who follow each other; each has a pin with a tag, and a board."""
    ann, ben = signup(stack), signup(stack)
    for who in (ann, ben):
        who.pin = who.upload("pins/", f"{unique('word')} #{unique('t')}", picture())
        who.tag = who.pin["tag_set"][0]["id"]
        who.board = who.want(201, "POST", "boards/", json={"title": unique("b")})["id"]
        who.want(201, "POST", f"boards/{who.board}/add_pin", json={"id": who.pin["id"]})
    follow(ann, ben)
    follow(ben, ann)
    return ann, ben


def finds(viewer, other):
    """Where a viewer meets somebody else."""
    tagged = f"pins/?tag={other.tag}"
    return {
        "pin": viewer.get(f"pins/{other.pin['id']}").status_code == 200,
        "board": viewer.get(f"boards/{other.board}").status_code == 200,
        "person": viewer.get(f"pinterestAccounts/user/{other.username}").status_code == 200,
        "page": viewer.get(f"/@{other.username}").status_code == 200,
        "followers": viewer.get(f"users/{other.username}/followers").status_code == 200,
        "newest": other.pin["id"] in ids(viewer.get("pins/?limit=200").json()["results"]),
        "tagged": other.pin["id"] in ids(viewer.get(tagged).json()["results"]),
    }


def test_blocked_see_nothing_of_one_another(stack, api, pair):
    ann, ben = pair
    third = signup(stack)
    follow(ann, third)
    follow(ben, third)
    for viewer, other in (pair, pair[::-1]):
        assert all(finds(viewer, other).values())
    assert block(ann, ben) == {"detail": "you block this person"}
    block(ann, ben)
    for viewer, other in (pair, pair[::-1]):
        assert not any(finds(viewer, other).values()), finds(viewer, other)
        # among those whom a third one knows
        assert names(viewer.want(200, "GET", f"users/{third.username}/followers")) \
            == [viewer.username]
        seen = viewer.want(200, "GET", f"pinterestAccounts/user/{third.username}")
        assert seen["follower"] == [viewer.user["id"]] and seen["follower_count"] == 2
        # they follow each other no longer, and cannot
        mine = viewer.want(200, "GET", "rest-auth/user/")
        assert (mine["follower_count"], mine["following_count"]) == (0, 1)
        viewer.want(404, "PUT", f"users/{other.username}/follow")
        viewer.want(404, "POST", "pinterestAccounts/follow", json={"username": other.username})
    for viewer in (api, third):
        assert all(finds(viewer, ann).values()) and all(finds(viewer, ben).values())
    assert names(ann.want(200, "GET", "blocks")) == [ben.username]
    assert ben.want(200, "GET", "blocks")["results"] == []
    # who was blocked cannot end it
    ben.want(200, "DELETE", f"users/{ann.username}/block")
    assert not any(finds(ben, ann).values())
    ann.want(200, "DELETE", f"users/{ben.username}/block")
    ann.want(200, "DELETE", f"users/{ben.username}/block")
    for viewer, other in (pair, pair[::-1]):
        assert all(finds(viewer, other).values())
        assert viewer.want(200, "GET", "rest-auth/user/")["follower_count"] == 0
    for viewer, other in (pair, pair[::-1]):
        follow(viewer, other)


def test_both_may_block(pair):
    ann, ben = pair
    block(ann, ben)
    block(ben, ann)
    ann.want(200, "DELETE", f"users/{ben.username}/block")
    assert not any(finds(ann, ben).values()) and not any(finds(ben, ann).values())


def test_whom_one_cannot_block(person):
    assert person.want(409, "PUT", f"users/{person.username}/block") == {
        "detail": "you cannot block yourself"}
    person.want(404, "PUT", "users/nobody-has-it/block")


def test_a_follow_that_meets_a_block(stack):
    """Whichever comes first, nobody follows whom they are apart from."""
    for _ in range(12):
        ann, ben = signup(stack), signup(stack)
        gate = threading.Barrier(2)

        def run(who, path, gate=gate):
            gate.wait(30)
            return who.put(path).status_code

        with ThreadPoolExecutor(2) as pool:
            blocked = pool.submit(run, ann, f"users/{ben.username}/block")
            followed = pool.submit(run, ben, f"users/{ann.username}/follow")
        assert blocked.result() == 200 and followed.result() in (200, 404)
        assert stack.sql("select count(*) from follow where follower = %s", (
            ben.user["id"],)) == [(0,)]
        assert stack.sql("select follower_count from account where id = %s", (
            ann.user["id"],)) == [(0,)]


def listed(viewer, pin, author, tag):
    """In which lists a pin is: of everybody, of its tag, of its author."""
    return [pin in ids(viewer.want(200, "GET", f"pins/?limit=200{more}")["results"])
            for more in ("", f"&tag={tag}", f"&author__username={author}")]


@pytest.mark.parametrize("what", ["person", "tag", "item", "word"])
def test_muted_is_not_listed_and_can_be_opened(api, pair, what):
    ann, ben = pair
    pin, word = ben.pin["id"], ben.pin["title"].split()[0]
    given = {"person": ben.username, "tag": ben.tag, "item": pin, "word": word.upper()}[what]
    assert pin in ids(ann.want(200, "GET", "pins/following_pin")["results"])
    made = mute(ann, **{what: given})
    assert made["kind"] == what
    assert mute(ann, **{what: given}) == made
    assert listed(ann, pin, ben.username, ben.tag) == [False, False, True]
    assert pin not in ids(ann.want(200, "GET", "pins/following_pin")["results"])
    assert pin not in ids(ann.want(200, "GET", f"pins/{ann.pin['id']}/similar_pin?limit=200"))
    ann.want(200, "GET", f"pins/{pin}")
    ann.want(200, "GET", f"pinterestAccounts/user/{ben.username}")
    for viewer in (api, ben):
        assert all(listed(viewer, pin, ben.username, ben.tag))
    row, = ann.want(200, "GET", "mutes")["results"]
    assert {name: row[name] for name in made} == made
    shown = {"person": ("username", ben.username), "tag": ("tag", ben.tag),
             "item": ("title", ben.pin["title"]), "word": ("word", word.upper())}[what]
    assert row[shown[0]] == shown[1]
    assert row["page"] == (f"/pin/{pin}" if what == "item" else None)
    ben.want(404, "DELETE", f"mutes/{made['id']}")
    assert ann.want(204, "DELETE", f"mutes/{made['id']}") is None
    ann.want(404, "DELETE", f"mutes/{made['id']}")
    assert all(listed(ann, pin, ben.username, ben.tag))


def test_a_hidden_post_has_a_name(person, other):
    """What is hidden is known by its words and its picture, of whatever kind it is."""
    post = other.want(201, "POST", "styles/posts/", data={"content": "a red coat"},
                      files={"image": ("p.png", picture())})
    said = other.want(201, "POST", f"items/{post['id']}/comments", json={"content": "my own"})
    for item, title in ((post["id"], "a red coat"), (said["id"], "my own")):
        mute(person, item=item)
        row = person.want(200, "GET", "mutes")["results"][0]
        assert (row["kind"], row["item"], row["title"], row["page"]) == (
            "item", item, title, f"/style/{post['id']}")
        assert row["image"] == post["images"][0]


def test_words_are_whole_and_hangul_begins(stack, person, other):
    titles = {"a cat": True, "CAT!": True, "concatenate": False, "cats": False,
              "고양이를 봤다": True, "길고양이": False}
    made = {title: other.upload("pins/", title, picture())["id"] for title in titles}
    mute(person, word="cat")
    mute(person, word="고양이")
    seen = ids(person.want(200, "GET", "pins/?limit=200")["results"])
    assert {title: pin not in seen for title, pin in made.items()} == titles


def test_what_cannot_be_muted(stack, pair):
    ann, ben = pair
    one = {"person": ["give one of person, tag, item and word"]}
    assert ann.want(400, "POST", "mutes", json={}) == one
    assert ann.want(400, "POST", "mutes", json={"tag": ben.tag, "word": "x"}) == one
    for given in ({"person": "nobody-has-it"}, {"tag": 10**9}, {"item": 10**9}):
        name, = given
        assert ann.want(400, "POST", "mutes", json=given) == {name: ["there is no such thing"]}
    assert ann.want(409, "POST", "mutes", json={"person": ann.username}) == {
        "detail": "you cannot mute yourself"}
    stack.change("update item set visibility = 1 where id = %s", (ben.pin["id"],))
    ann.want(400, "POST", "mutes", json={"item": ben.pin["id"]})
    ann.want(400, "POST", "mutes", json={"word": "x" * 51})


def test_what_was_muted_and_is_hidden_since(stack, pair):
    """The list of mutes does not tell the title of what is secret now."""
    ann, ben = pair
    mute(ann, item=ben.pin["id"])
    stack.change("update item set visibility = 1 where id = %s", (ben.pin["id"],))
    row, = ann.want(200, "GET", "mutes")["results"]
    assert (row["kind"], row["item"], row["title"], row["image"], row["page"]) == (
        "item", None, None, None, None)


def test_nobody_mutes_without_end(stack, person):
    stack.change("insert into mute (account, word) select %s, 'w' || n from "
                 "generate_series(1, 499) n", (person.user["id"],))
    mute(person, word="one more")
    assert person.want(409, "POST", "mutes", json={"word": "too many"}) == {
        "detail": "you cannot mute any more"}
    assert mute(person, word="w1")["word"] == "w1"  # it is so already
    assert len(list(person.pages("mutes?limit=200"))) == 500


def test_ones_own_is_always_listed(person):
    pin = person.upload("pins/", "heron #lake", picture())
    mute(person, word="heron")
    mute(person, tag=pin["tag_set"][0]["id"])
    assert pin["id"] in ids(person.want(200, "GET", "pins/?limit=200")["results"])


def test_closed_accounts(stack, api, person):
    """Pins, boards, tags and names of who is not there any more are not either,
    and come back with them."""
    fan = signup(stack)
    pin = person.upload("pins/", f"heron #{unique('t')}", picture())
    tag = pin["tag_set"][0]["id"]
    board = person.want(201, "POST", "boards/", json={"title": unique("b")})["id"]
    person.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin["id"]})
    person.want(201, "POST", f"tags/{tag}/follow_tag")
    follow(person, fan)
    for there in (True, False, True):
        stack.change("update account set is_active = %s where id = %s", (there, person.user["id"]))
        for viewer in (api, fan):
            assert listed(viewer, pin["id"], person.username, tag) == [there] * 3
            assert (board in ids(viewer.want(200, "GET", f"boards/?author__username="
                                             f"{person.username}"))) is there
            tags = viewer.want(200, "GET", f"tags/?users__username={person.username}")
            assert ids(tags) == [tag] * there
            for path in (f"pins/{pin['id']}", f"boards/{board}", f"/@{person.username}",
                         f"pinterestAccounts/user/{person.username}"):
                assert viewer.get(path).status_code == (200 if there else 404), path
            assert names(viewer.want(200, "GET", f"users/{fan.username}/followers")) == [
                person.username] * there


def test_many_who_are_blocked(stack):
    ann = signup(stack)
    others = [signup(stack) for _ in range(5)]
    for one in others:
        block(ann, one)
    assert names({"results": list(ann.pages("blocks?limit=2"))}) == [
        one.username for one in others[::-1]]
    assert many_pins(stack, others[0], 1)[0] not in ids(
        ann.want(200, "GET", "pins/?limit=200")["results"])
