"""Likes and bookmarks: whose, of what, how many, and who."""

import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import check_pin, ids
from client import Client, picture, signup, unique

TURNED = int(os.environ.get("TOGGLES_HTTP", "2000"))
NEW = {"num_likes": 0, "num_comments": 0, "num_bookmarks": 0, "liked": False,
       "bookmarked": False}


@pytest.fixture
def pin(person):
    return person.upload("pins/", unique("cup"), picture())


@pytest.fixture
def post(person):
    """A style post."""
    return person.want(201, "POST", "styles/posts/", data={"content": "today"},
                       files={"image": ("p.png", picture())})["id"]


def comment(who, item, said="a word"):
    return who.want(201, "POST", f"items/{item}/comments", json={"content": said})["id"]


def nobodys_counters_differ(stack):
    return stack.sql(open("sql/queries/meta/counters.sql").read()) == []


def test_a_like(api, person, other, pin):
    path = f"items/{pin['id']}"
    assert other.want(200, "GET", f"{path}/social") == NEW
    assert api.want(200, "GET", f"{path}/social") == {**NEW, "liked": None, "bookmarked": None}
    for _ in range(2):
        assert other.want(200, "PUT", f"{path}/like") == {**NEW, "num_likes": 1, "liked": True}
    assert person.want(200, "GET", f"{path}/social") == {**NEW, "num_likes": 1}
    row, = other.pages(f"{path}/likes")
    assert set(row) == {"from_profile", "created_at"}
    assert row["from_profile"] == {
        "user_id": other.user["id"], "username": other.username, "user_name": other.username,
        "profile_name": other.username, "image": None, "following": None}
    for reader, following in ((api, "login required"), (person, False)):
        row, = reader.pages(f"{path}/likes")
        assert row["from_profile"]["following"] == following
    person.want(200, "PUT", f"users/{other.username}/follow")
    row, = person.pages(f"{path}/likes")
    assert row["from_profile"]["following"] is True
    for _ in range(2):
        assert other.want(200, "DELETE", f"{path}/like") == NEW


def test_no_like_of_ones_own_pin(person, pin):
    path = f"items/{pin['id']}"
    assert person.want(409, "PUT", f"{path}/like") == {"detail": "you cannot like your own pin"}
    assert person.want(409, "PUT", f"{path}/bookmark") == {
        "detail": "you cannot save your own pin for later"}
    korean = person.put(path + "/like", headers={"Accept-Language": "ko"}).json()
    assert korean == {"detail": "자신의 핀에는 좋아요를 누를 수 없습니다"}
    # ... but of what else one has made
    mine = comment(person, pin["id"])
    assert person.want(200, "PUT", f"items/{mine}/like")["liked"] is True


def test_the_published_toggle(person, other, pin, post):
    said = comment(person, pin["id"])
    reply = person.want(201, "POST", f"comments/{said}/replies", json={"content": "x"})["id"]
    for kind, item, wrong in (("posts", post, said), ("comments", said, reply),
                              ("replies", reply, said)):
        for who in (other, person):
            for word in ("liked", "unliked", "liked"):
                assert who.want(200, "PATCH", f"styles/{kind}/{item}/like") == {
                    "detail": f"{word} successfully"}
        assert [row["from_profile"]["user_id"] for row in other.pages(
            f"styles/{kind}/{item}/likes")] == [person.user["id"], other.user["id"]]
        other.want(404, "PATCH", f"styles/{kind}/{wrong}/like")
        other.want(404, "PATCH", f"styles/{kind}/{pin['id']}/like")
        other.want(404, "GET", f"styles/{kind}/{wrong}/likes")


def test_defect_s2_2_a_get_changes_nothing(stack, other, pin):
    """Likes, bookmarks and deletion of comments were links."""
    said = comment(other, pin["id"])
    for path in (f"items/{pin['id']}/like", f"items/{pin['id']}/bookmark",
                 f"styles/comments/{said}/like"):
        other.want(405, "GET", path)
    assert other.want(200, "GET", f"items/{pin['id']}/social") == {**NEW, "num_comments": 1}


def test_liked(api, person, other, post):
    """One's own likes, the latest first: pins alone, and none that one keeps away."""
    pins = [person.upload("pins/", f"cup {n} #tea", picture()) for n in range(5)]
    for pin in pins[3::-1]:
        other.want(200, "PUT", f"items/{pin['id']}/like")
    other.want(200, "PUT", f"items/{post}/like")
    found = list(other.pages("likes", params={"limit": 2}))
    assert ids(found) == ids(pins[:4])
    for pin in found:
        check_pin(pin)
    other.want(200, "DELETE", f"items/{pins[3]['id']}/like")
    person.want(204, "DELETE", f"pins/{pins[2]['id']}")
    assert ids(other.pages("likes")) == ids(pins[:2])
    other.want(201, "POST", "mutes", json={"item": pins[0]["id"]})
    assert ids(other.pages("likes")) == ids(pins[1:2])
    other.want(200, "PUT", f"users/{person.username}/block")
    assert other.want(200, "GET", "likes")["results"] == []
    assert person.want(200, "GET", "likes")["results"] == []
    api.want(401, "GET", "likes")


def test_bookmarks(api, person, other):
    pins = [person.upload("pins/", f"cup {n} #tea", picture()) for n in range(5)]
    for pin in pins[:4]:
        assert other.want(200, "PUT", f"items/{pin['id']}/bookmark")["bookmarked"] is True
    found = list(other.pages("bookmarks", params={"limit": 2}))
    assert ids(found) == ids(pins[3::-1])
    for pin in found:
        check_pin(pin)
    # S2.6-12: of each pin here its likes are known as everywhere
    other.want(200, "PUT", f"items/{pins[0]['id']}/like")
    assert other.want(200, "GET", f"items/{pins[0]['id']}/social") == {
        **NEW, "num_likes": 1, "num_bookmarks": 1, "liked": True, "bookmarked": True}
    other.want(200, "DELETE", f"items/{pins[3]['id']}/bookmark")
    person.want(204, "DELETE", f"pins/{pins[2]['id']}")
    assert ids(other.pages("bookmarks")) == ids(pins[1::-1])
    assert person.want(200, "GET", "bookmarks")["results"] == []
    api.want(401, "GET", "bookmarks")
    assert other.want(409, "PUT", f"items/{comment(other, pins[0]['id'])}/bookmark") == {
        "detail": "comments cannot be saved for later"}


def test_whoever_may_not_see_it_may_not_like_it(stack, person, other, pin):
    path = f"items/{pin['id']}"
    said = comment(other, pin["id"])
    stack.change("insert into block (blocker, blocked) values (%s, %s)",
                 (person.user["id"], other.user["id"]))
    for method, what in (("PUT", "like"), ("PUT", "bookmark"), ("GET", "likes"),
                         ("GET", "social"), ("GET", "comments")):
        other.want(404, method, f"{path}/{what}")
    other.want(404, "POST", f"{path}/comments", json={"content": "hello"})
    other.want(404, "PUT", f"items/{said}/like")
    person.want(404, "PUT", f"items/{said}/like")


def test_who_left_is_in_no_list(stack, api, person, pin):
    path, gone = f"items/{pin['id']}", signup(stack)
    gone.want(200, "PUT", f"{path}/like")
    stack.change("update account set is_active = false where id = %s", (gone.user["id"],))
    assert api.want(200, "GET", f"{path}/likes")["results"] == []
    stack.change("delete from account where id = %s", (gone.user["id"],))
    assert api.want(200, "GET", f"{path}/social")["num_likes"] == 0


def test_pages_of_likes(stack, api, person, pin):
    for _ in range(7):
        signup(stack).want(200, "PUT", f"items/{pin['id']}/like")
    whole = list(api.pages(f"items/{pin['id']}/likes"))
    assert list(api.pages(f"items/{pin['id']}/likes", params={"limit": 2})) == whole
    assert len(whole) == 7


def test_r7_toggles_at_once(stack, pin, post):
    """Counters equal rows, nobody waits in a circle, and no answer is a fault."""
    people = [signup(stack) for _ in range(6)]
    said = comment(people[0], pin["id"])
    seen = set()

    def toggle(n):
        dice = random.Random(n)
        who = dice.choice(people)
        with Client(stack) as client:
            client.use_token(who.token)
            for _ in range(10):
                item = dice.choice((pin["id"], said))
                kind = dice.choice(("like", "like", "bookmark")) if item != said else "like"
                method, path = dice.choice((
                    ("PUT", f"items/{item}/{kind}"), ("DELETE", f"items/{item}/{kind}"),
                    ("PATCH", f"styles/posts/{post}/like"),
                    ("PATCH", f"styles/comments/{said}/like")))
                seen.add(client.request(method, path).status_code)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(toggle, range(TURNED // 10)))
    assert seen == {200}
    assert nobodys_counters_differ(stack)


def test_s2_10_a_double_click_is_two_clicks(stack, other, post):
    """Toggles of one person go one after the other: an even number of them
    leaves it as it was."""
    path = f"styles/posts/{post}/like"

    def click(_):
        with Client(stack) as client:
            client.use_token(other.token)
            return client.want(200, "PATCH", path)["detail"]

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(click, range(40)))
    assert sorted(said) == ["liked successfully"] * 20 + ["unliked successfully"] * 20
    assert list(other.pages(f"styles/posts/{post}/likes")) == []
    # S3.6-8: nothing doubles, so the next one works
    assert click(0) == "liked successfully"


def test_a_like_tells_no_list_of_pins(stack):
    """What shows no likes stays kept."""
    import json
    routes = {(r["method"], r["path"]): r for r in
              json.loads(stack.run("routes", "--json").stdout)}
    told = routes["PUT", "/api/items/{item}/like"]["touches"]
    for path in ("/api/pins", "/api/pins/{pin}", "/api/boards", "/api/boards/{board}",
                 "/api/pins/following_pin"):
        names = {part.partition(":")[0] for line in routes["GET", path]["reads"]
                 for part in line.split("|")}
        assert names and not names & set(told), path
