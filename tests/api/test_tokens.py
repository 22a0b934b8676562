"""The life of tokens: rotation, reuse, logout, expiry.  Forged tokens are in
test_jwt.py, those of browsers in test_session.py."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import run_job
from client import Client, login, signup, unique
from stack import Stack

GONE = {"detail": "this token is not valid or has expired"}


@pytest.fixture
def session(stack, person):
    """A login of a person: its tokens."""
    return person.login(person.email, person.password)


def refresh(client, token, status=200, **options):
    return client.want(status, "POST", "accounts/token/refresh/", json={"refresh": token},
                       **options)


def alive(stack, token):
    """Is the access token taken by every worker?  Each request has a new
    connection, so they go around."""
    codes = {Client(stack).get("rest-auth/user/", headers={
        "Authorization": f"Bearer {token}", "Connection": "close"}).status_code
        for _ in range(12)}
    assert len(codes) == 1 and codes < {200, 401}, codes
    return codes == {200}


def test_a_refresh_token_is_spent_by_its_use(stack, api, session):
    new = refresh(api, session["refresh"])
    assert new["refresh"] != session["refresh"] and new["access"] != session["access"]
    assert alive(stack, session["access"]) and alive(stack, new["access"])
    assert refresh(api, new["refresh"])["refresh"] not in (session["refresh"], new["refresh"])


def test_reuse_ends_the_session_at_once_everywhere(stack, api, person, session):
    other = login(stack, person.email, person.password)
    new = refresh(api, session["refresh"])
    assert refresh(api, session["refresh"], 401) == GONE
    assert not alive(stack, new["access"]) and not alive(stack, session["access"])
    assert refresh(api, new["refresh"], 401) == GONE
    assert alive(stack, other.token)


def test_the_same_token_twice_at_once(stack, api, session):
    """One of them wins, and then the session is over: it was used twice."""
    def use(_):
        return Client(stack).post("accounts/token/refresh/", json={"refresh": session["refresh"]})

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(use, range(6)))
    good = [a.json() for a in answers if a.status_code == 200]
    assert len(good) == 1 and {a.status_code for a in answers} == {200, 401}
    assert not alive(stack, good[0]["access"])
    refresh(api, good[0]["refresh"], 401)


def test_logout_ends_its_session_and_no_other(stack, api, person, session):
    other = login(stack, person.email, person.password)
    assert person.want(200, "POST", "rest-auth/logout/") == {"detail": "you are logged out"}
    assert not alive(stack, session["access"]) and alive(stack, other.token)
    refresh(api, session["refresh"], 401)
    assert api.want(401, "POST", "accounts/token/verify/",
                    json={"token": session["access"]}) == GONE


def test_logout_by_refresh_token(stack, api, session):
    api.want(401, "POST", "rest-auth/logout/")
    api.want(401, "POST", "rest-auth/logout/", json={"refresh": "x" * 43})
    api.want(200, "POST", "rest-auth/logout/", json={"refresh": session["refresh"]})
    assert not alive(stack, session["access"])


def test_a_logout_outlives_redis_and_new_workers(stack, person, session):
    person.want(200, "POST", "rest-auth/logout/")
    stack.redis().flushall()
    assert not alive(stack, session["access"])
    stack.reload()
    assert not alive(stack, session["access"])
    refresh(Client(stack), session["refresh"], 401)


def test_a_new_password_ends_all_other_sessions(stack, api, person, session):
    others = [login(stack, person.email, person.password) for _ in range(3)]
    spare = others[0].want(200, "POST", "rest-auth/login/", json={
        "email": person.email, "password": person.password})
    new = unique("Brisk-lantern-")
    person.want(200, "POST", "rest-auth/password/change/", json={
        "old_password": person.password, "new_password1": new, "new_password2": new})
    assert alive(stack, session["access"])
    assert not any(alive(stack, other.token) for other in others)
    refresh(api, spare["refresh"], 401)
    refresh(api, session["refresh"])


def test_verify(stack, api, session):
    for token in (session["access"], session["refresh"]):
        assert api.want(200, "POST", "accounts/token/verify/", json={"token": token}) == {}
    new = refresh(api, session["refresh"])
    for token in (session["refresh"], session["access"] + "x", "x", new["refresh"][:-1]):
        assert api.want(401, "POST", "accounts/token/verify/", json={"token": token}) == GONE
    assert api.want(400, "POST", "accounts/token/verify/") == {
        "token": ["this field is required"]}


def test_each_kind_is_for_its_use(api, session):
    refresh(api, session["access"], 400)
    api.want(401, "GET", "rest-auth/user/",
             headers={"Authorization": f"Bearer {session['refresh']}"})


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 42 + "=", "é" * 20, "%00", None])
def test_what_is_no_refresh_token(api, token):
    answer = api.post("accounts/token/refresh/", json={"refresh": token})
    assert answer.status_code in (400, 401)
    api.want(401, "POST", "accounts/token/refresh/")


def test_an_account_that_was_closed(stack, api, person, session):
    """Its refresh token is worth nothing at once."""
    stack.change("update account set is_active = false where id = %s", (person.user["id"],))
    refresh(api, session["refresh"], 401)


# Expiry.


def test_a_refresh_token_expires(stack, api, session):
    stack.sql("update refresh_token set expires_at = now() - interval '1 second' where session = "
              "(select max(id) from session)")
    assert refresh(api, session["refresh"], 401) == GONE


def test_what_cannot_be_used_is_swept(stack, api, session):
    stack.sql("update refresh_token set expires_at = now() - interval '8 days' where session = "
              "(select max(id) from session)")
    stack.sql("update session set seen_at = now() - interval '31 days' "
              "where id = (select max(id) from session)")
    before, = stack.sql("select max(id) from session")
    run_job(stack, "sweep_tokens")
    assert stack.sql("select id from session where id = %s", before) == []
    assert stack.sql("select 1 from refresh_token where session = %s", before) == []
    refresh(api, session["refresh"], 401)


def test_an_access_token_expires_and_the_session_goes_on():
    with Stack({"access_s": 10, "limit_scale": 1000, "hash_kb": 64, "hash_ops": 1}) as short:
        ann = signup(short)
        before = time.monotonic()
        session = ann.login(ann.email, ann.password)
        after = asked = time.monotonic()
        while ann.get("rest-auth/user/").status_code == 200:
            assert asked - after < 12
            time.sleep(0.3)
            asked = time.monotonic()
        assert time.monotonic() - before > 7
        assert not alive(short, session["access"])
        new = refresh(ann, session["refresh"])
        assert alive(short, new["access"])
        assert Client(short).want(401, "POST", "accounts/token/verify/",
                                  json={"token": session["access"]}) == GONE
