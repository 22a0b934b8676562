"""The login of a browser: two cookies (A7), their life (A2, R9), and that scripts of
other sites get none (A9); what these make a browser send: test_other_sites.py."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from browser import (  # noqa: F401
    ACCESS, NAMES, REFRESH, Browser, alive, browser, by_cookie, own_page, set_cookies)
from checks import SECURITY, settle
from matrix import KINDS, MATRIX
from scene import Caller, scene  # noqa: F401
from stack import Stack, wait_for

import client as tools

GONE = {"detail": "this token is not valid or has expired"}
GRACE = 10
ME = {"id", "username", "user_name", "avatar", "email", "email_verified", "is_staff",
      "created_at"}

# The whole life of a login.


def test_the_life_of_a_login(scene):  # noqa: F811
    page = Browser(scene, Caller(scene).sign_up())
    assert page.want(200, "GET", "session") == {"user": None}
    page.want(401, "GET", "rest-auth/user/")
    answer = page.post("session", json={"email": page.email, "password": page.password})
    assert answer.status_code == 200 and set(answer.json()) == {"user"}
    assert set(answer.json()["user"]) == ME
    me = page.want(200, "GET", "session")["user"]
    assert me == answer.json()["user"]
    whole = page.want(200, "GET", "users/me")
    assert me == {name: whole[name] for name in ME}
    assert (me["email"], me["is_staff"]) == (page.email, False)
    board = page.want(201, "POST", "boards/", json={"title": "by cookie"})
    page.want(204, "DELETE", f"boards/{board['id']}")
    page.upload("pins/", "by cookie", tools.picture())
    before = dict(page.jar)
    scene.stack.run("user", "staff", page.username)
    me["is_staff"] = True
    assert page.renew() == {"user": me} == page.want(200, "GET", "session")
    page.want(200, "GET", "staff/log")
    assert not set(before.values()) & set(page.jar.values())
    after = dict(page.jar)
    assert page.want(204, "DELETE", "session") is None
    assert page.jar == {}
    assert page.want(200, "GET", "session") == {"user": None}
    for jar in (before, after):
        assert not alive(scene.stack, **by_cookie(jar))
    page.jar = after
    assert page.want(200, "GET", "session") == {"user": None}
    page.renew(401)
    assert page.jar == {}


def test_flags_of_the_cookies(scene):  # noqa: F811
    """A7.  Both can be set by this host alone, and are sent to no other; no
    script reads them; they live as long as what is in them."""
    page = Browser(scene, Caller(scene).sign_up())
    flags = {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"}
    lives = {ACCESS: "Max-Age=900", REFRESH: "Max-Age=1209600"}
    for path, body in (("session", {"email": page.email, "password": page.password}),
                       ("session/refresh", None)):
        answer = page.post(path, json=body)
        cookies = set_cookies(answer)
        assert set(cookies) == set(NAMES)
        for name, (value, attributes) in cookies.items():
            assert attributes == flags | {lives[name]}
            assert value not in answer.text
        assert cookies[ACCESS][0].startswith("eyJ")
        assert re.fullmatch(r"[\w-]{43}", cookies[REFRESH][0])
    for answer in (page.delete("session"), page.delete("session"), page.post("session/refresh")):
        assert set_cookies(answer) == {n: ("", flags | {"Max-Age=0"}) for n in NAMES}


def test_answers_with_cookies_are_never_kept(browser):
    """Nor does any cache between keep what a login by cookie was shown."""
    for answer in (browser.post("session", json={"email": browser.email,
                                                 "password": browser.password}),
                   browser.post("session/refresh"), browser.get("session"),
                   browser.post("session", json={"email": browser.email, "password": "wrong"}),
                   browser.delete("session"), browser.post("session/refresh")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers and "Content-Encoding" not in answer.headers
        for name, value in SECURITY.items():
            assert answer.headers[name] == value


def test_a_wrong_password(browser):
    wrong = {"non_field_errors": ["e-mail address or password is wrong"]}
    before = dict(browser.jar)
    for email in (browser.email, "nobody@example.com"):
        answer = browser.post("session", json={"email": email, "password": "wrong"})
        assert answer.status_code == 400 and answer.json() == wrong
        assert not set_cookies(answer)
    assert browser.want(400, "POST", "session", json={"email": browser.email}) == {
        "password": ["this field is required"]}
    assert browser.jar == before and alive(browser.stack, **by_cookie(before))


def test_a_new_login_ends_the_one_it_replaces(browser):
    old = browser.twin()
    browser.log_in()
    assert alive(browser.stack, **by_cookie(browser.jar))
    assert not alive(browser.stack, **by_cookie(old.jar))
    old.renew(401)


def test_other_logins_give_no_cookies(scene):  # noqa: F811
    """Programs have their tokens in bodies, whatever they send."""
    ann = Caller(scene).sign_up()
    for path, body in (("rest-auth/login/", {"email": ann.email, "password": ann.password}),
                       ("accounts/token/refresh/", {"refresh": ann.refresh})):
        answer = ann.post(path, json=body, headers=own_page(scene.stack))
        assert answer.status_code == 200 and not set_cookies(answer)
    # nor are cookies read there
    page = Browser(scene, ann).log_in()
    assert page.post("accounts/token/refresh/").status_code == 401


# Renewing.


def test_a_spent_refresh_cookie_ends_the_session(browser):
    """R9: it was stolen, or its successor was."""
    thief = browser.twin()
    browser.renew()
    thief.age(GRACE + 1)
    answer = thief.post("session/refresh")
    assert answer.status_code == 401 and answer.json() == GONE and thief.jar == {}
    assert not alive(browser.stack, **by_cookie(browser.jar))
    assert browser.want(200, "GET", "session") == {"user": None}
    browser.renew(401)


def test_tabs_that_renew_at_once(browser):
    """All go on, and there is one refresh token that can be used."""
    session, tabs = browser.session_id(), [browser.twin() for _ in range(8)]
    spent = browser.jar[REFRESH]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda tab: tab.post("session/refresh"), tabs))
    assert [a.status_code for a in answers] == [200] * 8
    assert sum(REFRESH in set_cookies(a) for a in answers) == 1
    assert all(set_cookies(a)[ACCESS][0] for a in answers)
    assert browser.usable(session) == 1
    for tab in tabs:
        assert alive(browser.stack, **by_cookie(tab.jar))
    winner, = [tab for tab in tabs if tab.jar[REFRESH] != spent]
    winner.renew()
    assert winner.session_id() == session and browser.usable(session) == 1


def test_the_grace_is_for_a_moment_and_for_cookies(browser):
    late = browser.twin()
    browser.renew()
    for _ in range(3):
        assert late.renew()["user"]["email"] == browser.email
    assert browser.usable(browser.session_id()) == 1
    late.age(GRACE - 3)
    late.renew()
    # a program that sends it in a body has none
    browser.want(401, "POST", "accounts/token/refresh/", json={"refresh": late.jar[REFRESH]},
                 headers={"Cookie": None})
    late.renew(401)
    browser.renew(401)


def test_nothing_renews_what_has_ended(browser):
    late = browser.twin()
    browser.renew()
    browser.want(204, "DELETE", "session")
    late.renew(401)
    assert late.jar == {}


@pytest.mark.parametrize("cookie", [
    None, "", f"{REFRESH}=", f"{REFRESH}=x", f"{REFRESH}={'A' * 43}", f"{REFRESH}=\"\"",
    "__host-refresh={0}", "refresh={0}", "{0}", REFRESH + "={0}; " + REFRESH + "={0}",
    REFRESH + "={0}; " + REFRESH + "=x", REFRESH + "={0}x", REFRESH + "={1}", ACCESS + "={0}"])
def test_what_is_no_refresh_cookie(browser, cookie):
    sent = cookie and cookie.format(browser.jar[REFRESH], browser.jar[ACCESS])
    answer = browser.twin().post("session/refresh", headers={"Cookie": sent})
    assert answer.status_code == 401 and answer.json() == GONE
    assert {value for value, _ in set_cookies(answer).values()} == {""}
    browser.renew()


def test_no_cookie_is_set_by_what_was_not_saved(scene, browser):  # noqa: F811
    """The token that the browser has can still be spent."""
    name, session = tools.unique("f"), browser.session_id()
    scene.sql(f"create function {name}() returns trigger language plpgsql as "
              "$$ begin raise exception 'no'; end $$")
    scene.sql(f"create constraint trigger {name} after insert on refresh_token deferrable "
              f"initially deferred for each row when (new.session = {session}) "
              f"execute function {name}()")
    try:
        answer = tools.Client(scene.stack).post("session/refresh", headers={
            "Cookie": browser.cookie(), **own_page(scene.stack)})
    finally:
        scene.sql(f"drop function {name} cascade")
    assert answer.status_code == 500 and not set_cookies(answer)
    browser.renew()


# Logging out.


def test_logout_ends_both_tokens_at_once(scene, browser):  # noqa: F811
    after = browser.twin()
    browser.want(204, "DELETE", "session")
    assert not alive(scene.stack, **by_cookie(after.jar))
    assert not alive(scene.stack, Authorization=f"Bearer {after.jar[ACCESS]}")
    after.want(401, "POST", "accounts/token/refresh/", json={"refresh": after.jar[REFRESH]},
               headers={"Cookie": None})


@pytest.mark.parametrize("held", [NAMES, (ACCESS,), (REFRESH,)],
                         ids=["both", "access", "refresh"])
def test_logout_by_either_cookie(browser, held):
    before = browser.twin()
    answer = browser.delete("session", headers={"Cookie": before.cookie(*held)})
    assert answer.status_code == 204 and set(set_cookies(answer)) == set(NAMES)
    assert not alive(browser.stack, **by_cookie(before.jar))
    before.renew(401)


def test_logout_leaves_other_logins(browser):
    elsewhere = Browser(browser.scene, browser).log_in()
    browser.want(204, "DELETE", "session")
    assert alive(browser.stack, **by_cookie(elsewhere.jar))
    elsewhere.renew()


def test_a_new_password_ends_logins_by_cookie(browser):
    elsewhere = Browser(browser.scene, browser).log_in()
    word = tools.unique("Brisk-lantern-")
    browser.want(200, "POST", "rest-auth/password/change/", json={
        "old_password": browser.password, "new_password1": word, "new_password2": word})
    assert alive(browser.stack, **by_cookie(browser.jar))
    assert not alive(browser.stack, **by_cookie(elsewhere.jar))
    elsewhere.renew(401)


def test_a_closed_account(scene, browser):  # noqa: F811
    scene.sql("update account set is_active = false where id = %s", browser.user["id"])
    browser.renew(401)
    assert browser.jar == {}


# Who is asking.


@pytest.mark.parametrize("cookie", [
    ACCESS + "={0}; " + ACCESS + "={0}", ACCESS + "={0}; " + ACCESS + "=x", "__host-access={0}",
    "__Secure-access={0}", "access={0}", ACCESS + "=", ACCESS + "={0}\"", ACCESS + " ={0}"])
def test_what_is_no_login(browser, cookie):
    """Two cookies of one name: one of them is not ours, and neither counts."""
    sent = {"Cookie": cookie.format(browser.jar[ACCESS])}
    assert browser.want(200, "GET", "session", headers=sent) == {"user": None}
    browser.want(401, "GET", "rest-auth/user/", headers=sent)
    browser.want(200, "GET", "boards/?limit=1", headers=sent)
    browser.want(401, "POST", "boards/", json={"title": "x"}, headers=sent)


@pytest.mark.parametrize("value", ["x", "{1}", "{0}x", "eyJ.eyJ.x"])
def test_a_login_that_is_not_valid(browser, value):
    """As with Authorization: it is refused by what asks who the viewer is, also
    where nobody is answered; only who asks for the login itself learns null."""
    sent = {"Cookie": f"{ACCESS}=" + value.format(browser.jar[ACCESS], browser.jar[REFRESH])}
    assert browser.want(200, "GET", "session", headers=sent) == {"user": None}
    for path in ("rest-auth/user/", "boards/?limit=1", "tags/?limit=1"):
        assert browser.want(401, "GET", path, headers=sent) == GONE
    assert browser.want(401, "POST", "boards/", json={"title": "x"}, headers=sent) == GONE
    browser.want(200, "GET", "openapi.json", headers=sent)


def test_authorization_stands_before_the_cookie(scene, browser):  # noqa: F811
    ann = Caller(scene).sign_up()
    for path in ("rest-auth/user/", "session"):
        found = ann.want(200, "GET", path, headers={"Cookie": browser.cookie()})
        assert found.get("user", found)["id"] == ann.id
    # one that is not valid is not made good by a cookie that is
    for header in ("Bearer x", "Basic eDp4", f"Bearer {browser.jar[REFRESH]}",
                   browser.jar[ACCESS], "Bearer"):
        sent = {"Authorization": header}
        browser.want(401, "GET", "rest-auth/user/", headers=sent)
        browser.want(401, "POST", "boards/", json={"title": "x"}, headers=sent)
        assert browser.want(200, "GET", "session", headers=sent) == {"user": None}


# Of now, of nobody, or a file that Nginx sends.
NOT_ALIKE = ("metrics", "healthz", "readyz", "speed", "openapi.json", "accounts/export/file")
READS = [row for row in MATRIX if row.method == "GET" and row.path not in NOT_ALIKE]
OF_LOGIN = ("sessions",)  # which of them is this one


@pytest.mark.parametrize("row", READS, ids=lambda row: row.path)
def test_reads_are_the_same_by_cookie(scene, row):  # noqa: F811
    """Byte for byte what a token shows, so that what is kept for a viewer
    serves both; and for the viewer alone."""
    column = row.columns()[0]
    owner = scene.callers["staff" if row.expected("owner", column) == 403 else "owner"]
    assert row.expected(owner.role, column) == 200
    page = Browser(scene, owner).log_in()
    if row.path in OF_LOGIN:  # the token of that very login
        owner = scene.copy(owner, owner.role)
        owner.use_token(page.jar[ACCESS])
    values = scene.make(row.kind, KINDS[row.kind][column][0], owner.id, owner)
    path = row.path.format(**values)
    settle(scene.stack)
    # rows that no route has written are told to the cache and the index a little later
    for outbox in ("cache_outbox", "index_outbox"):
        wait_for(lambda outbox=outbox: not scene.sql(f"select 1 from {outbox}"))
    for _ in range(2):
        by_token, cookie = owner.get(path), page.get(path)
    assert cookie.status_code == by_token.status_code == 200
    assert cookie.content == by_token.content
    for answer in (by_token, cookie):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == (
            "private, no-cache" if "ETag" in answer.headers else "no-store")
    assert cookie.headers.get("ETag") == by_token.headers.get("ETag")
    if "ETag" in cookie.headers:
        same = {"If-None-Match": cookie.headers["ETag"]}
        assert page.get(path, headers=same).status_code == 304
        nobody = Caller(scene).get(path, headers=same)
        assert nobody.status_code in (200, 304, 401)
        if nobody.status_code == 304:
            assert Caller(scene).get(path).content == cookie.content


def test_nothing_is_told_in_logs(scene):  # noqa: F811
    told = scene.told_in_logs()
    assert not told, "\n".join(told)


# A site that lets another site's scripts call it, and whose tokens live short.

APP = "https://app.example"


@pytest.fixture(scope="module")
def short():
    with Stack({"access_s": 10, "limit_scale": 1000, "hash_kb": 64, "hash_ops": 1,
                "cors_origins": APP}) as running:
        yield running


def plain_login(stack):
    """-> the jar of somebody new."""
    ann = tools.signup(stack)
    answer = tools.Client(stack).post("session", headers=own_page(stack), json={
        "email": ann.email, "password": ann.password})
    assert answer.status_code == 200
    return {name: value for name, (value, _) in set_cookies(answer).items()}, answer


def test_other_sites_never_get_cookies(short):
    """A9: the origins that may call with a token may not with a cookie, and
    no answer lets a browser give one to their scripts."""
    jar, _ = plain_login(short)
    cookie = {"Cookie": "; ".join(f"{n}={v}" for n, v in jar.items())}
    nobody = tools.Client(short)
    for origin in (APP, "https://evil.example", "null", short.url):
        for headers in ({}, cookie, {**cookie, "X-Requested-With": "pinwall"}):
            sent = {**headers, "Origin": origin}
            answers = {
                "read": nobody.get("session", headers=sent),
                "write": nobody.post("boards/", json={"title": tools.unique("b")}, headers=sent),
                "login": nobody.post("session", json={}, headers=sent),
                "renew": nobody.post("session/refresh", headers={**sent, "Cookie": None}),
                "logout": nobody.delete("session", headers={**sent, "Cookie": None}),
                "preflight": nobody.options("boards/", headers={
                    **sent, "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "x-requested-with"}),
            }
            for name, answer in answers.items():
                got = {k.lower(): v for k, v in answer.headers.items()}
                assert "access-control-allow-credentials" not in got
                assert "x-requested-with" not in got.get(
                    "access-control-allow-headers", "").lower()
                assert got.get("access-control-allow-origin") == (
                    APP if origin == APP else None), (origin, name)
                assert got["vary"].startswith("Origin")
            ours = origin == short.url and "X-Requested-With" in headers
            assert answers["write"].status_code == (
                201 if ours else 403 if "Cookie" in headers else 401)
            for name, good in (("login", 400), ("renew", 401), ("logout", 204)):
                assert answers[name].status_code == (good if ours else 403), (origin, name)


def test_an_access_cookie_expires_and_the_session_goes_on(short):
    before = time.monotonic()
    jar, answer = plain_login(short)
    after = asked = time.monotonic()
    assert "Max-Age=10" in set_cookies(answer)[ACCESS][1]
    nobody = tools.Client(short)
    while nobody.get("rest-auth/user/", headers=by_cookie(jar)).status_code == 200:
        assert asked - after < 12
        time.sleep(0.3)
        asked = time.monotonic()
    assert time.monotonic() - before > 7
    assert nobody.get("session", headers=by_cookie(jar)).json() == {"user": None}
    answer = nobody.post("session/refresh", headers={
        "Cookie": f"{REFRESH}={jar[REFRESH]}", **own_page(short)})
    assert answer.status_code == 200
    assert alive(short, **by_cookie({ACCESS: set_cookies(answer)[ACCESS][0]}))


def test_the_end_of_a_login_outlives_the_processes(short):
    jar, _ = plain_login(short)
    tools.Client(short).delete("session", headers={
        "Cookie": f"{REFRESH}={jar[REFRESH]}", **own_page(short)})
    short.redis().flushall()
    short.redis("cache").flushall()
    assert not alive(short, **by_cookie(jar))
    short.reload()
    assert not alive(short, **by_cookie(jar))
