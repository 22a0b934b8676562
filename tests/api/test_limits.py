"""The real rate limits, with Redis and without: core/limit.def."""

import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import count, finish, many_pins
from client import Client, picture, unique
from stack import TOP, Stack, wait_for

ROWS = re.findall(r"^LIMIT\((\w+),\s*(\d+), (\d+),\s*(\d+), (\d+)\)",
                  (TOP / "fcgi-app/core/limit.def").read_text(), re.M)
LIMITS = {name: [int(n) for n in numbers] for name, *numbers in ROWS}
PASSWORD = "Quiet-harbour-1729"


@pytest.fixture(scope="module")
def site(web):
    """A site with the limits as they are, and two workers of each pool."""
    with Stack({"hash_kb": 64, "hash_ops": 1, "fast_workers": 2, "slow_workers": 2,
                "fetch_allow": web.address}) as stack:
        yield stack
        finish(stack, "limits")


@pytest.fixture(autouse=True)
def full_buckets(site):
    site.redis().flushall()


def anybody(site, name="p", **options):
    """Somebody made without signing up, which is limited."""
    ann = Client(site, **options)
    ann.username, ann.password = unique(name), PASSWORD
    ann.email = f"{ann.username}@example.com"
    subprocess.run([site.program, "user", "--conf", site.conf, "add", ann.username, ann.email],
                   input=PASSWORD + "\n", text=True, check=True, capture_output=True)
    ann.login(ann.email, PASSWORD)
    return ann


def passed(calls, most):
    """How many of at most `most` calls pass before the first 429; and that."""
    for n in range(most):
        answer = calls()
        if answer.status_code == 429:
            return n, answer
    return most, None


class Meanwhile:
    """How many calls of a limit have come back since, at most."""

    def __init__(self, calls, window):
        self.rate, self.begin = calls / window, time.monotonic()

    def __call__(self):
        return int((time.monotonic() - self.begin) * self.rate) + 1


def check_refusal(answer, window):
    wait = int(answer.headers["Retry-After"])
    assert 1 <= wait <= window
    assert answer.json() == {"detail": f"too many requests; try again in {wait} seconds"}
    assert answer.headers["RateLimit-Remaining"] == "0"
    assert int(answer.headers["RateLimit-Limit"]) > 0
    assert 1 <= int(answer.headers["RateLimit-Reset"]) <= window


def try_login(client, email, password="wrong"):
    return client.post("rest-auth/login/", json={"email": email, "password": password})


def test_login_per_account(site):
    """Ten tries however the address is spelt, right or wrong; others are not
    locked out, and its owner's sessions go on."""
    ann, bob, nobody = anybody(site, name="kim"), anybody(site), Client(site)
    site.redis().flushall()
    calls, window = LIMITS["LOGIN"][2:]
    spellings = [ann.email, ann.email.upper(), ann.email.title(), f" {ann.email} ",
                 ann.email.replace("i", "İ"), ann.email.replace("k", "\u212a")]
    tried = iter(spellings * 3)
    n, answer = passed(lambda: try_login(nobody, next(tried)), 20)
    assert n == calls
    check_refusal(answer, window)
    for email in spellings:
        assert try_login(nobody, email, PASSWORD).status_code == 429
    assert try_login(nobody, bob.email, PASSWORD).status_code == 200
    assert ann.get("rest-auth/user/").status_code == 200


def test_a_login_by_cookie_counts_as_any_login(site):
    """One bucket: who guesses has not twice as many tries by the other way;
    what another site's page makes a browser send takes none."""
    ann, nobody = anybody(site), Client(site)
    site.redis().flushall()
    calls, window = LIMITS["LOGIN"][2:]
    ours = {"X-Requested-With": "pinwall"}

    def by_cookie(**headers):
        return nobody.post("session", headers=headers,
                           json={"email": ann.email.upper(), "password": "wrong"})

    assert [by_cookie().status_code for _ in range(calls + 3)] == [403] * (calls + 3)
    for _ in range(calls // 2):
        assert try_login(nobody, ann.email).status_code == 400
    n, answer = passed(lambda: by_cookie(**ours), 20)
    assert n == calls - calls // 2
    check_refusal(answer, window)
    assert try_login(nobody, ann.email, PASSWORD).status_code == 429


def test_renewing_by_cookie_per_address(site):
    nobody, (calls, window) = Client(site), LIMITS["TOKEN"][:2]
    back = Meanwhile(calls, window)
    n, answer = passed(lambda: nobody.post("session/refresh", headers={
        "X-Requested-With": "pinwall", "Cookie": "__Host-refresh=x"}), 2 * calls)
    assert calls <= n <= calls + back()
    check_refusal(answer, window)


def test_login_with_many_workers_at_once(site):
    ann, calls = anybody(site), LIMITS["LOGIN"][2]
    site.redis().flushall()
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: try_login(Client(site), ann.email).status_code, range(40)))
    assert codes.count(400) == calls and codes.count(429) == 40 - calls


def test_login_per_address(site):
    """Many accounts from one place; no header makes it another place."""
    nobody, (calls, window) = Client(site), LIMITS["LOGIN"][:2]
    spoofs = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X_Forwarded_For", "Client-IP",
              "True-Client-IP", "CF-Connecting-IP"]

    def one():
        nobody.headers[spoofs[int.from_bytes(unique().encode(), "big") % len(spoofs)]] = "10.1.2.3"
        return try_login(nobody, f"{unique()}@example.com")

    back = Meanwhile(calls, window)
    n, answer = passed(one, 2 * calls)
    assert calls <= n < calls + back()
    check_refusal(answer, window)


def test_sign_up(site):
    nobody, (calls, window) = Client(site), LIMITS["SIGNUP"][:2]
    before = count(site, "account")[0]

    def one():
        name = unique("n")
        return nobody.post("rest-auth/registration/", json={
            "email": f"{name}@example.com", "username": name, "password1": PASSWORD,
            "password2": PASSWORD})

    n, answer = passed(one, calls + 5)
    assert n == calls and count(site, "account")[0] == before + calls
    check_refusal(answer, window)


def test_upload_and_fetch(site, web):
    """What fails counts as well; fetching has a limit beside."""
    ann, bob = anybody(site), anybody(site)
    uploads, fetches = LIMITS["UPLOAD"][2], LIMITS["FETCH"][2]
    site.redis().flushall()
    back, more = (Meanwhile(*LIMITS[name][2:]) for name in ("FETCH", "UPLOAD"))
    assert ann.upload("pins/", "one", picture())["id"]

    def fetch():
        return ann.post("pins/", json={"title": "x", "image_url": "http://127.0.0.1/"})

    n, answer = passed(fetch, 2 * fetches)
    assert fetches <= n < fetches + back()
    check_refusal(answer, LIMITS["FETCH"][3])
    left = uploads - n - 2
    n, answer = passed(lambda: ann.post("pins/", json={"title": "x"}), uploads)
    assert left <= n < left + more()
    check_refusal(answer, LIMITS["UPLOAD"][3])
    refused = ann.post("pins/", data={"title": "x"}, files={"image": ("a.png", picture())})
    assert refused.status_code == 429
    bob.want(201, "POST", "pins/", json={"title": "x", "image_url": web.serve(picture())})
    ann.want(200, "GET", "pins/")
    ann.want(202, "POST", "pinterestAccounts/follow", json={"username": bob.username})


def test_writes_mails_and_tokens(site):
    ann = anybody(site)
    for path, (calls, window) in (
        ("rest-auth/registration/resend-email/", LIMITS["MAIL"][2:]),
        ("pinterestAccounts/follow", LIMITS["WRITE"][2:]),
        ("accounts/token/refresh/", LIMITS["TOKEN"][:2]),
    ):
        site.redis().flushall()
        back = Meanwhile(calls, window)
        n, answer = passed(lambda p=path: ann.post(p, json={}), 2 * calls)
        assert calls <= n <= calls + back(), path
        assert answer.status_code == 429 and int(answer.headers["Retry-After"]) >= 1
    site.redis().flushall()
    n, answer = passed(lambda: Client(site).post("rest-auth/password/reset/", json={
        "email": ann.email}), 10)
    assert n == LIMITS["MAIL"][2]


def test_a_new_password_is_guarded_like_a_login(site):
    ann = anybody(site)
    site.redis().flushall()
    n, answer = passed(lambda: ann.post("rest-auth/password/change/", json={
        "old_password": "wrong", "new_password1": "x", "new_password2": "x"}), 20)
    assert n == LIMITS["LOGIN"][2]
    check_refusal(answer, LIMITS["LOGIN"][3])


def test_data_once_a_day(site):
    """One that failed was none; a wrong password is none either."""
    ann = anybody(site)

    def ask(status, password=PASSWORD):
        answer = ann.post("accounts/export", json={"password": password})
        assert answer.status_code == status, answer.text
        return answer

    ask(400, "wrong")
    ask(202)
    wait_for(lambda: ann.want(200, "GET", "accounts/export")["state"] == "ready")
    calls, window = LIMITS["EXPORT"][2:]
    assert calls == 1
    check_refusal(ask(429), window)
    assert ann.get("accounts/export/file").status_code == 200  # it is there still
    ann.want(204, "DELETE", "accounts/export")
    ask(429)
    site.sql("insert into account_export (account, korean, failed, ended_at, expires_at) values "
             "(%s, false, 'fault', now(), now() + interval '1 day')", (ann.user["id"],))
    ask(202)


def test_limits_are_told_before_they_bind(site):
    ann = anybody(site)
    calls, window = LIMITS["WRITE"][2:]
    back = Meanwhile(calls, window)
    for n in range(1, 41):
        headers = ann.post("boards/", json={"title": unique()}).headers
        assert headers["RateLimit-Limit"] == str(calls)
        left = int(headers["RateLimit-Remaining"])
        assert calls - n <= left < min(calls, calls - n + back()), n


def test_korean(site):
    ann = anybody(site, language="ko")
    site.redis().flushall()
    _, answer = passed(lambda: try_login(ann, ann.email), 20)
    wait = answer.headers["Retry-After"]
    assert answer.json() == {"detail": f"요청이 너무 많습니다. {wait}초 후에 다시 시도해 주세요"}


def test_without_redis(site, web):
    """Limits hold, per process; nothing else is any different.  Redis comes
    back by itself."""
    ann, bob = anybody(site), anybody(site)
    pin = many_pins(site, bob, 1)[0]
    before = site.log().count(" fault ")
    site.kill("redis")
    wait_for(lambda: "redis" not in site.pids())
    try:
        assert Client(site).want(200, "GET", "/readyz")["redis"] == "unreachable"
        calls = LIMITS["LOGIN"][2]
        with ThreadPoolExecutor(4) as pool:
            codes = list(pool.map(lambda _: try_login(Client(site), ann.email).status_code,
                                  range(2 * calls + 20)))
        assert set(codes) == {400, 429} and calls <= codes.count(400) <= 2 * calls
        bob.want(200, "GET", "pins/")
        board = bob.want(201, "POST", "boards/", json={"title": "on"})["id"]
        bob.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin})
        bob.upload("pins/", "by file", picture())
        bob.want(201, "POST", "pins/", json={"title": "far", "image_url": web.serve(picture())})
        bob.login(bob.email, PASSWORD)
        bob.want(200, "POST", "rest-auth/logout/")
        bob.want(401, "GET", "rest-auth/user/")
    finally:
        subprocess.run(["redis-server", "redis-state.conf"], cwd=site.dir / "redis", check=True,
                       capture_output=True)
    wait_for(lambda: Client(site).want(200, "GET", "/readyz")["redis"] == "ok")
    eve = anybody(site)
    wait_for(lambda: try_login(Client(site), eve.email).status_code and site.redis().keys("rl:*"))
    time.sleep(1.2)  # who has just failed to connect waits a second
    site.redis().flushall()
    n, _ = passed(lambda: try_login(Client(site), eve.email), 20)
    assert n == calls
    assert site.log().count(" fault ") == before
