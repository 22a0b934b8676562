"""Style posts: making, reading, changing, deleting, and the lists of them."""

import re

import pytest

from checks import files, ids, quiet, settle, time_of, unchanged
from client import picture, signup, unique

SHAPE = {"id", "author", "content", "images", "image_ratio", "created_by", "created_at",
         "updated_at",
         "tag_set", "media", "num_comments", "num_likes", "liked"}
NESTED = {"user_id", "username", "user_name", "profile_name", "image", "following"}


def check_post(post, pictures=None):
    assert set(post) == SHAPE
    assert set(post["created_by"]) == NESTED
    assert time_of(post["created_at"]) <= time_of(post["updated_at"])
    assert len(post["images"]) == len(post["media"]) == (pictures or len(post["images"]))
    for url, media in zip(post["images"], post["media"]):
        assert set(media) == {"width", "height", "colour", "placeholder", "animated", "sizes"}
        assert url in [size["url"] for size in media["sizes"]]
    return post


def post(person, content="a walk", n=1, status=201, parts=None, **fields):
    parts = parts or [("p.png", picture(size=(60 + i, 48))) for i in range(n)]
    return person.want(status, "POST", "styles/posts/", data={"content": content, **fields},
                       files=[("image", part) for part in parts])


def walk(client, query, limit=5):
    """All ids of a list, by its cursors, and the pages they came on."""
    found, path = [], f"styles/posts/?{query}&limit={limit}"
    while path:
        page = client.want(200, "GET", path)
        found.append([one["id"] for one in page["results"]])
        path = page["next"] and "styles/posts/?" + page["next"].partition("?")[2]
    return [one for page in found for one in page], found


# One post.


def test_made_of_several_pictures(stack, api, person):
    made = check_post(post(person, "Rain #coat\nand #비", 3, image_ratio="0.75"), 3)
    assert made["content"] == "Rain #coat\nand #비" and made["image_ratio"] == 0.75
    assert sorted(tag["tag_name"] for tag in made["tag_set"]) == ["coat", "비"]
    assert [media["width"] for media in made["media"]] == [60, 61, 62]
    assert made["created_by"] == {
        "user_id": person.user["id"], "username": person.username, "user_name": person.username,
        "profile_name": person.username, "image": None, "following": None}
    settle(stack)
    seen = check_post(api.want(200, "GET", f"styles/posts/{made['id']}/"), 3)
    assert seen["created_by"]["following"] == "login required"
    for media in seen["media"]:
        for size in media["sizes"]:
            assert api.get(size["url"]).status_code == 200


def test_usual_values(person):
    made = post(person)
    assert made["image_ratio"] == 1 and made["tag_set"] == []
    assert made["created_at"] == made["updated_at"]


def test_ten_pictures_and_no_more(stack, person):
    assert len(post(person, n=10)["images"]) == 10
    with unchanged(stack):
        assert post(person, n=11, status=400) == {"image": ["at most 10 files"]}


@pytest.mark.parametrize("fields, reasons", [
    ({"content": ""}, {"content": ["this field may not be blank"]}),
    ({"content": "x" * 1001}, {"content": ["must have at most 1000 characters"]}),
    ({"image_ratio": "0"}, {"image_ratio": ["must be at least 0.01"]}),
    ({"image_ratio": "-1"}, {"image_ratio": ["must be at least 0.01"]}),
    ({"image_ratio": "100.5"}, {"image_ratio": ["must be at most 100"]}),
    ({"image_ratio": "nan"}, {"image_ratio": ["a number is needed"]}),
    ({"image_ratio": "inf"}, {"image_ratio": ["a number is needed"]}),
    ({"image_ratio": "0x1p1"}, {"image_ratio": ["a number is needed"]}),
    ({"image_ratio": "1e999"}, {"image_ratio": ["a number is needed"]}),
    ({"image_ratio": "wide"}, {"image_ratio": ["a number is needed"]}),
    ({"image_ratio": ""}, {"image_ratio": ["a number is needed"]}),
    ({"products": "1"}, {"products": ["this field is not known here"]}),
])
def test_refused(stack, person, fields, reasons):
    with unchanged(stack):
        assert post(person, **{"content": "x", **fields}, status=400) == reasons


def test_a_picture_is_needed(stack, person):
    with unchanged(stack):
        for given in ({"json": {"content": "x"}}, {"data": {"content": "x"}}):
            assert person.want(400, "POST", "styles/posts/", **given) == {
                "image": ["this field is required"]}
        assert person.want(400, "POST", "styles/posts/", files={
            "content": (None, "x"), "image": (None, "no file")}) == {
            "image": ["a file is needed"]}


def test_all_or_nothing(stack, person):
    """One picture that is none, and there is no post, no row and no file (S3.6-10)."""
    good, bad = ("a.png", picture()), ("b.png", b"<html><script>alert(1)</script></html>")
    settle(stack)
    before = files(stack)
    with unchanged(stack):
        assert post(person, parts=[good, bad], status=400) == {
            "image": ["HTML pages are not accepted"]}
        assert post(person, parts=[good, good, ("c.png", picture()[:200])], status=400) == {
            "image": ["this picture is cut off: its end is missing"]}
        assert post(person, parts=[good, ("d.png", b"")], status=400) == {
            "image": ["this file is empty"]}
        post(person, content="", parts=[good], status=400)
    settle(stack)
    assert files(stack) == before


def test_edit(person, api):
    made = post(person, "one #a1", 2)
    path = f"styles/posts/{made['id']}/"
    after = check_post(person.want(200, "PATCH", path, json={"content": "two #b2"}), 2)
    assert after["images"] == made["images"] and after["image_ratio"] == made["image_ratio"]
    assert [tag["tag_name"] for tag in after["tag_set"]] == ["b2"]
    assert time_of(after["updated_at"]) > time_of(made["updated_at"])
    after = person.want(200, "PATCH", path, json={"image_ratio": 1.25})
    assert (after["image_ratio"], after["content"]) == (1.25, "two #b2")
    assert person.want(200, "PATCH", path, json={})["content"] == "two #b2"
    assert person.want(400, "PUT", path, json={}) == {"content": ["this field is required"]}
    assert person.want(200, "PUT", path, json={"content": "three"})["tag_set"] == []
    assert person.want(400, "PATCH", path, files={"image": ("a.png", picture())}) == {
        "image": ["this field is not known here"]}
    assert api.want(200, "GET", path)["content"] == "three"


def test_only_its_writer_changes_it(api, person, other):
    path = f"styles/posts/{post(person)['id']}/"
    for method, body in (("PUT", {"content": "mine"}), ("PATCH", {"content": "mine"}),
                         ("DELETE", None)):
        api.want(401, method, path, json=body)
        other.want(403, method, path, json=body)
    assert api.want(200, "GET", path)["content"] == "a walk"
    api.want(401, "POST", "styles/posts/", json={"content": "x"})


def test_delete(stack, api, person):
    made = post(person, "gone #gone", 2)
    path = f"styles/posts/{made['id']}/"
    assert person.want(204, "DELETE", path) is None
    for method in ("GET", "DELETE"):
        person.want(404, method, path)
    assert made["id"] not in walk(api, "type=latest")[0]


def test_a_pin_is_no_style_post(api, person):
    pin = person.upload("pins/", "a pin", picture())["id"]
    mine = post(person)["id"]
    api.want(404, "GET", f"styles/posts/{pin}/")
    person.want(404, "PATCH", f"styles/posts/{pin}/", json={"content": "x"})
    person.want(404, "DELETE", f"styles/posts/{pin}/")
    api.want(404, "GET", f"pins/{mine}")
    assert person.patch(f"pins/{mine}", json={"title": "x"}).status_code in (403, 404)
    assert mine not in ids(api.want(200, "GET", "pins/")["results"])


# Likes and comments.


def test_a_style_post_is_no_pin(api, person):
    made = post(person)["id"]
    for method, options in (("GET", {}), ("PATCH", {"json": {"title": "x"}}), ("DELETE", {})):
        person.want(404, method, f"pins/{made}/", **options)
    person.want(204, "DELETE", f"styles/posts/{made}/")
    api.want(404, "GET", f"pins/{made}/")


def test_likes_and_comments_are_told_to_each(api, person, other):
    made = post(person)
    path = f"styles/posts/{made['id']}/"
    assert (made["num_likes"], made["num_comments"], made["liked"]) == (0, 0, False)
    other.want(200, "PUT", f"items/{made['id']}/like")
    said = other.want(201, "POST", f"{path}comments/", json={"content": "good"})
    person.want(201, "POST", f"comments/{said['id']}/replies/", json={"content": "thanks"})
    for viewer, liked in ((api, "login required"), (person, False), (other, True)):
        for seen in (viewer.want(200, "GET", path),
                     viewer.want(200, "GET", "styles/posts/?type=latest")["results"][0]):
            assert seen["id"] == made["id"] and seen["liked"] == liked
            assert (seen["num_likes"], seen["num_comments"]) == (1, 2)
    other.want(200, "PATCH", f"{path}like/")
    assert other.want(200, "GET", path)["num_likes"] == 0


def test_popular_moves_with_likes(stack, api, person, other, signup):
    """Age moves a post down, likes move it up, what is taken back does not stay."""
    def first(*wanted):
        return [one for one in walk(api, "type=popular", 50)[0] if one in wanted]

    old, new = post(person)["id"], post(person)["id"]
    assert first(old, new) == [new, old]
    other.want(200, "PUT", f"items/{old}/like")
    assert first(old, new) == [old, new]
    third = signup()
    for _ in range(2):
        third.want(200, "PUT", f"items/{new}/like")
    other.want(200, "PUT", f"items/{new}/bookmark")
    assert first(old, new) == [new, old]
    other.want(200, "DELETE", f"items/{new}/bookmark")
    third.want(200, "DELETE", f"items/{new}/like")
    assert first(old, new) == [old, new]


def test_a_walk_of_popular_posts_shows_none_twice_while_some_rise(stack, person, signup):
    posts = [post(person)["id"] for _ in range(9)]
    settle(stack)  # no likes are taken back for those who left before
    fan, found, path = signup(), [], "styles/posts/?type=popular&limit=3"
    while path:
        page = person.want(200, "GET", path)
        found += [one["id"] for one in page["results"]]
        fan.want(200, "PUT", f"items/{posts[len(found) % 9]}/like")
        path = page["next"] and "styles/posts/?" + page["next"].partition("?")[2]
    assert len(found) == len(set(found))


# Lists.


@pytest.fixture(scope="module")
def cast(stack):
    """ann follows bob; bob has twelve posts, eve one."""
    ann, bob, eve = (signup(stack) for _ in range(3))
    bob.posts = [post(bob, f"post {i} #{unique('s')}", 1 + i % 3)["id"] for i in range(12)][::-1]
    eve.posts = [post(eve)["id"]]
    ann.want(200, "PUT", f"users/{bob.username}/follow")
    return ann, bob, eve


def test_what_is_wrong_with_a_list(api, person, cast):
    """Published errors, and no id that is answered with a fault."""
    assert api.want(400, "GET", "styles/posts/") == {"type": ["this field is required"]}
    assert api.want(400, "GET", "styles/posts/?type=best") == {
        "type": ["use popular, latest, following or default"]}
    assert api.want(401, "GET", "styles/posts/?type=following") == {"detail": "login required"}
    assert api.want(400, "GET", "styles/posts/?type=default") == {
        "user_id": ["this field is required"]}
    assert api.want(400, "GET", "styles/posts/?type=default&user_id=abc") == {
        "user_id": ["a whole number is needed"]}
    api.want(404, "GET", "styles/posts/?type=default&user_id=999999999")
    api.want(400, "GET", "styles/posts/?type=latest&user_id=1")
    api.want(400, "GET", "styles/posts/?type=latest&limit=51")
    for wrong in ("abc", "0", "-1", "99999999999999999999", "1'or'1"):
        api.want(404, "GET", f"styles/posts/{wrong}/")


def test_of_a_person(api, cast):
    ann, bob, eve = cast
    found, pages = walk(api, f"type=default&user_id={bob.user['id']}")
    assert found == bob.posts and [len(page) for page in pages] == [5, 5, 2]
    assert walk(api, f"type=default&user_id={eve.user['id']}")[0] == eve.posts
    assert walk(api, f"type=default&user_id={ann.user['id']}")[0] == []


def test_of_whom_one_follows(cast):
    ann, bob, eve = cast
    assert walk(ann, "type=following")[0] == bob.posts
    assert walk(bob, "type=following")[0] == []


def test_latest_goes_both_ways(api, cast):
    ann, bob, eve = cast
    found, _ = walk(api, "type=latest")
    assert [one for one in found if one in bob.posts] == bob.posts
    first = api.want(200, "GET", "styles/posts/?type=latest&limit=5")
    second = api.want(200, "GET", "styles/posts/?" + first["next"].partition("?")[2])
    back = api.want(200, "GET", "styles/posts/?" + second["previous"].partition("?")[2])
    assert ids(back["results"]) == ids(first["results"])
    for one in first["results"]:
        check_post(one)


def test_following_is_told_to_each(stack, api, cast):
    """The nested person is per viewer (tri-state), in lists too."""
    ann, bob, eve = cast
    path = f"styles/posts/?type=default&user_id={bob.user['id']}"
    for viewer, state in ((api, "login required"), (bob, None), (ann, True), (eve, False)):
        found = viewer.want(200, "GET", path)["results"]
        assert {str(one["created_by"]["following"]) for one in found} == {str(state)}
    eve.want(200, "PUT", f"users/{bob.username}/follow")
    assert eve.want(200, "GET", path)["results"][0]["created_by"]["following"] is True
    eve.want(200, "DELETE", f"users/{bob.username}/follow")
    assert eve.want(200, "GET", path)["results"][0]["created_by"]["following"] is False


@pytest.mark.parametrize("query", [
    "type=popular", "type=latest", "type=following", "type=default&user_id={}"])
def test_statements_do_not_grow_with_the_page(stack, cast, query):
    """The seed asked per row (N+1)."""
    ann, bob, eve = cast
    counts = {}
    for limit in (1, 12):
        path = f"styles/posts/?{query.format(bob.user['id'])}&limit={limit}"
        seen = ann.get(path)
        assert len(seen.json()["results"]) == limit
        quiet(stack)
        found = re.findall(r"request id=\S+ method=GET route=/styles/posts .* sql=(\d+)",
                           stack.log())
        counts[limit] = int(found[-1])
    assert counts[1] == counts[12] and counts[1] in (1, 2)


# Who sees it.


def test_hidden_blocked_muted_closed(stack, api, cast):
    ann, bob, eve = cast
    who = signup(stack)
    mine = post(who, "a grey coat")["id"]
    lists = (f"type=default&user_id={who.user['id']}", "type=latest", "type=popular")

    def seen(viewer):
        viewer.want(200, "GET", f"styles/posts/{mine}/")
        return [mine in walk(viewer, query, 50)[0] for query in lists]

    assert seen(ann) == [True, True, True]
    stack.change("insert into mute (account, word) values (%s, 'coat')", (ann.user["id"],))
    assert seen(ann) == [True, False, False]
    stack.change("delete from mute where account = %s", (ann.user["id"],))
    stack.change("insert into block (blocker, blocked) values (%s, %s)",
                 (who.user["id"], ann.user["id"]))
    ann.want(404, "GET", f"styles/posts/{mine}/")
    ann.want(404, "GET", f"styles/posts/?{lists[0]}")
    assert all(mine not in walk(ann, query, 50)[0] for query in lists[1:])
    assert seen(eve) == [True, True, True]
    stack.change("update item set visibility = 1 where id = %s", (mine,))
    assert seen(who) == [True, True, True]
    eve.want(404, "GET", f"styles/posts/{mine}/")
    assert all(mine not in walk(eve, query, 50)[0] for query in lists[1:])
    stack.change("update item set visibility = 0 where id = %s", (mine,))
    stack.change("update account set is_active = false where id = %s", (who.user["id"],))
    for viewer in (api, eve):
        viewer.want(404, "GET", f"styles/posts/{mine}/")
        viewer.want(404, "GET", f"styles/posts/?{lists[0]}")
        assert all(mine not in walk(viewer, query, 50)[0] for query in lists[1:])


def test_an_account_takes_its_posts_with_it(stack, signup):
    who = signup()
    mine = post(who, n=3)["id"]
    stack.change("update item set deleted_at = now() where id = %s", (mine,))
    stack.change("delete from account where id = %s", (who.user["id"],))
    assert stack.sql("select count(*) from style where id = %s", (mine,)) == [(0,)]
    assert stack.sql("select count(*) from media where owner = %s", (who.user["id"],)) == [(0,)]
