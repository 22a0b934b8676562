"""What people do on the site: one class of visitors a scenario.

    WORLD=world.json SEEN=seen.json locust -f locustfile.py --headless -u 100 \\
        --host http://... Mixed

World: a JSON file that load.py writes, with ids, names and tokens of what is
there, and how much is asked; what was seen is written to the other.  Every
visitor draws what it asks with dice of its own, so two visits of one seed ask
the same.  Things are chosen as people choose: by Zipf, the thing of rank n 1/n
as often as the first.  Connections are kept, as browsers do it.
"""

import itertools
import json
import os
import random
import time
from pathlib import Path

import gevent
from gevent import ssl
from locust import FastHttpUser, events, task
from locust.exception import StopUser

WORLD = json.loads(Path(os.environ["WORLD"]).read_text())
READS_A_WRITE = 100
ETAGS_KEPT = 100
numbers = itertools.count(WORLD["first"])


class Zipf:
    def __init__(self, things):
        self.things = things
        self.weights = list(itertools.accumulate(1 / n for n in range(1, len(things) + 1)))

    def one(self, dice):
        return dice.choices(self.things, cum_weights=self.weights)[0]


PINS, BOARDS, TAGS, PEOPLE = (
    Zipf(WORLD[name]) for name in ("pins", "boards", "tags", "people"))
TLS = ssl.create_default_context(cafile=WORLD["certificate"])

# (how often, its name in the table, its address)
READS = [
    (28, "pins", lambda dice: "pins/"),
    (30, "pins/ID", lambda dice: f"pins/{PINS.one(dice)}"),
    (10, "boards/ID", lambda dice: f"boards/{BOARDS.one(dice)}"),
    (8, "pins/ID/similar", lambda dice: f"pins/{PINS.one(dice)}/similar_pin"),
    (7, "user/NAME", lambda dice: f"pinterestAccounts/user/{PEOPLE.one(dice)}"),
    (6, "pins?tag", lambda dice: f"pins/?tag={TAGS.one(dice)}"),
    (4, "pins?board", lambda dice: f"pins/?board={BOARDS.one(dice)}"),
    (3, "pins?author", lambda dice: f"pins/?author__username={PEOPLE.one(dice)}"),
    (2, "tags", lambda dice: "tags/"),
    (2, "followers", lambda dice: f"users/{PEOPLE.one(dice)}/followers"),
]
FREQUENCIES = list(itertools.accumulate(row[0] for row in READS))


class Person(FastHttpUser):
    """Every second one is logged in.  All write, with a login of theirs."""

    abstract = True
    connection_timeout = network_timeout = 60
    insecure = False

    @staticmethod
    def ssl_context_factory(**_):
        """The same for all: with a list of authorities of its own (that is what
        is passed here) each visitor would read it anew, for 25 ms."""
        return TLS

    def on_start(self):
        self.number = next(numbers)
        self.dice = random.Random(WORLD["seed"] * 1000 + self.number)
        self.own = WORLD["users"][self.number]
        self.login = {"Authorization": "JWT " + self.own["token"]}
        self.reader = self.login if self.number % 2 else {}
        self.left = WORLD["each"]
        self.etags = {}

    def wait_time(self):
        pause = WORLD["pause"]
        return self.dice.expovariate(1 / pause) if pause else 0

    @task
    def turn(self):
        if self.left == 0 or time.monotonic() >= Visit.end:
            Visit.leave(self.environment.runner)
        self.left -= 1
        self.act()

    def get(self, name, path, headers):
        """A GET; on condition, when visitors remember what they have."""
        if not WORLD["conditional"]:
            self.client.get("/api/" + path, name=name, headers=dict(headers))
            return
        known = {"If-None-Match": self.etags[path]} if path in self.etags else {}
        with self.client.get("/api/" + path, name=name, headers={**headers, **known},
                             catch_response=True) as answer:
            if answer.status_code == 304:
                answer.success()  # Locust takes it for none
            if answer.headers and "ETag" in answer.headers:
                self.remember(path, answer.headers["ETag"])

    def remember(self, path, etag):
        if len(self.etags) >= ETAGS_KEPT:
            del self.etags[next(iter(self.etags))]
        self.etags[path] = etag

    def read(self):
        _, name, address = self.dice.choices(READS, cum_weights=FREQUENCIES)[0]
        self.get(name, address(self.dice), self.reader)

    def write(self):
        """A like, a follow, a comment, something saved, titles, a new board."""
        item = f"items/{PINS.one(self.dice)}"
        person = f"users/{PEOPLE.one(self.dice)}/follow"
        text = f"{WORLD['seed']} {self.number} {self.left} {self.dice.randrange(10**9)}"
        method, path, body = self.dice.choice([
            ("PUT", item + "/like", None), ("DELETE", item + "/like", None),
            ("PUT", item + "/bookmark", None), ("DELETE", item + "/bookmark", None),
            ("PUT", person, None), ("DELETE", person, None),
            ("POST", item + "/comments", {"content": text}),
            ("PATCH", f"pins/{self.own['pin']}", {"title": text}),
            ("PATCH", f"boards/{self.own['board']}", {"title": text}),
            ("POST", "boards/", {"title": text}),
        ])
        self.client.request(method, "/api/" + path, name="write", json=body,
                            headers=dict(self.login))


class Browse(Person):
    """Looks around."""

    def act(self):
        self.read()


class Similar(Person):
    """Asks what is like a pin, one time in four also why."""

    def act(self):
        why = self.dice.choice(["", "", "", "?why=1"])
        self.get("similar", f"pins/{PINS.one(self.dice)}/sim_pin_list{why}", self.reader)


class Write(Person):
    """Only writes."""

    def act(self):
        self.write()


class Mixed(Person):
    """A hundred reads to a write."""

    def act(self):
        if self.dice.randrange(READS_A_WRITE + 1) == 0:
            self.write()
        else:
            self.read()


class Seed(Person):
    """What the first system's own Locust file did: what is like a pin, each
    of two thousand as often as the other, without a login."""

    def act(self):
        pin = self.dice.choice(WORLD["seed_pins"])
        self.get("similar_pin", f"pins/{pin}/similar_pin", {})


class Visit:
    """When all this began and ended, and the processor time it took here."""

    begin = end = processor = 0.0
    staying = WORLD["visitors"]
    told = {}

    @classmethod
    def enter(cls):
        cls.begin, cls.processor = time.monotonic(), time.process_time()
        cls.end = cls.begin + WORLD["seconds"] if WORLD["seconds"] else float("inf")

    @classmethod
    def leave(cls, runner):
        cls.staying -= 1
        if cls.staying == 0:
            cls.told = {"seconds": time.monotonic() - cls.begin,
                        "generator_s": time.process_time() - cls.processor}
            gevent.spawn(runner.quit)
        raise StopUser()


@events.test_start.add_listener
def test_start(**_):
    Visit.enter()


@events.quitting.add_listener
def quitting(environment, **_):
    """Says what was seen; any failure fails the run."""
    stats = environment.stats
    total = stats.total
    Path(os.environ["SEEN"]).write_text(json.dumps({
        **Visit.told,
        "requests": total.num_requests, "failures": total.num_failures,
        "times": {str(ms): n for ms, n in total.response_times.items()},
        "errors": [f"{e.method} {e.name}: {e.error} ({e.occurrences} times)"
                   for e in stats.errors.values()],
        "writes": sum(e.num_requests for (name, _), e in stats.entries.items()
                      if name == "write")}))
    environment.process_exit_code = 1 if total.num_failures else 0
