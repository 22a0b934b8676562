"""What a drill needs: people who write all the time and remember what they were
told, and a look at everything that a site must be after a restore."""

import hashlib
import random
import threading

import requests

import client as tools
from checks import files, settle
from stack import TOP

# What may differ between two looks at one site: what is for the moment only.
PASSING = {"cache_outbox", "cache_fence", "cache_switch", "index_host", "index_outbox", "item_words", "job",
           "schedule", "schema_migration", "session"}
COUNTERS = TOP / "sql" / "queries" / "meta" / "counters.sql"


class Writer(threading.Thread):
    """Somebody who publishes, talks, arranges and removes.  What the site has
    acknowledged is in `made`: pins by id, and those that were removed are out
    of it before the removal is asked for."""

    def __init__(self, stack, others, seed):
        super().__init__(daemon=True)
        self.dice = random.Random(seed)
        self.me = tools.signup(stack)
        self.others = others
        self.made = {}
        self.lock = threading.Lock()
        self.ending = threading.Event()
        self.steps = 0
        self.board = self.me.want(201, "POST", "boards/", json={"title": "Mine"})["id"]

    def run(self):
        while not self.ending.is_set():
            try:
                self.step()
                self.steps += 1
            except (requests.RequestException, AssertionError) as why:
                # the site is taken away under it; else it is a fault
                if not self.ending.wait(0.5):
                    raise why

    def step(self):
        what = self.dice.choices([self.publish, self.talk, self.arrange, self.forget],
                                 [5, 3, 3, 1])[0]
        what()

    def publish(self):
        title = tools.unique("pin ") + " #sea"
        pin = self.me.upload("pins/", title, tools.picture(size=(300, 200)))["id"]
        with self.lock:
            self.made[pin] = title

    def some_pin(self):
        mine = [pin for other in (self, *self.others) for pin in list(other.made)]
        return self.dice.choice(mine) if mine else None

    def talk(self):
        pin = self.some_pin()
        if pin:
            self.me.request("POST", f"items/{pin}/comments", json={"content": "so it is"})
            self.me.request("PUT", f"items/{pin}/like")

    def arrange(self):
        pin = self.some_pin()
        if pin:
            self.me.request("POST", f"boards/{self.board}/add_pin", json={"id": pin})

    def forget(self):
        with self.lock:
            pin = next(iter(self.made), None)
            self.made.pop(pin, None)
        if pin:
            self.me.request("DELETE", f"pins/{pin}")
            self.me.request("DELETE", f"trash/{pin}")

    def acknowledged(self):
        with self.lock:
            return dict(self.made)

    def end(self):
        self.ending.set()
        self.join(60)


def crowd(stack, n):
    writers = []
    for seed in range(n):
        writers.append(Writer(stack, writers, seed))
    for one in writers:
        one.start()
    return writers


def check_site(stack):
    """Counters are what they count; pictures and files belong to each other;
    every page and picture is served."""
    assert stack.sql(COUNTERS.read_text()) == []
    settle(stack)
    known = set()
    for text, complete in stack.sql("select files, complete from media"):
        key, *names = text.split(" ")
        folder = stack.media_dir / key[:2] / key
        known |= {folder / f"{name.split('=')[0]}.{name.rpartition('.')[2]}" for name in names}
        assert complete
        # its name tells the contents of the file that was made first
        assert any(hashlib.sha256(path.read_bytes()).hexdigest().startswith(key.split("-")[0])
                   for path in folder.iterdir()), key
    there = files(stack)
    assert known <= there, sorted(known - there)[:5]
    api = tools.Client(stack)
    for pin in api.want(200, "GET", "pins/", params={"limit": 30})["results"]:
        for size in pin["media"]["sizes"]:
            path = size["url"].partition("/media/")[2]
            assert requests.get(f"{stack.url}/media/{path}", timeout=10).status_code == 200
    return there - known


def rows(stack):
    """A digest of each table."""
    tables = [name for (name,) in stack.sql(
        "select tablename from pg_tables where schemaname = 'public' order by 1")]
    return {name: stack.sql(
        f"select md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) from {name} t")
        for name in tables if name not in PASSING}


def backup(stack, folder, *args, **options):
    return stack.run("backup", *args, folder, **options)


def restore(stack, folder, *args, check=True):
    """Stops the site and restores; it is to be started then."""
    stack.write_settings()
    done = stack.command("restore", stack.dir, folder, *args, check=False)
    assert not check or done.returncode == 0, done.stdout
    return done
