"""A caller of the API, and what its tests are made of: people, pictures,
mails, a web server to fetch from.

    api = Client(stack)                     nobody
    ann = signup(stack)                     somebody new, logged in
    pin = ann.want(201, "POST", "pins/", json={"title": "tea"})
"""

import email
import email.policy
import io
import itertools
import os
import random
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests
from PIL import Image

_numbers = itertools.count(1)


def unique(prefix="x"):
    """A name that no other test, run or process has used."""
    return f"{prefix}{os.getpid():x}{next(_numbers):x}{random.randrange(4096):03x}"


class Client(requests.Session):
    """Paths are relative to /api/; those that begin with a slash, or are whole
    addresses (`next` of a page), are taken as they are."""

    def __init__(self, stack, language=None):
        super().__init__()
        self.stack = stack
        self.trust_env = False
        self.username = self.email = self.password = self.user = self.token = None
        if language:
            self.headers["Accept-Language"] = language

    def request(self, method, path, **options):
        options.setdefault("timeout", 60)
        options.setdefault("allow_redirects", False)
        if path.startswith("/"):
            path = self.stack.url + path
        elif not re.match(r"https?://", path):
            path = self.stack.api + path
        return super().request(method, path, **options)

    def want(self, status, method, path, **options):
        """Makes the request, checks the status, returns the JSON (None when
        the answer has no body)."""
        answer = self.request(method, path, **options)
        assert answer.status_code == status, (
            f"{method} {path}: {answer.status_code}, not {status}: {answer.text[:2000]}"
        )
        return answer.json() if answer.content else None

    def pages(self, path, **options):
        """Every result of a list, page by page."""
        while path:
            page = self.want(200, "GET", path, **options)
            yield from page["results"]
            path, options = page["next"], {}

    def use_token(self, token):
        self.token = token
        self.headers["Authorization"] = f"JWT {token}"

    def login(self, email, password):
        answer = self.want(200, "POST", "rest-auth/login/",
                           json={"email": email, "password": password})
        self.email, self.password = email, password
        self.user = answer["user"]
        self.username = self.user["username"]
        self.use_token(answer["token"])
        self.cookies.clear()
        return answer

    def upload(self, path, title, data, name="picture.png", status=201, field="image", **fields):
        """A pin by multipart, as the published clients send it."""
        return self.want(status, "POST", path, data={"title": title, **fields},
                         files={field: (name, data)})


def signup(stack, username=None, email=None, password=None, **options):
    """A new person, logged in by token."""
    client = Client(stack, **options)
    client.username = username or unique("p")
    client.email = email or f"{client.username}@example.com"
    client.password = password or unique("Quiet-harbour-")
    answer = client.want(201, "POST", "rest-auth/registration/", json={
        "email": client.email, "username": client.username,
        "password1": client.password, "password2": client.password,
    })
    client.user = answer["user"]
    client.use_token(answer["token"])
    client.cookies.clear()
    return client


def login(stack, email, password, **options):
    client = Client(stack, **options)
    client.login(email, password)
    return client


def picture(kind="PNG", size=(64, 48), seed=None, **options):
    """A picture's bytes, different from every other unless seeded alike."""
    dice = random.Random(seed) if seed is not None else random.Random()
    small = Image.new("RGB", (8, 6))
    small.putdata([tuple(dice.randrange(256) for _ in range(3)) for _ in range(48)])
    out = io.BytesIO()
    small.resize(size, Image.BICUBIC).save(out, kind, **options)
    return out.getvalue()


def mails(stack, to=None):
    """Mails written so far, oldest first; only those to one address if given."""
    found = []
    for path in sorted(stack.mail_dir.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if to is None or to in message["To"]:
            found.append(message)
    return found


class Web:
    """A web server on loopback: what the program may fetch from when its
    address stands in the setting fetch_allow."""

    def __init__(self):
        pages = self.pages = {}
        seen = self.seen = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                seen.append(self.path)
                status, headers, body = pages.get(
                    self.path.partition("?")[0], (404, {"Content-Type": "text/plain"}, b"none"))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # the program hangs up when it has enough
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server.server_port}"

    def serve(self, body, kind="image/png", path=None, status=200, **headers):
        """Puts something under a path (a new one by default); its address."""
        path = path or f"/{unique('file')}"
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"Content-Type": kind, **names}, body)
        return f"http://{self.address}{path}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
