"""Whom and what the clients read and write, and what an answer says of it.

An object is something of which an answer shows a state; each is written by one
process only (but those named in World.many), so that its states follow each
other:

    title:P, name:B     the title of a pin, of a board
    pins:B, count:B     which pins are on a board; its counter
    on:B:P              the same as a pin shows it
    boards:U            the titles of a person's boards, which come and go
    followers:U, fans:U who follows a person; its counter
    follows:U:V         the same as a follower's list shows it
    tag:T, uses:T       which pins have a tag; its counter
    tagged:P            the same as a pin shows it
    mine:U              boards of a person as only that person sees them

A view is a path with a login or without, and a function that takes the states
out of its answer: {object: text}.  Objects of World.outside are written by psql
and COPY, behind the application's back.
"""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import client as tools  # noqa: E402

PINS, BOARDS, FANS = 3, 2, 4


def text_of(things):
    return " ".join(map(str, sorted(things)))


def of_pin(pin):
    """A pin as all lists show it."""
    found = {f"title:{pin['id']}": pin["title"],
             f"tagged:{pin['id']}": "yes" if pin["tag_set"] else "no"}
    for board in pin["boards"]:
        found[f"on:{board['id']}:{pin['id']}"] = "yes"
        found[f"name:{board['id']}"] = board["title"]
    return found


def of_board(board):
    found = {f"name:{board['id']}": board["title"],
             f"count:{board['id']}": str(board["pin_count"]),
             f"pins:{board['id']}": text_of(p["id"] for p in board["pin"])}
    for pin in board["pin"]:
        found[f"title:{pin['id']}"] = pin["title"]
    return found


def of_boards(person, boards):
    found = {f"boards:{person}": text_of({b["title"] for b in boards})}
    for board in boards:
        found.update(of_board(board))
    return found


def of_profile(person, answer):
    found = of_boards(person, answer["boards"])
    found[f"followers:{person}"] = text_of(answer["follower"])
    found[f"fans:{person}"] = str(answer["follower_count"])
    return found


def of_pins(pins, absent=()):
    """absent: what is not shown when it is not so."""
    found = dict.fromkeys(absent, "no")
    for pin in pins:
        found.update(of_pin(pin))
    return found


class World:
    def __init__(self, stack, seed):
        self.stack, self.dice = stack, random.Random(seed)
        self.start = {}     # object: its first state
        self.views = []     # (path, login, function)
        self.many = set()   # objects with several writers
        self.outside = set()
        self.actors = []    # (process, kind, what it needs)
        self.authors = [self.make_author(process) for process in (0, 2)]
        self.make_fans()
        self.make_maker()
        self.make_tagged()
        self.make_outside()
        self.everybody()

    def view(self, path, take, login=""):
        self.views.append((f"/api/{path}", login, take))

    def login_of(self, person):
        return f"JWT {person.token}"

    def make_author(self, process):
        """Pins and boards; the last pin and the last board's title have two
        writers."""
        person = tools.signup(self.stack)
        person.pins = [person.upload("pins/", "0", tools.picture())["id"] for _ in range(PINS)]
        person.boards = [person.want(201, "POST", "boards/", json={"title": f"{n}-0"})["id"]
                         for n in range(BOARDS)]
        login = self.login_of(person)
        for pin in person.pins:
            self.start[f"title:{pin}"] = "0"
            self.look_at_pin(person, pin)
        for n, board in enumerate(person.boards):
            self.start |= {f"name:{board}": f"{n}-0", f"count:{board}": "0", f"pins:{board}": ""}
            self.start |= {f"on:{board}:{pin}": "no" for pin in person.pins}
            self.look_at_board(person, board)
        everything = [f"on:{b}:{p}" for b in person.boards for p in person.pins]
        self.view(f"pins/?author__username={person.username}",
                  lambda a: of_pins(a["results"], everything))
        self.view(f"pinterestAccounts/user/{person.username}",
                  lambda a: of_profile(person.user["id"], a))
        self.view(f"boards/?author__username={person.username}",
                  lambda a: of_boards(person.user["id"], a))
        for pin in person.pins[:-1]:
            self.actors.append((process, "title", (login, pin, "")))
        for n in (0, 1):
            self.actors.append((process + n, "title", (login, person.pins[-1], f"{n}-")))
            self.actors.append((process + n, "name", (login, person.boards[-1], f"1-{n}-", True)))
        self.many |= {f"title:{person.pins[-1]}", f"name:{person.boards[-1]}"}
        self.actors.append((process + 1, "name", (login, person.boards[0], "0-", False)))
        for board in person.boards:
            self.actors.append((process + 1, "members", (login, board, person.pins)))
        return person

    def look_at_pin(self, person, pin):
        boards = [f"on:{b}:{pin}" for b in person.boards]
        for login in ("", self.login_of(person)):
            self.view(f"pins/{pin}", lambda a: of_pins([a], boards), login)

    def look_at_board(self, person, board):
        self.view(f"boards/{board}", of_board)
        self.view(f"boards/{board}", of_board, self.login_of(person))
        self.view(f"pins/?board={board}", lambda a: {
            f"pins:{board}": text_of(p["id"] for p in a["results"]), **of_pins(a["results"])})

    def make_fans(self):
        """They follow a star, now and then."""
        star = tools.signup(self.stack)
        fans = [tools.signup(self.stack) for _ in range(FANS)]
        name = star.user["id"]
        self.start |= {f"followers:{name}": "", f"fans:{name}": "0"}
        self.view(f"pinterestAccounts/user/{star.username}", lambda a: of_profile(name, a))
        self.view(f"users/{star.username}/followers", lambda a: {
            f"followers:{name}": text_of(p["id"] for p in a["results"])})
        for fan in fans:
            self.start[f"follows:{fan.user['id']}:{name}"] = "no"
            self.look_at_fan(fan, name)
        self.actors.append((0, "fans", (star.username, name, [
            (self.login_of(fan), fan.user["id"]) for fan in fans])))

    def look_at_fan(self, fan, star):
        one = f"follows:{fan.user['id']}:{star}"

        def take(people):
            return {one: "yes" if any(p["id"] == star for p in people) else "no"}

        self.view(f"users/{fan.username}/followings", lambda a: take(a["results"]))
        self.view("pinterestAccounts/following-user", take, self.login_of(fan))

    def make_maker(self):
        """Boards that come and go."""
        person = tools.signup(self.stack)
        name = person.user["id"]
        self.start[f"boards:{name}"] = ""
        self.view(f"boards/?author__username={person.username}", lambda a: of_boards(name, a))
        self.view(f"pinterestAccounts/user/{person.username}", lambda a: of_profile(name, a))
        self.view("boards/", lambda a: of_boards(name, a), self.login_of(person))
        self.actors.append((0, "maker", (self.login_of(person), name)))

    def make_tagged(self):
        """Two pins whose titles have a tag or not."""
        person = tools.signup(self.stack)
        word = tools.unique("t")
        pins = [person.upload("pins/", f"0 #{word}", tools.picture())["id"] for _ in range(2)]
        tag = person.get(f"pins/{pins[0]}").json()["tag_set"][0]["id"]
        self.start |= {f"tag:{tag}": text_of(pins), f"uses:{tag}": "2"}
        for pin in pins:
            self.start |= {f"title:{pin}": f"0 #{word}", f"tagged:{pin}": "yes"}
            self.view(f"pins/{pin}", lambda a: of_pins([a]))
        self.view(f"tags/{tag}", lambda a: {f"uses:{tag}": str(a["item_count"])})
        for login in ("", self.login_of(person)):
            self.view(f"pins/?tag={tag}", lambda a: {
                f"tag:{tag}": text_of(p["id"] for p in a["results"]),
                **of_pins(a["results"])}, login)
        self.actors.append((3, "tagged", (self.login_of(person), pins, word, tag)))

    def make_outside(self):
        """One of the boards is hidden now and then."""
        person = tools.signup(self.stack)
        name, login = person.user["id"], self.login_of(person)
        pin = person.upload("pins/", "0", tools.picture())["id"]
        person.want(201, "POST", "boards/", json={"title": "hidden"})
        self.start |= {f"title:{pin}": "0", f"boards:{name}": "hidden", f"mine:{name}": "hidden"}
        self.outside |= {f"title:{pin}", f"boards:{name}", f"mine:{name}"}

        def of_mine(answer):
            return {f"mine:{name}": of_boards(name, answer)[f"boards:{name}"]}

        boards = f"boards/?author__username={person.username}"
        for path, others, own in ((boards, lambda a: of_boards(name, a), of_mine),
                                  (f"pinterestAccounts/user/{person.username}",
                                   lambda a: of_profile(name, a),
                                   lambda a: of_mine(a["boards"]))):
            self.view(path, others)
            self.view(path, own, login)
        self.view("boards/", of_mine, login)
        for view in ("", login, self.login_of(self.authors[0])):
            self.view(f"pins/{pin}", lambda a: of_pins([a]), view)
        self.view(boards, lambda a: of_boards(name, a), self.login_of(self.authors[0]))
        self.actors.append(("outside", "sql", (pin, name)))

    def everybody(self):
        """All pins, and the feed of somebody who follows an author."""
        reader = tools.signup(self.stack)
        for author in self.authors:
            reader.want(200, "PUT", f"users/{author.username}/follow")
        self.view("pins/", lambda a: of_pins(a["results"]))
        self.view("pins/following_pin", lambda a: of_pins(a["results"]),
                  self.login_of(reader))

    def take(self, view, answer):
        """What an answer says of the objects that are known."""
        return {name: state for name, state in self.views[view][2](answer).items()
                if name in self.start}
