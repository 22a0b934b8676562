"""People who live on the site while it is tormented, and a ledger of what they
were told: for each thing the states in which it may be.

Each process is one person, who alone changes what is theirs, so that the last
answer decides: what was answered is so, what was refused has not happened, and
where there was no answer either may be.  Nothing is tried twice: whatever
exists twice was doubled by the site.  Before the run `prepare` makes what all
of them comment on, like and follow; nobody removes it.
"""

import http.client
import io
import json
import pickle
import random
import select
import struct
import time
import zlib
from dataclasses import dataclass, field

import client as tools

THERE, GONE = "there", "gone"
# Said by the program itself: nothing of the transaction has happened.
LOGIN_S = 1200  # an access token of these sites lives for 3,600
UNDONE = {"ERR_BUSY", "ERR_STORAGE", "ERR_UPSTREAM", "ERR_DB", "ERR_INTERNAL"}


@dataclass
class Stage:
    """What all know: whom one follows, what one talks about."""
    names: list
    items: list
    far: str = ""  # where pictures are to be fetched from: host:port


def prepare(stack, people, far=""):
    """(stage, logins of the people)"""
    stars = [tools.signup(stack) for _ in range(2)]
    items = [star.upload("pins/", tools.unique("stone"), tools.picture())["id"]
             for star in stars for _ in range(2)]
    who = [tools.signup(stack) for _ in range(people)]
    logins = [(p.user["id"], p.username, f"JWT {p.token}",
               {"email": p.email, "password": p.password}) for p in who]
    return Stage([s.username for s in stars], items, far), logins


def picture(dice):
    """A small PNG like no other, made without a library."""
    width, height = 24, 16
    rows = b"".join(b"\0" + dice.randbytes(3 * width) for _ in range(height))

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))

    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def form(fields, file):
    """A multipart body and its type."""
    mark, out = "xxxxxxxxxxxxxxxx", io.BytesIO()
    for name, value in fields.items():
        out.write(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
                  f"{value}\r\n".encode())
    out.write(f'--{mark}\r\nContent-Disposition: form-data; name="image"; '
              'filename="a.png"\r\n\r\n'.encode() + file + f"\r\n--{mark}--\r\n".encode())
    return out.getvalue(), f"multipart/form-data; boundary={mark}"


@dataclass
class Answer:
    begin: int
    end: int
    status: int   # 0: none came
    what: str
    text: bytes

    @property
    def good(self):
        return 200 <= self.status < 300

    def json(self):
        return json.loads(self.text)

    @property
    def undone(self):
        try:
            return self.json().get("code") in UNDONE
        except (ValueError, AttributeError):
            return False


@dataclass
class Book:
    """One person's ledger."""
    user: int
    things: dict = field(default_factory=dict)   # key: set of states
    answers: list = field(default_factory=list)  # (begin, end, status, what)
    odd: list = field(default_factory=list)      # answers that nothing explains
    acked: int = 0

    def note(self, key, state, answer, before=GONE):
        """A change of one thing to a state, and what was said about it."""
        was = self.things.get(key, {before})
        if answer.good:
            self.things[key] = {state}
            self.acked += 1
        elif answer.status == 404 and answer.what.startswith("DELETE"):
            # Nginx asks once more where a worker died over it, as it may: then
            # the first try has done it
            self.things[key] = was | {state}
        elif 400 <= answer.status < 500 or answer.undone:
            self.things[key] = was
            if answer.status < 500 and len(was) == 1 and answer.status != 429:
                self.odd.append((answer.begin, answer.what, answer.status, answer.text[:200]))
        else:
            self.things[key] = was | {state}


def dropped(connection):
    """Was it ended while nobody used it?  Every client looks before it asks."""
    return connection.sock is None or bool(select.select([connection.sock], [], [], 0)[0])


class Person:
    def __init__(self, port, seed, stage, login):
        self.user, self.name, self.login, self.secrets = login
        self.logged_in = time.monotonic()
        self.port, self.stage, self.dice = port, stage, random.Random(seed)
        self.book, self.connection, self.n = Book(self.user), None, 0
        self.pins, self.boards, self.said = {}, {}, {}

    def call(self, method, path, body=None, kind="application/json"):
        begin = time.monotonic_ns()
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = {"Authorization": self.login}
        if body is not None:
            headers["Content-Type"] = kind
        try:
            if self.connection is None or dropped(self.connection):
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.request(method, "/api/" + path, body, headers)
            answer = self.connection.getresponse()
            status, text = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            if self.connection is not None:
                self.connection.close()
            self.connection, status, text = None, 0, b""
        made = Answer(begin, time.monotonic_ns(), status, f"{method} {path}", text)
        self.book.answers.append((made.begin, made.end, status, made.what))
        return made

    def word(self, prefix):
        self.n += 1
        return f"{prefix}-{self.user}-{self.n}"

    def look(self, path, kept=None):
        """What was acknowledged is seen at once; `kept` says that it is."""
        answer = self.call("GET", path)
        if answer.status not in (0, 200) and answer.status < 500 or (
                answer.good and kept is not None and not kept(answer.json())):
            self.book.odd.append((answer.begin, answer.what, answer.status, answer.text[:200]))

    # What people do.

    def upload(self):
        title = self.word("pin")
        if self.dice.random() < 0.5:
            title += f" #torment{self.dice.randrange(5)}"
        body, kind = form({"title": title}, picture(self.dice))
        self.pinned(title, self.call("POST", "pins/", body, kind))

    def fetch(self):
        """A pin by the address of its picture."""
        if not self.stage.far:
            return self.upload()
        title = self.word("far")
        self.pinned(title, self.call("POST", "pins/", {
            "title": title, "image_url": f"http://{self.stage.far}/{title}.png"}))

    def pinned(self, title, answer):
        self.book.note(("pin", title), THERE, answer)
        if answer.good:
            self.pins[answer.json()["id"]] = title
            self.look(f"pins/{answer.json()['id']}", lambda pin: pin["title"] == title)

    def drop(self):
        """Into the trash; half of them out of it."""
        if len(self.pins) < 6:
            return self.upload()
        pin = self.dice.choice(sorted(self.pins))
        title = self.pins.pop(pin)
        for board in self.boards:
            self.book.things[("on", board, pin)] = {THERE, GONE}
        answer = self.call("DELETE", f"pins/{pin}")
        self.book.note(("pin", title), GONE, answer)
        if answer.good and self.dice.random() < 0.5:
            self.book.note(("trash", pin), GONE, self.call("DELETE", f"trash/{pin}"), THERE)

    def board(self):
        title = self.word("board")
        answer = self.call("POST", "boards/", {"title": title})
        self.book.note(("board", title), THERE, answer)
        if answer.good:
            self.boards[answer.json()["id"]] = title

    def collect(self):
        """A pin is put on a board, or taken off it."""
        if not self.boards or not self.pins:
            return self.board()
        board, pin = (self.dice.choice(sorted(x)) for x in (self.boards, self.pins))
        key = ("on", board, pin)
        leaves = THERE in self.book.things.get(key, {GONE})
        answer = self.call("POST", f"boards/{board}/{'remove' if leaves else 'add'}_pin",
                           {"id": pin})
        self.book.note(key, GONE if leaves else THERE, answer)

    def toggle(self, key, path):
        """PUT and DELETE may be repeated: each is right whatever was before."""
        leaves = THERE in self.book.things.get(key, {GONE})
        answer = self.call("DELETE" if leaves else "PUT", path)
        self.book.note(key, GONE if leaves else THERE, answer)

    def follow(self):
        name = self.dice.choice(self.stage.names)
        self.toggle(("follow", self.user, name), f"users/{name}/follow")

    def like(self):
        item = self.dice.choice(self.stage.items)
        self.toggle(("like", self.user, item), f"items/{item}/like")

    def save(self):
        item = self.dice.choice(self.stage.items)
        self.toggle(("bookmark", self.user, item), f"items/{item}/bookmark")

    def comment(self):
        text, item = self.word("comment"), self.dice.choice(self.stage.items)
        answer = self.call("POST", f"items/{item}/comments", {"content": text})
        self.book.note(("comment", text), THERE, answer)
        if answer.good:
            self.said[answer.json()["id"]] = text

    def unsay(self):
        if not self.said:
            return self.comment()
        comment = self.dice.choice(sorted(self.said))
        self.book.note(("comment", self.said.pop(comment)), GONE,
                       self.call("DELETE", f"comments/{comment}"))

    def read(self):
        self.look(self.dice.choice([
            "pins/", "boards/", "pins/following_pin", f"pins/{self.stage.items[0]}",
            f"items/{self.stage.items[0]}/comments",
            f"pinterestAccounts/user/{self.stage.names[0]}",
            f"users/{self.stage.names[0]}/followers"]))

    DEEDS = (("upload", 2), ("fetch", 1), ("drop", 2), ("board", 1), ("collect", 3),
             ("follow", 2), ("like", 3), ("save", 1), ("comment", 3), ("unsay", 1), ("read", 20))

    def stay_logged_in(self):
        """Again and again until it works, long before the token ends."""
        if time.monotonic() - self.logged_in > LOGIN_S:
            answer = self.call("POST", "rest-auth/login/", self.secrets)
            if answer.good:
                self.login = f"JWT {answer.json()['token']}"
                self.logged_in = time.monotonic()

    def live(self, end, pause):
        names, weights = zip(*self.DEEDS)
        while time.monotonic() < end:
            self.stay_logged_in()
            getattr(self, self.dice.choices(names, weights)[0])()
            time.sleep(self.dice.expovariate(1 / pause))


def live(port, seed, stage, login, end, pause, out):
    """The life of a process."""
    person = Person(port, seed, stage, login)
    person.live(end, pause)
    with open(out, "wb") as file:
        writer = pickle.Pickler(file)
        writer.fast = True  # else it remembers each of millions of answers
        writer.dump(person.book)
