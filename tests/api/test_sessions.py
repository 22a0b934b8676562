"""One's logins: the list, and ending them from elsewhere."""

import pytest

from client import Client, login, signup

AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36":
        "Chrome, Linux",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1": "Safari, iPhone",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0":
        "Firefox, Windows",
    "curl/8.5.0": "curl",
    "<b>": None,
}


def sessions(person):
    return person.want(200, "GET", "sessions")


def alive(stack, token):
    return {Client(stack).get("rest-auth/user/", headers={
        "Authorization": f"Bearer {token}", "Connection": "close"}).status_code
        for _ in range(8)} == {200}


def test_the_list_says_what_they_are(stack, person):
    twins = []
    for agent in AGENTS:
        twin = Client(stack)
        twin.headers["User-Agent"] = agent
        twin.login(person.email, person.password)
        twins.append(twin)
    found = sessions(person)
    assert set(found[0]) == {"id", "device", "user_agent", "created_at", "last_seen", "current"}
    assert found[0]["current"] and not any(row["current"] for row in found[1:])
    assert {row["user_agent"]: row["device"] for row in found[1:]} == AGENTS
    assert [row["id"] for row in found[1:]] == sorted((r["id"] for r in found[1:]), reverse=True)
    assert sessions(twins[0])[0]["user_agent"] == twins[0].headers["User-Agent"]


def test_one_is_ended_at_once_everywhere(stack, person):
    twin, third = (login(stack, person.email, person.password) for _ in range(2))
    last = next(row["id"] for row in sessions(twin) if row["current"])
    person.want(204, "DELETE", f"sessions/{last}")
    assert not alive(stack, twin.token) and alive(stack, third.token)
    assert last not in {row["id"] for row in sessions(person)}
    person.want(404, "DELETE", f"sessions/{last}")


def test_all_others_are_ended(stack, person):
    twins = [login(stack, person.email, person.password) for _ in range(3)]
    person.want(204, "DELETE", "sessions")
    assert not any(alive(stack, twin.token) for twin in twins)
    row, = sessions(person)
    assert row["current"]


def test_nobody_ends_anothers(stack, person, other):
    mine = sessions(person)[0]["id"]
    other.want(404, "DELETE", f"sessions/{mine}")
    assert sessions(person)[0]["id"] == mine


def test_ones_own_may_be_ended_too(stack, person):
    person.want(204, "DELETE", f"sessions/{sessions(person)[0]['id']}")
    assert not alive(stack, person.token)


def test_spent_and_expired_ones_are_not_listed(stack, person):
    twin = login(stack, person.email, person.password)
    mine = next(row["id"] for row in sessions(twin) if row["current"])
    stack.sql("update refresh_token set expires_at = now() where session = %s", (mine,))
    assert mine not in {row["id"] for row in sessions(person)}


@pytest.mark.parametrize("method, path", [("GET", "sessions"), ("DELETE", "sessions"),
                                          ("DELETE", "sessions/1")])
def test_who_is_not_logged_in_has_none(api, method, path):
    api.want(401, method, path)


def test_two_people_do_not_see_each_other(stack):
    ann, ben = signup(stack), signup(stack)
    assert not {row["id"] for row in sessions(ann)} & {row["id"] for row in sessions(ben)}
