"""kill -9 before and after every call of Redis and of Postgres that a worker or
the guardian makes, one after the other: no answered write is lost, nothing old
is shown, no fence stays behind, and the cache is in service again.

First every scene is played without harm, and the points that are passed in it
are noted; then it is played for each of them, with the process killed there.
"""

import os
import random
import re
import threading
import time
from pathlib import Path

import client as tools
import pytest
from bars import bar
from crash import Points
from faults import Faults, processes
from stack import TOP, Stack, wait_for
from torture import TortureStack

PROGRAM = os.environ.get("CRASHING", TOP / "build/crash-gcc/pinwall")
ROLES = ("fast", "guard")
FENCES_S, SERVICE_S = bar(2, 4), bar(4, 8)

# A fence as a writer leaves it that was killed: of a transaction that is over.
ORPHAN = """
redis.call('SET', KEYS[2], ARGV[2] .. '|' .. ARGV[1])
return redis.call('HSET', KEYS[1], ARGV[1], #KEYS[2] .. ':' .. KEYS[2])
"""


class Stage:
    """A site, somebody who changes the title of a board, and who looks."""

    def __init__(self, stack):
        self.stack, self.n = stack, 0
        self.faults = Faults(stack, random.Random(1))
        self.points = Points(stack)
        self.ann, self.nobody = tools.signup(stack), tools.Client(stack)
        self.board = self.ann.want(201, "POST", "boards/", json={"title": "0"})["id"]
        self.other = self.ann.want(201, "POST", "boards/", json={"title": "taken"})["id"]
        self.pin = self.ann.upload("pins/", "0", tools.picture())["id"]
        self.maybe, self.failed = {"0"}, []
        self.slowest = {"fences": (0, ""), "service": (0, "")}

    # What people do.

    def ask(self, client, method, path, **options):
        try:
            answer = client.request(method, path, **options)
            status, body = answer.status_code, answer.json() if answer.text else None
        except (OSError, ValueError):
            status, body = 0, None
        if status == 0 or status >= 500:
            self.failed.append((method, path, status))
        return status, body

    def write(self):
        self.n += 1
        title = str(self.n)
        status, _ = self.ask(self.ann, "PATCH", f"boards/{self.board}", json={"title": title})
        self.maybe = {title} if status == 200 else self.maybe | {title}
        return status == 200

    def look(self):
        for client in (self.nobody, self.ann):
            status, board = self.ask(client, "GET", f"boards/{self.board}")
            assert status != 200 or board["title"] in self.maybe, (
                f"{board['title']} is shown, it may be {self.maybe}")

    # Scenes.

    def life(self):
        """Writes, reads of what is there, of what changed, of what is new."""
        self.write()
        for _ in range(2):
            self.look()
        self.ask(self.ann, "PATCH", f"boards/{self.board}", json={"title": "taken"})
        self.ask(self.nobody, "GET", f"boards/?author__username={tools.unique()}")
        self.write()
        self.look()

    def flushed(self):
        self.faults.admin.flushall()
        self.until_served()
        self.life()

    def frozen(self, at_least=0.6):
        """Redis hangs while somebody writes."""
        cold = threading.Thread(target=self.faults.freeze, args=(
            [self.stack.pids()["cache"]], at_least, at_least + 0.1))
        cold.start()
        self.write()
        self.look()
        cold.join()
        wait_for(lambda: not self.stack.sql("select from cache_fence"))
        self.life()

    def frozen_for_long(self):
        """Until the writer switches the cache off; it is switched on again."""
        self.frozen(3.5)
        wait_for(lambda: self.stack.sql("select off from cache_switch") == [(False,)])

    def dead(self):
        self.faults.kill_redis()
        self.write()
        self.faults.start_redis()
        self.until_served()
        self.life()

    def orphaned(self):
        (xid,), = self.stack.sql("select pg_current_xact_id()::text")
        self.faults.admin.eval(ORPHAN, 2, "F", f"t:board:{self.board}", f"{xid}.{'x' * 16}",
                               "y" * 20)
        wait_for(lambda: not self.faults.fences())
        self.life()

    def outside(self):
        self.stack.sql("update pin set title = title || 'x' where id = %s", (self.pin,))
        wait_for(lambda: not self.stack.sql("select from cache_outbox"))
        self.life()

    def cut_off(self):
        self.stack.sql("select pg_terminate_backend(pid) from pg_stat_activity "
                       "where usename = 'pinwall'")
        self.life()
        self.until_served()

    def other_postgres(self):
        self.faults.pg_restart()
        self.until_served()
        self.life()

    SCENES = ("life", "orphaned", "outside", "flushed", "frozen", "frozen_for_long", "dead",
              "cut_off", "other_postgres")

    def play(self, scene):
        """Gives the points that were passed meanwhile."""
        before = self.points.passed()
        getattr(self, scene)()
        return {point for point, times in self.points.passed().items()
                if times > before.get(point, 0) and point[0] in ROLES}

    # What must be so afterwards.

    def until_served(self):
        wait_for(lambda: self.faults.in_service(self.nobody, f"boards/{self.other}"), 20)

    def took(self, what, point):
        """Seconds since the process was killed."""
        seconds = time.monotonic() - self.killed_at
        self.slowest[what] = max(self.slowest[what], (seconds, point))
        return seconds

    def watch(self, end):
        """Notes when the process was killed."""
        while not self.points.fired() and not end.is_set():
            time.sleep(0.002)
        self.killed_at = time.monotonic()

    def aftermath(self, point):
        self.look()
        wait_for(lambda: not self.faults.fences(), 20, 0.01)
        assert self.took("fences", point) < FENCES_S
        self.until_served()
        assert self.took("service", point) < SERVICE_S
        wait_for(self.write)
        for _ in range(3):
            self.look()
        (title,), = self.stack.sql("select title from board where id = %s", (self.board,))
        assert {title} == self.maybe
        wait_for(lambda: len(processes(self.stack, "guard")) == 1)


@pytest.fixture(scope="module")
def stage():
    with TortureStack({"fast_workers": 2}, program=PROGRAM) as stack:
        yield Stage(stack)
        stack.keep_logs("crash")


def kill_at(stage, role, name, scene):
    end = threading.Event()
    watch = threading.Thread(target=stage.watch, args=(end,))
    stage.failed.clear()
    stage.points.arm(role, name)
    watch.start()
    try:
        play_until_killed(stage, role, scene)
    finally:
        end.set()
        watch.join()
    stage.aftermath(f"{role} {name}")


def play_until_killed(stage, role, scene):
    end = time.monotonic() + 60  # some come there each half second
    while not stage.points.fired() and time.monotonic() < end:
        stage.play(scene)
    assert stage.points.fired(), "nobody came there again"
    if role == "guard" and scene not in ("cut_off", "other_postgres"):
        assert not stage.failed, "a client saw that the guardian was killed"
    if scene not in ("cut_off", "other_postgres"):
        assert len(stage.failed) <= 2, stage.failed


def test_killed_at_every_point(stage):
    where = {}
    for scene in stage.SCENES:
        for point in stage.play(scene):
            where.setdefault(point, scene)
        stage.killed_at = time.monotonic()
        stage.aftermath(scene)
    known = {name for _, name in where}
    missing = {f"{when} {name}" for when in ("before", "after") for name in names()} - known
    assert not missing, f"no scene leads there: {missing}"
    bad = []
    order = sorted(where.items(), key=lambda item: (stage.SCENES.index(item[1]), item[0]))
    for (role, name), scene in order:
        try:
            kill_at(stage, role, name, scene)
        except AssertionError as error:
            bad.append(f"{role}, {name}, {scene}: {error}")
    print(f"{len(where)} points; slowest: {stage.slowest}")
    assert not bad, "\n".join(bad)


def names():
    """Of the calls that there are, by the sources."""
    folder = TOP / "fcgi-app/infra"
    found = set(re.findall(r'\{ "([A-Z ]+)", \w+ \}', (folder / "ftc_scripts.c").read_text()))
    for file in Path(folder).glob("*.c"):
        found |= {name for pair in re.findall(
            r'CRASHPOINT\("before", (?:"([\w ]+)"|.*\? "([\w ]+)" : "([\w ]+)")\)',
            file.read_text()) for name in pair if name}
    # two of these are of cachectl alone
    found |= {f"q_guard_{file.stem}" for file in (TOP / "sql/queries/guard").glob("*.sql")
              if file.stem not in ("bump", "waiting")}
    return found | {"commit", "rollback", "pinwall-guard", "pinwall-fence"}


def test_other_programs_have_no_such_points():
    with Stack({"fast_workers": 1}) as stack:
        points = Points(stack)
        stack.command("reload", stack.dir)
        tools.signup(stack)
        assert points.passed() == {}
