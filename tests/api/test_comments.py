"""Comments, and replies to them."""

import pytest

from checks import TIME, delete_for_good, ids
from client import picture, signup, unique

NESTED = {"user_id", "username", "user_name", "profile_name", "image", "following"}
COMMENT = {"id", "item", "parent", "content", "to_profile", "created_by", "created_at",
           "updated_at", "deleted", "replies", "num_replies", "num_likes", "liked", "mentions"}
REPLY = COMMENT - {"replies", "num_replies", "deleted"}


@pytest.fixture
def pin(person):
    return person.upload("pins/", unique("cup"), picture())["id"]


@pytest.fixture
def post(person):
    """A style post."""
    return person.want(201, "POST", "styles/posts/", data={"content": "today"},
                       files={"image": ("p.png", picture())})["id"]


def say(who, item, content="a word", status=201):
    return who.want(status, "POST", f"items/{item}/comments", json={"content": content})


def answer(who, comment, content="well", status=201, **more):
    return who.want(status, "POST", f"comments/{comment['id']}/replies",
                    json={"content": content, **more})


def read(who, item, **params):
    return who.want(200, "GET", f"items/{item}/comments", params=params)["results"]


def number(who, item):
    return who.want(200, "GET", f"items/{item}/social")["num_comments"]


def test_a_comment(api, person, other, pin):
    made = say(other, pin, "  first line\n\nsecond 줄 <b>&amp; \U0001f600  ")
    assert set(made) == COMMENT and set(made["created_by"]) == NESTED
    assert made["content"] == "first line\n\nsecond 줄 <b>&amp; \U0001f600"
    assert made["created_by"]["username"] == other.username
    assert (made["item"], made["parent"], made["to_profile"], made["deleted"]) == (
        pin, None, None, False)
    assert (made["replies"], made["num_replies"], made["num_likes"], made["liked"]) == (
        [], 0, 0, False)
    assert TIME.fullmatch(made["created_at"]) and made["updated_at"] == made["created_at"]
    assert read(other, pin) == [made]
    assert other.want(200, "GET", f"comments/{made['id']}") == made
    seen, = read(api, pin)  # reading needs no login
    assert (seen["liked"], seen["created_by"]["following"]) == ("login required",) * 2


def test_newest_first_replies_oldest_first(api, other, pin):
    said = [say(other, pin, f"{n}") for n in range(5)]
    replies = [answer(other, said[0], f"r{n}") for n in range(13)]
    assert [c["content"] for c in read(api, pin)] == ["4", "3", "2", "1", "0"]
    first = read(api, pin)[-1]
    assert ids(first["replies"]) == ids(replies[:10]) and first["num_replies"] == 13
    assert all(set(reply) == REPLY for reply in first["replies"])
    path = f"comments/{said[0]['id']}/replies"
    whole = list(api.pages(path))
    assert ids(whole) == ids(replies) and all(set(reply) == COMMENT for reply in whole)
    assert list(api.pages(path, params={"limit": 3})) == whole
    # ... and back
    page = api.want(200, "GET", path, params={"limit": 5})
    second = api.want(200, "GET", page["next"])
    assert ids(api.want(200, "GET", second["previous"])["results"]) == ids(page["results"])


def test_pages_and_top(stack, api, other, pin):
    """S3.6-19: the list of comments was unpaged."""
    said = [say(other, pin, f"{n}") for n in range(9)]
    people = [signup(stack) for _ in range(3)]
    for liked, n in ((2, 3), (7, 1), (4, 2)):
        for who in people[:n]:
            who.want(200, "PUT", f"items/{said[liked]['id']}/like")
    path = f"items/{pin}/comments"
    newest = ids(said)[::-1]
    top = [said[n]["id"] for n in (2, 4, 7)] + [i for i in newest if i not in (
        said[2]["id"], said[4]["id"], said[7]["id"])]
    for order, wanted in (("newest", newest), ("top", top)):
        params = {"order": order, "limit": 2}
        assert ids(api.pages(path, params=params)) == wanted
    third = api.want(200, "GET", path, params={"order": "top", "limit": 4})["next"]
    before = api.want(200, "GET", third)["previous"]
    assert ids(api.want(200, "GET", before)["results"]) == top[:4]
    assert api.want(400, "GET", path, params={"order": "worst"}) == {
        "order": ["newest or top is needed"]}


def test_a_reply_to_a_reply(person, other, pin):
    said = say(person, pin)
    first = answer(other, said)
    assert first["to_profile"] is None and first["parent"] == said["id"]
    second = answer(person, first)
    assert second["parent"] == said["id"]
    assert second["to_profile"] == {"user_id": other.user["id"], "username": other.username,
                                    "profile_name": other.username}
    third = answer(other, said, to_profile=person.user["id"])
    assert third["to_profile"]["user_id"] == person.user["id"]
    assert answer(other, said, status=400, to_profile=10**12) == {
        "to_profile": ["there is nobody with this id"]}
    assert read(person, pin)[0]["replies"][1]["to_profile"] == second["to_profile"]


def test_the_published_calls(api, person, other, post, pin):
    path = f"styles/posts/{post}/comments"
    made = other.want(201, "POST", path, data={"content": "by form"})
    reply = person.want(201, "POST", f"styles/comments/{made['id']}/replies",
                        data={"content": "yes", "to_profile": other.user["id"]})
    found, = other.want(200, "GET", path)
    assert {"id", "content", "created_by", "created_at", "replies", "num_likes", "liked"} <= set(
        found)
    assert ids(found["replies"]) == [reply["id"]]
    assert found["replies"][0]["to_profile"]["user_id"] == other.user["id"]
    for kind, one, who in (("comments", made, other), ("replies", reply, person)):
        for method in ("PUT", "PATCH"):
            changed = who.want(200, method, f"styles/{kind}/{one['id']}",
                               json={"content": method})
            assert changed["content"] == method and changed["updated_at"] > one["created_at"]
    # a comment is no reply, a pin is no post
    api.want(404, "GET", f"styles/comments/{reply['id']}")
    api.want(404, "GET", f"styles/replies/{made['id']}")
    api.want(404, "GET", f"styles/posts/{pin}/comments")
    other.want(404, "POST", f"styles/posts/{pin}/comments", json={"content": "x"})
    other.want(404, "POST", f"styles/comments/{reply['id']}/replies", json={"content": "x"})
    other.want(404, "POST", f"items/{made['id']}/comments", json={"content": "x"})
    person.want(204, "DELETE", f"styles/replies/{reply['id']}")
    other.want(204, "DELETE", f"styles/comments/{made['id']}")
    assert api.want(200, "GET", path) == []


def test_a_long_list_of_the_published_kind(stack, api, other, post):
    stack.sql("""with i as (insert into item (kind, owner) select 'comment', %s
        from generate_series(1, 120) returning id)
        insert into comment (id, on_item, content) select id, %s, 'x' from i""",
              (other.user["id"], post))
    first = api.get(f"styles/posts/{post}/comments")
    assert len(first.json()) == 100
    assert len(api.want(200, "GET", first.links["next"]["url"])) == 20


@pytest.mark.parametrize("content, reason", [
    (None, "this field may not be null"), ("", "this field may not be blank"),
    (" \n ", "this field may not be blank"),
    ("x" * 1001, "must have at most 1000 characters"), ("a\x07b",
                                                         "control characters are not allowed")])
def test_defect_s2_4_what_is_no_comment(other, pin, content, reason):
    """An empty comment was a 500."""
    assert say(other, pin, content, 400) == {"content": [reason]}
    assert other.want(400, "POST", f"items/{pin}/comments", json={}) == {
        "content": ["this field is required"]}


def test_a_long_comment(other, pin):
    assert say(other, pin, "가" * 1000)["content"] == "가" * 1000


def test_editing(person, other, pin):
    said = say(other, pin)
    path = f"comments/{said['id']}"
    for who in (person, signup(person.stack)):
        who.want(403, "PATCH", path, json={"content": "mine"})
    assert other.want(200, "PATCH", path, json={}) == said
    changed = other.want(200, "PATCH", path, json={"content": "better"})
    assert changed["content"] == "better" and changed["updated_at"] > said["updated_at"]
    assert read(other, pin) == [changed]


def test_a_deleted_comment_is_gone(api, person, other, pin):
    said = say(other, pin)
    signup(person.stack).want(403, "DELETE", f"comments/{said['id']}")
    other.want(204, "DELETE", f"comments/{said['id']}")
    assert read(api, pin) == [] and number(api, pin) == 0
    for method in ("GET", "DELETE"):
        other.want(404, method, f"comments/{said['id']}")
    other.want(404, "PATCH", f"comments/{said['id']}", json={"content": "x"})
    answer(other, said, status=404)


def test_one_with_replies_is_a_stub(api, person, other, pin):
    said = say(other, pin, f"@{person.username}")
    reply = answer(person, said)
    other.want(200, "PUT", f"items/{reply['id']}/like")
    other.want(204, "DELETE", f"comments/{said['id']}")
    for params in ({}, {"order": "top"}):
        stub, = read(api, pin, **params)
        assert (stub["content"], stub["created_by"], stub["deleted"], stub["mentions"]) == (
            None, None, True, [])
        assert ids(stub["replies"]) == [reply["id"]]
    assert number(api, pin) == 1
    assert ids(api.pages(f"comments/{said['id']}/replies")) == [reply["id"]]
    answer(other, reply)  # one goes on below it
    assert number(api, pin) == 2
    for one in read(api, pin)[0]["replies"]:
        (person if one["id"] == reply["id"] else other).want(204, "DELETE", f"comments/{one['id']}")
    assert read(api, pin) == [] and number(api, pin) == 0


def test_undo(person, other, pin):
    said = say(other, pin, f"@{person.username} and more")
    whole = other.want(200, "GET", f"comments/{said['id']}")
    other.want(404, "POST", f"comments/{said['id']}/restore")
    other.want(204, "DELETE", f"comments/{said['id']}")
    person.want(404, "POST", f"comments/{said['id']}/restore")
    assert other.want(200, "POST", f"comments/{said['id']}/restore") == whole
    assert read(other, pin) == [whole] and number(other, pin) == 1
    # whoever owns what it is on removes it too, and then its author may not undo
    person.want(204, "DELETE", f"comments/{said['id']}")
    other.want(404, "POST", f"comments/{said['id']}/restore")
    person.want(200, "POST", f"comments/{said['id']}/restore")
    assert number(other, pin) == 1


def test_defect_s3_14_authors_who_left(stack, api, person, pin):
    """A deleted author or addressee made the list a 500."""
    gone, stays = signup(stack), signup(stack)
    replied, alone = say(gone, pin, "replied"), say(gone, pin, "alone")
    answer(stays, replied, to_profile=gone.user["id"])
    theirs = say(stays, pin, "mine")
    answer(gone, theirs, "reply")
    assert number(api, pin) == 5
    stack.change("update account set is_active = false where id = %s", (gone.user["id"],))

    def left():
        mine, stub = read(api, pin)
        assert (mine["replies"], mine["num_replies"]) == ([], 0)
        assert (stub["created_by"], stub["content"], stub["deleted"]) == (None, None, True)
        assert stub["replies"][0]["to_profile"] is None
        assert number(api, pin) == 2
        api.want(404, "GET", f"comments/{alone['id']}")
        stays.want(404, "PATCH", f"comments/{replied['id']}", json={"content": "x"})

    left()
    stack.change("update account set is_active = true where id = %s", (gone.user["id"],))
    assert number(api, pin) == 5 and len(read(api, pin)) == 3
    stack.change("delete from account where id = %s", (gone.user["id"],))
    left()
    assert stack.sql(open("sql/queries/meta/counters.sql").read()) == []


def test_what_somebody_blocked_or_muted(stack, api, person, other, pin):
    third = signup(stack)
    for content in ("plain", "about spiders"):
        say(other, pin, content)
    replied = say(other, pin, "replied")
    answer(third, replied)
    stack.change("insert into mute (account, word) values (%s, 'spiders')", (third.user["id"],))
    assert [c["content"] for c in read(third, pin)] == ["replied", "plain"]
    stack.change("insert into block (blocker, blocked) values (%s, %s)",
              (third.user["id"], other.user["id"]))
    stub, = read(third, pin)
    assert (stub["deleted"], stub["created_by"], len(stub["replies"])) == (True, None, 1)
    assert len(read(api, pin)) == 3


def test_taken_down(stack, api, other, pin):
    said = say(other, pin)
    stack.change("update item set visibility = 2 where id = %s", (said["id"],))
    assert read(api, pin) == [] and number(api, pin) == 0
    other.want(404, "PATCH", f"comments/{said['id']}", json={"content": "x"})


def test_what_it_is_on_goes(stack, api, person, other, pin):
    said = say(other, pin)
    reply = answer(person, said)
    stack.change("update item set visibility = 1 where id = %s", (pin,))
    for path in (f"items/{pin}/comments", f"comments/{said['id']}", f"comments/{reply['id']}",
                 f"comments/{said['id']}/replies", f"items/{said['id']}/likes"):
        api.want(404, "GET", path)
    other.want(404, "PUT", f"items/{said['id']}/like")
    stack.change("update item set visibility = 0 where id = %s", (pin,))
    delete_for_good(person, pin)
    rows = (said["id"], reply["id"], pin)
    for table, key in (("item", "id"), ("comment", "id"), ("item_count", "item")):
        assert stack.sql(f"select from {table} where {key} in %s", (rows,)) == []


@pytest.mark.parametrize("around", ["{}", "hi {}!", "({}).", "\n{}\n", "{}님 안녕", "{}, you?"])
def test_mentions(person, other, pin, around):
    name = "@" + person.username.upper()
    said = say(other, pin, around.format(name))
    assert said["mentions"] == [{"user_id": person.user["id"], "username": person.username}]
    reply = answer(other, said, f"{name} {name} @{other.username}")
    assert len(reply["mentions"]) == 2
    assert read(other, pin)[0]["replies"][0]["mentions"] == reply["mentions"]
    assert other.want(200, "PATCH", f"comments/{said['id']}",
                      json={"content": "nobody"})["mentions"] == []


@pytest.mark.parametrize("text", ["me@{}", "@{}x", "@@{}", "@-{}", "{}", "@"])
def test_no_mentions(person, other, pin, text):
    assert say(other, pin, text.format(person.username))["mentions"] == []


def test_a_mention_in_hangul(stack, other, pin):
    """What follows a name is written together with it."""
    name = "나무" + "".join(chr(0xac00 + ord(c)) for c in unique("x")[-6:])
    tree = signup(stack, username=name)
    for text in (f"@{name}", f"@{name}님께", f"안녕 @{name}아!"):
        assert say(other, pin, text)["mentions"] == [
            {"user_id": tree.user["id"], "username": name}]
