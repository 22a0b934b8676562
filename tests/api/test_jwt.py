"""Access tokens through the whole site (A1, A2): no hostile token passes
anywhere, and a login that ended stays ended, whatever is restarted."""

import json
import os
import re
import signal
import socket
import threading

import pytest
from checks import only_process, settle
from conftest import SETTINGS
from scene import Caller, Scene, scene, tokens  # noqa: F401
from stack import Stack, wait_for

MANY = 2000  # ended logins, more than any worker would remember by chance
# Not refused by the application but by Nginx: what no header may hold.
NOT_A_HEADER = set("\0\n\r")


@pytest.fixture(scope="module")
def hostile(scene):  # noqa: F811
    """Tokens of a login that is good: only what each breaks can refuse it."""
    person = Caller(scene).sign_up()
    # White space at the ends belongs to the header, not to the token.
    made = [(name, token) for name, token in tokens.hostile(
        scene.secret, user=person.id, session=person.claims["sid"]) if token == token.strip()]
    assert len(made) >= 60
    return made


class Raw:
    """Requests as they are given, which client libraries would not send."""

    def __init__(self, stack):
        self.port = stack.port
        self.link = None

    def get(self, path, header, value):
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\n{header}: {value}\r\n\r\n"
        for _ in range(2):  # a connection that Nginx has closed is made anew
            try:
                self.link = self.link or socket.create_connection(("127.0.0.1", self.port), 20)
                self.link.sendall(request.encode())
                return self.answer()
            except (ConnectionError, TimeoutError, EOFError):
                self.link.close()
                self.link = None
        return 0, b""

    def answer(self):
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, _, body = data.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        while len(body) < int(fields.get(b"content-length", 0)):
            body += self.more()
        if fields.get(b"connection") == b"close":
            self.link.close()
            self.link = None
        return int(head.split()[1]), body

    def more(self):
        got = self.link.recv(65536)
        if not got:
            raise EOFError
        return got


@pytest.mark.parametrize("path", ["/api/rest-auth/user/", "/api/pins/?limit=1"])
@pytest.mark.parametrize("scheme", ["Bearer", "JWT"])
def test_no_hostile_token_passes(scene, hostile, scheme, path):  # noqa: F811
    """Also where no login is needed: a bad token is never taken for none."""
    raw, wrong = Raw(scene.stack), []
    for name, token in hostile:
        status, body = raw.get(path, "Authorization", f"{scheme} {token}")
        # more than Nginx takes for headers, or no header at all
        foreign = len(token) > 8000 or NOT_A_HEADER & set(token)
        if status != 401 and not (foreign and status in (0, 400, 431)):
            wrong.append(f"{name}: {status} {body[:200]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scheme", ["Bearer", "JWT", "bearer", "jwt"])
def test_good_tokens_pass(scene, scheme):  # noqa: F811
    """What is right about the hostile ones."""
    person = Caller(scene).sign_up()
    raw = Raw(scene.stack)
    for name, token in tokens.controls(scene.secret, user=person.id,
                                       session=person.claims["sid"]):
        status, body = raw.get("/api/rest-auth/user/", "Authorization", f"{scheme} {token}")
        assert status == 200 and json.loads(body)["id"] == person.id, name


def test_verify_takes_no_hostile_token(scene, hostile):  # noqa: F811
    """There a token comes as JSON text, which can be anything."""
    caller, wrong = Caller(scene), []
    for name, token in hostile:
        answer = caller.post("accounts/token/verify/", json={"token": token})
        if answer.status_code not in (400, 401, 413):
            wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def test_tokens_of_one_use_are_not_of_another(scene):  # noqa: F811
    person = Caller(scene).sign_up()
    caller = Caller(scene)
    # the first is too long for the other uses, the second has their length
    for token, refused in ((person.token, 400), (person.token.split(".")[2], 401)):
        caller.want(refused, "POST", "accounts/token/refresh/", json={"refresh": token})
        caller.want(400, "POST", "rest-auth/registration/verify-email/", json={"key": token})
    caller.use_token(person.refresh)
    caller.want(401, "GET", "rest-auth/user/")
    caller.want(401, "GET", "pins/")


def test_another_installations_token(scene):  # noqa: F811
    person = Caller(scene).sign_up()
    for secret in (b"k" * 32, scene.secret + b"\n", scene.secret[:-1], scene.secret[::-1], b""):
        maker = tokens.Maker(secret, person.id, person.claims["sid"])
        caller = Caller(scene)
        caller.use_token(maker.token())
        caller.want(401, "GET", "rest-auth/user/")
        caller.want(401, "GET", "boards/")


def test_a_token_of_nobody(scene):  # noqa: F811
    """Genuine, but its session was never made: it opens nothing once its
    account is looked for."""
    maker = tokens.Maker(scene.secret, 10**12, 10**12)
    caller = Caller(scene)
    caller.use_token(maker.token())
    caller.want(404, "GET", "rest-auth/user/")


@pytest.mark.parametrize("header", [
    "", "Bearer", "Bearer ", "JWT  ", "Basic {}", "Token {}", "Bearer={}", "Bearer,{}",
    "Bearer {0} {0}", "Bearer {0}, JWT {0}", "Bearer\t{}", "\"Bearer {}\"", "{}", "JWTX {}"])
def test_what_is_no_login(scene, header):  # noqa: F811
    person = Caller(scene).sign_up()
    caller = Caller(scene)
    caller.headers["Authorization"] = header.format(person.token)
    # An empty header is none.
    expected = 401 if header else 200
    caller.want(401, "GET", "rest-auth/user/")
    caller.want(expected, "GET", "pins/?limit=1")


def test_a_token_elsewhere_is_none(scene):  # noqa: F811
    """Neither in the address, where logs keep it, nor in a cookie."""
    person = Caller(scene).sign_up()
    caller = Caller(scene)
    for name in ("token", "access_token", "jwt"):
        assert caller.get("boards/", params={name: "x"}).status_code == 400
        caller.cookies.set(name, person.token)
    caller.want(401, "GET", "rest-auth/user/")


# Logins that end.

def test_logout_ends_its_login_at_once_in_every_worker(scene):  # noqa: F811
    person = Caller(scene).sign_up()
    other = person.again()
    # Each worker has seen the token and keeps it as verified.
    at_once(scene, person.token, 32, {200})
    other_token = other.token
    person.want(200, "POST", "rest-auth/logout/")
    at_once(scene, person.token, 64, {401})
    at_once(scene, other_token, 32, {200})
    Caller(scene).want(401, "POST", "accounts/token/refresh/", json={"refresh": person.refresh})


def at_once(scene, token, n, expected):  # noqa: F811
    """n requests over as many connections, so that many workers answer."""
    got, lock = [], threading.Lock()

    def ask():
        status, _ = Raw(scene.stack).get("/api/rest-auth/user/", "Authorization",
                                         f"Bearer {token}")
        with lock:
            got.append(status)
    threads = [threading.Thread(target=ask) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == n and set(got) == expected


def change_password(person, word):
    person.want(200, "POST", "rest-auth/password/change/", json={
        "old_password": person.password, "new_password1": word, "new_password2": word})
    person.password = word


def test_a_new_password_ends_all_other_logins(scene):  # noqa: F811
    person = Caller(scene).sign_up()
    others = [person.again() for _ in range(3)]
    change_password(person, "Another-harbour-quiet-5")
    person.want(200, "GET", "rest-auth/user/")
    for other in others:
        other.want(401, "GET", "rest-auth/user/")
        other.want(401, "GET", "pins/")
        Caller(scene).want(401, "POST", "accounts/token/refresh/",
                           json={"refresh": other.refresh})
    person.again().want(200, "GET", "rest-auth/user/")


def test_a_spent_refresh_token_ends_its_login(scene):  # noqa: F811
    person = Caller(scene).sign_up()
    spent = person.refresh
    fresh = Caller(scene).want(200, "POST", "accounts/token/refresh/", json={"refresh": spent})
    person.want(200, "GET", "rest-auth/user/")
    Caller(scene).want(401, "POST", "accounts/token/refresh/", json={"refresh": spent})
    Caller(scene).want(401, "POST", "accounts/token/refresh/", json={"refresh": fresh["refresh"]})
    for token in (person.token, fresh["token"]):
        caller = Caller(scene)
        caller.use_token(token)
        caller.want(401, "GET", "rest-auth/user/")


def test_a_closed_account_has_no_logins(scene):  # noqa: F811
    person = Caller(scene).sign_up()
    twin = person.again()
    scene.close_account(person)
    for caller in (person, twin):
        caller.want(401, "GET", "rest-auth/user/")
        caller.want(401, "GET", "pins/")
        caller.want(401, "POST", "boards/", json={"title": "mine"})
        Caller(scene).want(401, "POST", "accounts/token/refresh/",
                           json={"refresh": caller.refresh})
    # Opened again, old logins stay ended and new ones work.
    scene.sql("update account set is_active = true where id = %s", person.id)
    person.want(401, "GET", "rest-auth/user/")
    person.again().want(200, "GET", "rest-auth/user/")


def test_a_removed_account_has_no_logins(scene):  # noqa: F811
    person = Caller(scene).sign_up()
    scene.sql("delete from account where id = %s", person.id)
    wait_for(lambda: person.get("rest-auth/user/").status_code == 401)
    person.want(401, "POST", "boards/", json={"title": "mine"})


def test_a_login_that_meets_a_change_of_password(scene):  # noqa: F811
    """The password was right when it was looked up, and is not when the login
    would be made."""
    person = Caller(scene).sign_up()
    caller, answers = Caller(scene), []
    hash_of = "select password from account where id = %s"
    new = scene.one(hash_of, Caller(scene).sign_up().id)

    def log_in():
        answers.append(caller.post("rest-auth/login/", json={
            "email": person.email, "password": person.password}))
    with scene.stack.connect() as other:
        other.autocommit = False
        with other.cursor() as cursor:
            cursor.execute("update account set password = %s where id = %s", (new, person.id))
            cursor.execute("update session set revoked_at = now() where account = %s",
                           (person.id,))
            thread = threading.Thread(target=log_in)
            thread.start()
            wait_for(lambda: answers or scene.sql(
                "select 1 from pg_locks where not granted and locktype = 'transactionid'"))
            other.commit()
        thread.join()
    assert answers[0].status_code == 400, answers[0].text
    assert scene.one("select count(*) from session where account = %s and revoked_at is null",
                     person.id) == 0


def test_a_refresh_that_meets_a_logout(scene):  # noqa: F811
    person = Caller(scene).sign_up()
    caller, answers = Caller(scene), []

    def refresh():
        answers.append(caller.post("accounts/token/refresh/", json={"refresh": person.refresh}))
    with scene.stack.connect() as other:
        other.autocommit = False
        with other.cursor() as cursor:
            cursor.execute("update session set revoked_at = now() where id = %s",
                           (person.claims["sid"],))
            thread = threading.Thread(target=refresh)
            thread.start()
            wait_for(lambda: answers or scene.sql(
                "select 1 from pg_locks where not granted and locktype = 'transactionid'"))
            other.commit()
        thread.join()
    assert answers[0].status_code == 401, answers[0].text


# ... and stay ended.

@pytest.fixture(scope="module")
def own():
    """A site of its own, to be restarted."""
    with Stack(SETTINGS) as stack:
        made = Scene(stack)
        yield made
        made.close()


@pytest.fixture(scope="module")
def ended(own):
    """Tokens in time whose logins have ended in every way there is, and good
    ones; from before anything was restarted."""
    keeper = Caller(own).sign_up()
    out = Caller(own).sign_up()
    out.want(200, "POST", "rest-auth/logout/")
    changed = Caller(own).sign_up()
    old = [changed.again() for _ in range(2)]
    change_password(changed, "Another-harbour-quiet-6")
    stolen = Caller(own).sign_up()
    spent = stolen.refresh
    for expected in (200, 401):
        Caller(own).want(expected, "POST", "accounts/token/refresh/", json={"refresh": spent})
    closed = Caller(own).sign_up()
    own.close_account(closed)
    reset = Caller(own).sign_up()
    person, token = own.mail_token("reset")
    Caller(own).want(200, "POST", "rest-auth/password/reset/confirm/", json={
        "uid": person.id, "token": token, "new_password1": "Another-harbour-quiet-7",
        "new_password2": "Another-harbour-quiet-7"})
    # too long ago for those that look now and then at what other hosts ended
    many = own.sql("insert into session (account, user_agent, revoked_at) "
                   "select %s, '', now() - interval '5 minutes' from generate_series(1, %s) "
                   "returning id", reset.id, MANY)
    made = [tokens.Maker(own.secret, reset.id, row[0]).token() for row in many[::50]]
    bad = [out.token, *(p.token for p in old), stolen.token, closed.token, person.token]
    return {"bad": bad, "many": made,
            "good": [keeper.token, changed.token, reset.token], "keeper": keeper}


def check(own, ended, many=True):
    raw = Raw(own.stack)
    for path in ("/api/rest-auth/user/", "/api/pins/?limit=1"):
        for token in ended["bad"] + (ended["many"] if many else []):
            assert raw.get(path, "Authorization", f"JWT {token}")[0] == 401
        for token in ended["good"]:
            assert raw.get(path, "Authorization", f"JWT {token}")[0] == 200


def restored(own):
    """How many sessions the processes say that they have put into the table."""
    return sum(map(int, re.findall(r"revoked-restored sessions=(\d+)", own.stack.log())))


def test_ended_logins(own, ended):
    check(own, ended, many=False)


def renewed(own, n):
    """The n-th generation serves; how many sessions were put into the table so far."""
    own.stack.reload()
    wait_for(lambda: f"generation-serves number={n} " in own.stack.log())
    return restored(own)


def test_over_reloads(own, ended):
    """What is known stays, what is not is asked for, and nothing is put into
    the table by every generation.  One that cannot ask Postgres in time as it starts,
    on a busy machine, asks for each token, and leaves the table to the next."""
    told = [0]
    while told[-1] < MANY and len(told) < 6:
        told.append(renewed(own, len(told) + 1))
        check(own, ended)
    assert told[-1] >= MANY, told
    for n in (1, 2):
        assert renewed(own, len(told) + n) == told[-1]
        check(own, ended)


def test_jobs_by_hand_leave_the_end_of_logins_to_the_site(own):
    """`pinwall jobs` runs beside the site and cannot tell its workers."""
    person = Caller(own).sign_up()
    settle(own.stack)
    process = only_process(own.stack, "jobs")
    os.kill(process, signal.SIGSTOP)
    try:
        own.sql("update account set is_active = false where id = %s", person.id)
        own.stack.run("jobs")
        assert own.one("select attempts from job where kind = 'end_logins'") == 1
    finally:
        os.kill(process, signal.SIGCONT)
    wait_for(lambda: person.get("rest-auth/user/").status_code == 401)


def test_when_redis_forgets(own, ended):
    own.stack.redis().flushall()
    check(own, ended)


def test_when_redis_is_restarted(own, ended):
    own.stack.kill("redis")
    check(own, ended)
    own.stack.start()
    check(own, ended)


def test_when_the_program_is_restarted(own, ended):
    """kill -9: nobody could write anything down."""
    own.stack.kill("app")
    own.stack.start()
    check(own, ended)


def test_when_everything_is_restarted(own, ended):
    own.stack.restart()
    check(own, ended)
    own.db = own.stack.connect()
    # and what works after that
    keeper = ended["keeper"]
    keeper.again().want(200, "GET", "rest-auth/user/")
    again = Caller(own).want(200, "POST", "accounts/token/refresh/",
                             json={"refresh": keeper.refresh})
    keeper.use_token(again["token"])
    keeper.want(200, "POST", "rest-auth/logout/")
    keeper.want(401, "GET", "rest-auth/user/")


def test_nothing_is_told_in_logs(own, ended, scene, hostile):  # noqa: F811
    """Z8: neither tokens, passwords nor addresses, of all that was used here."""
    own.secrets.update(ended["bad"] + ended["many"] + ended["good"])
    scene.secrets.update(token for _, token in hostile if len(token) > 60)
    assert len(scene.secrets) > 100 and len(own.secrets) > 40
    told = scene.told_in_logs() + own.told_in_logs()
    assert not told, "\n".join(told)
