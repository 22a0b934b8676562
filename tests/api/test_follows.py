"""Following people: the published calls and their idempotent twins."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import run_job
from client import signup

FOLLOWED = {"detail": "you follow this person"}
UNFOLLOWED = {"detail": "you no longer follow this person"}


def follow(client, whom, status=202):
    return client.want(status, "POST", "pinterestAccounts/follow", json={"username": whom.username})


def unfollow(client, whom, status=202):
    return client.want(status, "POST", "pinterestAccounts/unfollow",
                       json={"username": whom.username})


def names(rows):
    return [row["username"] for row in rows]


def followers(client, whom):
    return names(client.want(200, "GET", f"users/{whom.username}/followers")["results"])


def test_follow_and_unfollow(person, other):
    for _ in range(2):
        assert follow(person, other) == FOLLOWED
        assert person.want(200, "GET", "pinterestAccounts/following-user") == [
            {"username": other.username, "avatar": None, "id": other.user["id"]}]
        assert followers(person, other) == [person.username]
    for _ in range(2):
        assert unfollow(person, other) == UNFOLLOWED
        assert person.want(200, "GET", "pinterestAccounts/following-user") == []
        assert followers(person, other) == []


def test_the_twins(person, other):
    path = f"users/{other.username.upper()}/follow"
    for _ in range(2):
        assert person.want(200, "PUT", path) == FOLLOWED
        assert followers(person, other) == [person.username]
    for _ in range(2):
        assert person.want(200, "DELETE", path) == UNFOLLOWED
        assert followers(person, other) == []


@pytest.mark.parametrize("kind", ["json", "data", "files"])
def test_the_name_comes_in_any_body(person, other, kind):
    value = (None, other.username) if kind == "files" else other.username
    person.want(202, "POST", "pinterestAccounts/follow", **{kind: {"username": value}})


def test_refusals(api, person, other):
    for path in ("follow", "unfollow"):
        api.want(401, "POST", f"pinterestAccounts/{path}", json={"username": person.username})
        person.want(404, "POST", f"pinterestAccounts/{path}", json={"username": "nobody-at-all"})
        assert person.want(400, "POST", f"pinterestAccounts/{path}") == {
            "username": ["this field is required"]}
    for path in ("following-user", "following-tag"):
        api.want(401, "GET", f"pinterestAccounts/{path}")
    for method in ("PUT", "DELETE"):
        api.want(401, method, f"users/{other.username}/follow")
        person.want(404, method, "users/nobody-at-all/follow")
    for path in ("followers", "followings"):
        api.want(404, "GET", f"users/nobody-at-all/{path}")


def test_nobody_follows_themselves(person):
    assert follow(person, person, 409) == {"detail": "you cannot follow yourself"}
    person.want(409, "PUT", f"users/{person.username}/follow")
    unfollow(person, person)
    assert followers(person, person) == []


def test_lists_are_newest_first_and_public(stack, api, person):
    crowd = [signup(stack) for _ in range(4)]
    for one in crowd:
        follow(one, person)
        follow(person, one)
    want = [one.username for one in reversed(crowd)]
    assert followers(api, person) == want
    page = api.want(200, "GET", f"users/{person.username}/followings")
    assert names(page["results"]) == want and page["next"] is page["previous"] is None
    assert set(page["results"][0]) == {"username", "user_name", "avatar", "id",
                                       "created_at"}
    assert names(person.want(200, "GET", "pinterestAccounts/following-user")) == want


def test_two_facts_never_differ_under_concurrency(stack, person, other):
    """Both directions at once, many times: no deadlock, exact counters."""
    def act(i):
        one, two = (person, other) if i % 2 else (other, person)
        path = "follow" if i % 3 else "unfollow"
        return one.request("POST", f"pinterestAccounts/{path}",
                           json={"username": two.username}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(act, range(120))) == {202}
    for one in (person, other):
        me = one.want(200, "GET", "rest-auth/user/")
        assert me["follower_count"] == len(me["follower"]) == len(followers(one, one))
        assert me["following_count"] == len(me["following_user"])
    run_job(stack, "check_counters")
    assert not stack.lines("counter account")
