"""Comments whose authors have left: lists stay whole.  What was replied to is a
stub, without a text and an author, for as long as it has replies; all else of
theirs is gone, and what is counted is what is shown."""

import pytest

from checks import ids, run_job, settle
from client import picture, signup
from test_comments import COMMENT, NESTED, REPLY, answer, number, read, say
from test_leaving import counters_are_right, grow_old, leave


@pytest.fixture
def talk(stack, person):
    """On a style post: gone said three things, to two of which others replied, and
    replied to stays; the last reply answers gone."""
    gone, stays = signup(stack), signup(stack)
    post = person.want(201, "POST", "styles/posts/", data={"content": "today"},
                       files={"image": ("p.png", picture())})["id"]
    first, alone, last = (say(gone, post, f"{n} @{stays.username}") for n in range(3))
    replies = [answer(stays, first, f"r{n}") for n in range(3)]
    own = answer(gone, first, "to myself")
    to_own = answer(stays, own, "to gone")
    only = answer(person, last, "only")
    theirs = say(stays, post, "theirs")
    answer(gone, theirs, "to stays")
    gone.want(200, "PUT", f"items/{theirs['id']}/like")
    stays.want(200, "PUT", f"items/{first['id']}/like")
    assert number(person, post) == 11
    return {"gone": gone, "stays": stays, "post": post, "first": first, "alone": alone,
            "last": last, "replies": [*replies, to_own], "only": only, "theirs": theirs}


def check_stub(stub, comment, replies):
    assert set(stub) == COMMENT and stub["id"] == comment["id"]
    assert (stub["item"], stub["parent"], stub["deleted"]) == (comment["item"], None, True)
    assert (stub["content"], stub["created_by"], stub["to_profile"], stub["mentions"]) == (
        None, None, None, [])
    assert stub["num_likes"] == 0 and stub["liked"] in (False, "login required")
    assert stub["created_at"] == comment["created_at"]
    assert (ids(stub["replies"]), stub["num_replies"]) == (ids(replies), len(replies))
    for reply in stub["replies"]:
        assert set(reply) == REPLY and set(reply["created_by"]) == NESTED
        assert reply["content"] and reply["to_profile"] is None


def unsettled(whole, comments):
    """A like of one who has left is gone when its row is, which may be now: it may
    count in one answer and not in the next."""
    theirs, *stubs = comments
    assert theirs["num_likes"] in (0, 1)
    return [{**theirs, "num_likes": whole[0]["num_likes"]}, *stubs]


def check_lists(api, talk, settled=True):
    """Every list of them, the published one too, in pages of every size.  Those by
    likes are pages of one list only when no like goes away in between."""
    post, path = talk["post"], f"items/{talk['post']}/comments"
    whole = read(api, post)
    theirs, last, first = whole
    check_stub(first, talk["first"], talk["replies"])
    check_stub(last, talk["last"], [talk["only"]])
    assert theirs["deleted"] is False and set(theirs["created_by"]) == NESTED
    assert (theirs["replies"], theirs["num_replies"]) == ([], 0)
    for limit in (1, 2, 3):
        found = list(api.pages(path, params={"limit": limit}))
        assert (found if settled else unsettled(whole, found)) == whole
        if settled or limit == 3:
            top = list(api.pages(path, params={"limit": limit, "order": "top"}))
            assert sorted(ids(top)) == sorted(ids(whole))
    found = api.want(200, "GET", f"styles/posts/{post}/comments/")
    assert (found if settled else unsettled(whole, found)) == whole
    assert number(api, post) == 6
    assert api.want(200, "GET", f"styles/posts/{post}/")["num_comments"] == 6
    assert ids(api.pages(f"comments/{first['id']}/replies")) == ids(talk["replies"])
    for missing in ("first", "alone", "last"):
        api.want(404, "GET", f"comments/{talk[missing]['id']}")
        api.want(404, "GET", f"styles/comments/{talk[missing]['id']}/")
    talk["stays"].want(404, "POST", f"comments/{talk['alone']['id']}/replies",
                       json={"content": "late"})


def test_the_author_has_left(stack, api, talk):
    gone = talk["gone"]
    leave(gone)
    check_lists(api, talk, settled=False)
    settle(stack)
    check_lists(api, talk)
    counters_are_right(stack)
    grow_old(stack, gone.user["id"])
    run_job(stack, "remove_accounts")
    assert stack.sql("select 1 from account where id = %s", (gone.user["id"],)) == []
    check_lists(api, talk)
    counters_are_right(stack)
    # nothing they wrote is kept in the stubs
    rows = (talk["first"]["id"], talk["last"]["id"])
    assert stack.sql("select content from comment where id in %s", (rows,)) == [("-",), ("-",)]


def test_a_stub_goes_with_its_last_reply(stack, api, person, talk):
    leave(talk["gone"])
    settle(stack)
    person.want(204, "DELETE", f"comments/{talk['only']['id']}")
    assert ids(read(api, talk["post"])) == ids([talk["theirs"], talk["first"]])
    assert number(api, talk["post"]) == 5
    for n, reply in enumerate(talk["replies"]):
        talk["stays"].want(204, "DELETE", f"comments/{reply['id']}")
        assert number(api, talk["post"]) == 4 - n
    assert ids(read(api, talk["post"])) == [talk["theirs"]["id"]]
    # ... and is back when that is
    talk["stays"].want(200, "POST", f"comments/{talk['replies'][0]['id']}/restore")
    _, stub = read(api, talk["post"])
    check_stub(stub, talk["first"], talk["replies"][:1])
    counters_are_right(stack)


def test_whoever_quit_comes_back(stack, api, talk):
    gone, post = talk["gone"], talk["post"]
    before = read(api, post)
    gone.want(200, "POST", "accounts/quit/")
    settle(stack)
    check_lists(api, talk)
    counters_are_right(stack)
    stack.change("update account set is_active = true where id = %s", (gone.user["id"],))
    assert read(api, post) == before and number(api, post) == 11
    counters_are_right(stack)
