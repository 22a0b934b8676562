"""What people do on the site: a hundred reads, one write.

    WORLD=world.json SEEN=seen.json locust -f locustfile.py --headless --host http://... -u 16

World: a JSON file that load.py writes, with ids, names and tokens of what is
there; what was seen is written to the other.  Every user makes a fixed number
of requests and draws them with dice of its own, so two runs of one seed ask the
same.  Things are chosen as people choose: by Zipf, the thing of rank n 1/n as
often as the first.
"""

import itertools
import json
import os
import random
from pathlib import Path

from locust import FastHttpUser, constant, events, task
from locust.exception import StopUser

WORLD = json.loads(Path(os.environ["WORLD"]).read_text())
READS_A_WRITE = 100
numbers, done = itertools.count(), itertools.count(1)


class Zipf:
    def __init__(self, things):
        self.things = things
        self.weights = list(itertools.accumulate(1 / n for n in range(1, len(things) + 1)))

    def one(self, dice):
        return dice.choices(self.things, cum_weights=self.weights)[0]


PINS, BOARDS, TAGS, PEOPLE = (
    Zipf(WORLD[name]) for name in ("pins", "boards", "tags", "people"))

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

    wait_time = constant(0)
    connection_timeout = network_timeout = 30

    def on_start(self):
        self.number = next(numbers)
        self.dice = random.Random(WORLD["seed"] * 1000 + self.number)
        self.own = WORLD["users"][self.number % len(WORLD["users"])]
        self.login = {"Authorization": "JWT " + self.own["token"]}
        self.reader = self.login if self.number % 2 else {}
        self.left = WORLD["requests"]

    @task
    def act(self):
        if self.left == 0:
            if next(done) == len(WORLD["users"]):
                self.environment.runner.quit()
            raise StopUser()
        self.left -= 1
        if self.dice.randrange(READS_A_WRITE + 1) == 0:
            self.write()
        else:
            _, name, address = self.dice.choices(READS, cum_weights=FREQUENCIES)[0]
            self.client.get("/api/" + address(self.dice), name=name, headers=self.reader)

    def write(self):
        title = f"{self.number} {self.left} {self.dice.randrange(10**9)}"
        method, path, body = self.dice.choice([
            ("PATCH", f"pins/{self.own['pin']}", {"title": title}),
            ("PATCH", f"boards/{self.own['board']}", {"title": title}),
            ("POST", "boards/", {"title": title}),
            ("PUT", f"users/{PEOPLE.one(self.dice)}/follow", None),
        ])
        self.client.request(method, "/api/" + path, name="write", json=body, headers=self.login)


@events.quitting.add_listener
def quitting(environment, **_):
    """Says what was seen; any failure fails the run."""
    total = environment.stats.total
    Path(os.environ["SEEN"]).write_text(json.dumps({
        "requests": total.num_requests, "failures": total.num_failures,
        "rate": total.total_rps,
        "times": [total.get_response_time_percentile(part) for part in (0.5, 0.95, 0.99)],
        "writes": sum(e.num_requests for (name, _), e in environment.stats.entries.items()
                      if name == "write")}))
    environment.process_exit_code = 1 if total.num_failures else 0
