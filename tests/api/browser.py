"""A page of ours in a browser, as far as its login goes: it keeps what Set-Cookie says
and sends it back, and names the origin of the page."""

import pytest
from scene import Caller, scene  # noqa: F401

import client as tools

NAMES = ("__Host-access", "__Host-refresh")
ACCESS, REFRESH = NAMES


def own_page(stack):
    return {"X-Requested-With": "pinwall", "Origin": stack.url, "Sec-Fetch-Site": "same-origin"}


def set_cookies(answer):
    """name -> (value, attributes) of the Set-Cookie lines."""
    found = {}
    for line in answer.raw.headers.getlist("Set-Cookie"):
        pair, *attributes = line.split("; ")
        name, _, value = pair.partition("=")
        assert name not in found and len(attributes) == len(set(attributes))
        found[name] = (value, set(attributes))
    return found


class Browser(Caller):
    """A page of ours in a browser with cookies of its own."""

    def __init__(self, scene, person):  # noqa: F811
        super().__init__(scene)
        self.username, self.email, self.password = person.username, person.email, person.password
        self.user, self.jar = person.user, {}

    def cookie(self, *names):
        return "; ".join(f"{n}={self.jar[n]}" for n in names or NAMES if n in self.jar) or None

    def request(self, method, path, **options):
        given = {"Cookie": self.cookie(), **own_page(self.stack), **options.pop("headers", {})}
        answer = super().request(method, path, headers=given, **options)
        self.cookies.clear()
        for name, (value, attributes) in set_cookies(answer).items():
            self.jar[name] = value
            if "Max-Age=0" in attributes:
                del self.jar[name]
        return answer

    def log_in(self):
        self.want(200, "POST", "session", json={"email": self.email, "password": self.password})
        return self

    def renew(self, status=200):
        return self.want(status, "POST", "session/refresh")

    def twin(self):
        """Another tab: the same cookies, until either gets new ones."""
        other = Browser(self.scene, self)
        other.jar = dict(self.jar)
        return other

    def session_id(self):
        return int(self.scene.one("select session from refresh_token where hash = sha256(%s)",
                                  self.jar[REFRESH].encode()))

    def usable(self, session):
        """How many refresh tokens of a session could be spent."""
        return self.scene.one("select count(*) from refresh_token r join session s "
                              "on s.id = r.session where s.id = %s and r.used_at is null "
                              "and s.revoked_at is null", session)

    def age(self, seconds):
        """The refresh token was spent longer ago."""
        self.scene.sql("update refresh_token set used_at = used_at - %s * interval '1 second' "
                       "where hash = sha256(%s)", seconds, self.jar[REFRESH].encode())


@pytest.fixture
def browser(scene):  # noqa: F811
    return Browser(scene, Caller(scene).sign_up()).log_in()


def alive(stack, **headers):
    """Is this login taken by every worker?  Each request has a new connection,
    so they go around."""
    codes = {tools.Client(stack).get("rest-auth/user/", headers={
        "Connection": "close", **headers}).status_code for _ in range(16)}
    assert len(codes) == 1 and codes < {200, 401}, codes
    return codes == {200}


def by_cookie(jar):
    return {"Cookie": f"{ACCESS}={jar[ACCESS]}"}
