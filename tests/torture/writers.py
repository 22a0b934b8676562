"""Processes that write, one operation after the other, and note what they did:
(object, begin, end, state) with the times of CLOCK_MONOTONIC in nanoseconds.

An operation may be made again without harm, and is, until it was answered: so
every state follows the one before it, though workers and servers are killed.
It began with the first try and ended with the last answer.  Only where several
processes write the same pin a try that failed is left as it is, without an end,
and what is written next is another.  What failed is noted too: (time, status).
"""

import http.client
import io
import json
import pickle
import random
import time

import psycopg2
from history import FOREVER
from world import text_of

KEPT = 4  # boards of the maker


class Api:
    def __init__(self, port, failed):
        self.port, self.failed, self.connection = port, failed, None

    def call(self, method, path, login, body=None):
        """Status and answer; 0 when there was none."""
        begin = time.monotonic_ns()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.request(method, "/api/" + path, json.dumps(body or {}), {
                "Authorization": login, "Content-Type": "application/json"})
            answer = self.connection.getresponse()
            status, text = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection = None
            status, text = 0, b""
        if not 200 <= status < 300 and status not in (400, 404):
            self.failed.append((begin, time.monotonic_ns(), status, f"{method} {path}",
                                text[:300]))
        return status, text


class Actor:
    """next() gives what is to be done: a function that says whether it is
    done, and the states that are there then."""

    def __init__(self, api, dice):
        self.api, self.dice, self.n = api, dice, 0


class Title(Actor):
    def __init__(self, api, dice, login, pin, prefix):
        super().__init__(api, dice)
        self.login, self.pin, self.prefix = login, pin, prefix
        self.once = bool(prefix)

    def next(self):
        self.n += 1
        title = f"{self.prefix}{self.n}"
        return (lambda again: self.api.call("PATCH", f"pins/{self.pin}", self.login,
                                            {"title": title})[0] == 200,
                {f"title:{self.pin}": title})


class Name(Actor):
    def __init__(self, api, dice, login, board, prefix, once):
        super().__init__(api, dice)
        self.login, self.board, self.prefix, self.once = login, board, prefix, once

    def next(self):
        self.n += 1
        title = f"{self.prefix}{self.n}"
        return (lambda again: self.api.call("PATCH", f"boards/{self.board}", self.login,
                                            {"title": title})[0] == 200,
                {f"name:{self.board}": title})


class Members(Actor):
    """Pins are put on a board and taken off it."""
    once = False

    def __init__(self, api, dice, login, board, pins):
        super().__init__(api, dice)
        self.login, self.board, self.pins, self.there = login, board, pins, set()

    def next(self):
        pin = self.dice.choice(self.pins)
        leaves = pin in self.there
        self.there ^= {pin}
        verb, good, before = ("remove", 204, 404) if leaves else ("add", 201, 400)

        def do(again):
            status, _ = self.api.call("POST", f"boards/{self.board}/{verb}_pin", self.login,
                                      {"id": pin})
            return status == good or (again and status == before)

        return do, {f"pins:{self.board}": text_of(self.there),
                    f"count:{self.board}": str(len(self.there)),
                    f"on:{self.board}:{pin}": "no" if leaves else "yes"}


class Fans(Actor):
    once = False

    def __init__(self, api, dice, username, star, fans):
        super().__init__(api, dice)
        self.username, self.star, self.fans, self.there = username, star, fans, set()

    def next(self):
        login, fan = self.dice.choice(self.fans)
        leaves = fan in self.there
        self.there ^= {fan}
        method = "DELETE" if leaves else "PUT"
        return (lambda again: self.api.call(method, f"users/{self.username}/follow",
                                            login)[0] == 200,
                {f"followers:{self.star}": text_of(self.there),
                 f"fans:{self.star}": str(len(self.there)),
                 f"follows:{fan}:{self.star}": "no" if leaves else "yes"})


class Maker(Actor):
    """Boards come, and the oldest goes."""
    once = False

    def __init__(self, api, dice, login, person):
        super().__init__(api, dice)
        self.login, self.person, self.there = login, person, []

    def next(self):
        if len(self.there) < KEPT:
            self.n += 1
            title = f"n{self.n}"
            self.there.append(title)
            do = self.add
        else:
            title = self.there.pop(0)
            do = self.remove
        return (lambda again: do(title, again)), {f"boards:{self.person}": text_of(self.there)}

    def add(self, title, again):
        status, _ = self.api.call("POST", "boards/", self.login, {"title": title})
        return status == 201 or (again and status == 400)

    def remove(self, title, _):
        status, text = self.api.call("GET", "boards/?limit=100", self.login)
        if status != 200:
            return False
        return all(self.api.call("DELETE", f"boards/{board['id']}", self.login)[0] in (204, 404)
                   for board in json.loads(text) if board["title"] == title)


class Tagged(Actor):
    """Titles with a tag and without."""
    once = False

    def __init__(self, api, dice, login, pins, word, tag):
        super().__init__(api, dice)
        self.login, self.pins, self.word, self.tag = login, pins, word, tag
        self.there = set(pins)

    def next(self):
        self.n += 1
        pin, title = self.dice.choice(self.pins), str(self.n)
        if self.dice.random() < 0.5:
            title += f" #{self.word}"
            self.there |= {pin}
        else:
            self.there -= {pin}
        return (lambda again: self.api.call("PATCH", f"pins/{pin}", self.login,
                                            {"title": title})[0] == 200,
                {f"title:{pin}": title, f"tagged:{pin}": "yes" if pin in self.there else "no",
                 f"tag:{self.tag}": text_of(self.there),
                 f"uses:{self.tag}": str(len(self.there))})


class Sql(Actor):
    """psql and COPY: the program is not asked."""
    once = False

    def __init__(self, api, dice, pin, person, dsn):
        super().__init__(api, dice)
        self.pin, self.person, self.dsn = pin, person, dsn
        self.connection, self.there, self.hidden = None, [], False

    def boards(self):
        shown = self.there + ["hidden"] * (not self.hidden)
        return {f"boards:{self.person}": text_of(shown),
                f"mine:{self.person}": text_of([*self.there, "hidden"])}

    def next(self):
        self.n += 1
        if self.n % 3 == 1:
            return (lambda again: self.run("update pin set title = %s where id = %s",
                                           (str(self.n), self.pin)),
                    {f"title:{self.pin}": str(self.n)})
        if self.n % 3 == 2:
            self.hidden = not self.hidden
            done = lambda again: self.run(  # noqa: E731
                "update board set visibility = %s where owner = %s and title = 'hidden'",
                (int(self.hidden), self.person))
        elif len(self.there) < KEPT:
            title = f"x{self.n}"
            self.there.append(title)
            done = lambda again: self.copy(title)  # noqa: E731
        else:
            title = self.there.pop(0)
            done = lambda again: self.run(  # noqa: E731
                "delete from board where owner = %s and title = %s", (self.person, title))
        return done, self.boards()

    def copy(self, title):
        return self.run("copy board (owner, title) from stdin", f"{self.person}\t{title}\n")

    def run(self, text, values):
        try:
            if self.connection is None:
                self.connection = psycopg2.connect(self.dsn)
                self.connection.autocommit = True
            with self.connection.cursor() as cursor:
                if isinstance(values, str):
                    cursor.copy_expert(text, io.StringIO(values))
                else:
                    cursor.execute(text, values)
            return True
        except psycopg2.errors.UniqueViolation:
            return True  # the try before had done it
        except psycopg2.Error:
            self.connection = None
            return False


KINDS = {"title": Title, "name": Name, "members": Members, "fans": Fans, "maker": Maker,
         "tagged": Tagged, "sql": Sql}


def write(port, seed, parts, end, pause, out):
    """The life of a process: parts are (kind, what it needs), end a time, pause
    the average between two operations, in seconds."""
    failed, done = [], []
    api, dice = Api(port, failed), random.Random(seed)
    actors = [KINDS[kind](api, dice, *needs) for kind, needs in parts]
    while time.monotonic() < end:
        act(dice.choice(actors), end + 20, done)
        time.sleep(dice.expovariate(1 / pause))
    with open(out, "wb") as file:
        pickle.dump((done, failed), file)


def act(actor, end, done):
    do, states = actor.next()
    begin, again, good = time.monotonic_ns(), False, False
    while not good and (not again or not actor.once) and time.monotonic() < end:
        if again:
            time.sleep(0.05)
        good = do(again)
        again = True
    finish = time.monotonic_ns() if good else FOREVER
    done.extend((name, begin, finish, state) for name, state in states.items())
