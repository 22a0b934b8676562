"""C5 and C6: parts start in any order and late, and new workers and a new Nginx
take over under load.  The bar: a part is missing for a minute, and the site is
ready two seconds after the last has come."""

import os
import random
import shutil
import signal
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from bars import bar
from faults import Faults, processes
from stack import TOP, Stack, wait_for

import client as tools

SEED = int(os.environ.get("TORTURE_SEED", int.from_bytes(os.urandom(3), "big")))
REQUESTS = int(os.environ.get("REQUESTS", 0))  # the bar's long form: 100,000
AWAY_S = bar(60, 4)  # so long a part is missing
READY_S = bar(2, 6)  # after the last
PARTS = {
    "pg": "pg_start",
    "state": 'redis_start_one state "$BASE/redis"',
    "cache": 'redis_start_one cache "$BASE/redis-cache"',
}


@pytest.fixture(scope="module")
def stack():
    with Stack({"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1,
                "fast_workers": 2}, durable=True) as running:
        yield running
        running.keep_logs("start")


def ready(stack):
    try:
        return requests.get(stack.url + "/readyz", timeout=10).status_code == 200
    except requests.RequestException:
        return False


def stop_all(faults):
    faults.part("redis_stop; pg_stop")


def start_program(stack, faults):
    """As a service manager does: nobody looks whether it is ready."""
    faults.part(f"""
        . ./app.sh
        PINWALL='{stack.program}'
        kill -s TERM "$(app_pid)"
        wait_until 40 is_gone "$(app_pid)" pinwall "$BASE/run" || true
        (cd "$BASE/run" && exec setsid "$PINWALL" serve --conf "$BASE/pinwall.conf" \
            >>"$BASE/log/pinwall.log" 2>&1 </dev/null 9>&-) &
        """)


def everybody(stack):
    return {role: processes(stack, role) for role in (
        "fast", "slow", "jobs", "long", "index", "guard", "image", "fetch")}


@pytest.mark.parametrize("last", ["pg", "redis"])
def test_parts_start_in_any_order(stack, last):
    """The program first, as nothing that it needs is there."""
    dice = random.Random(f"{SEED} {last}")
    faults, person = Faults(stack, dice), tools.signup(stack)
    stop_all(faults)
    start_program(stack, faults)
    wait_for(lambda: len(processes(stack, "fast")) == 2, 20)
    time.sleep(1)
    before = everybody(stack)
    time.sleep(AWAY_S)
    assert not ready(stack)
    nobody = tools.Client(stack)
    assert nobody.get("healthz").status_code == 200
    assert nobody.get("pins/").status_code == 503
    order = dice.sample(sorted(PARTS), len(PARTS))
    order.sort(key=lambda part: (part == "pg") == (last == "pg"))
    for part in order:
        time.sleep(dice.uniform(0, 1))
        faults.part(PARTS[part])
    begin = time.monotonic()
    wait_for(lambda: ready(stack), 20, 0.02)
    seconds = time.monotonic() - begin
    print(f"seed {SEED}, {order}: ready after {seconds:.2f} s")
    assert seconds < READY_S
    assert everybody(stack) == before, "processes did not wait but end"
    wait_for(lambda: person.get("rest-auth/user/").status_code == 200, 10)
    wait_for(lambda: person.post("pins/", data={"title": "x"}, files={
        "image": ("a.png", tools.picture())}).status_code == 201, 10)


def test_a_login_that_ended_before_the_start_stays_ended(stack):
    """Nobody could be asked when the program started."""
    faults, ann = Faults(stack, random.Random(SEED)), tools.signup(stack)
    token = ann.token
    ann.want(200, "POST", "rest-auth/logout/")
    stop_all(faults)
    start_program(stack, faults)
    wait_for(lambda: len(processes(stack, "fast")) == 2, 20)
    time.sleep(0.5)
    for part in PARTS.values():
        faults.part(part)
    wait_for(lambda: ready(stack), 20, 0.02)
    again = tools.Client(stack)
    again.use_token(token)
    for _ in range(6):
        assert again.get("rest-auth/user/").status_code == 401


class Load:
    """Readers and writers whose every request must be answered well."""

    def __init__(self, stack, threads=4):
        self.stack, self.over, self.n, self.bad = stack, threading.Event(), 0, []
        self.ann = tools.signup(stack)
        self.pool = ThreadPoolExecutor(threads)
        self.done = [self.pool.submit(self.run, n) for n in range(threads)]

    def run(self, n):
        client = tools.Client(self.stack)
        client.use_token(self.ann.token)
        while not self.over.is_set():
            # each on a connection of its own: what Nginx does with kept ones
            # of clients when it reloads is between it and them
            close = {"Connection": "close"}
            try:
                answer = client.post("boards/", json={"title": tools.unique("b")}, headers=close) \
                    if n % 2 else client.get("pins/?limit=2", headers=close)
                self.n += 1
                if answer.status_code not in (200, 201):
                    self.bad.append((answer.status_code, answer.text[:200]))
            except requests.RequestException as error:
                self.bad.append((0, repr(error)[:200]))

    def end(self):
        self.over.set()
        for done in self.done:
            done.result()
        return self.n


class Upgraded:
    """The program in a folder of its own, where another build takes its place as
    a package does it: a new file under the old name."""

    def __init__(self, folder, builds):
        self.folder, self.builds, self.program = folder, builds, folder / "pinwall"
        self.next()

    def next(self):
        """The builds by turns; which file it is now."""
        self.builds.append(self.builds.pop(0))
        for name in ("words.table", "pinwall-image", "pinwall"):
            new = self.folder / (name + ".new")
            shutil.copy2(self.builds[0].parent / name, new)
            new.rename(self.folder / name)
        return self.program.stat().st_ino


def runs(pid):
    """Which file a process runs."""
    return os.stat(f"/proc/{pid}/exe").st_ino


@pytest.fixture
def folder():
    """One that the program may look into, as whoever it runs."""
    made = Path(tempfile.mkdtemp(prefix="pinwall-upgrade-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def upgraded(folder):
    given = Path(os.environ.get("PINWALL") or TOP / "build/release-gcc/pinwall")
    others = [p for p in (TOP / "build/release-clang/pinwall", given) if p.exists()]
    program = Upgraded(folder, others)
    with Stack({"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1, "fast_workers": 2},
               durable=True, program=program.program) as running:
        yield running, program
        running.keep_logs("upgrade")


def test_reloads_under_load(upgraded):
    """No request fails, and each reload runs the program that lies there."""
    stack, program = upgraded
    master, load, times = stack.pids()["app"], Load(stack), 0
    nginx = int((stack.dir / "run" / "nginx.pid").read_text())
    try:
        while times < 2 or (load.n < REQUESTS and not load.bad):
            old, new = processes(stack, "fast"), program.next()
            os.kill(master, signal.SIGHUP)
            wait_for(lambda old=old: not set(old) & set(processes(stack, "fast")), 120)
            wait_for(lambda: len(processes(stack, "fast")) == 2, 120)
            assert {runs(pid) for pid in processes(stack, "fast")} == {new}
            os.kill(nginx, signal.SIGHUP)
            time.sleep(2)
            times += 1
    finally:
        n = load.end()
    print(f"{n} requests, {times} reloads of program and Nginx, {len(load.bad)} failed")
    assert load.bad == [] and n > 100
    assert stack.pids()["app"] == master
