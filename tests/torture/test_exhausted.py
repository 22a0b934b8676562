"""C4: no descriptors, no memory, no connections of Postgres, no room and no
connections in Redis: requests are refused or answered without, no process ends
over it, and when there is enough again all is well.

Processes are not limited here: the kernel does not count them for root."""

import contextlib
import os
import resource
import time

import psycopg2
import pytest
from audit import counters
from faults import processes
from stack import Stack, wait_for

import client as tools


@pytest.fixture(scope="module")
def stack():
    with Stack({"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1, "fast_workers": 2,
                "slow_workers": 1, "cache": 1}, durable=True) as running:
        yield running
        assert counters(running) == []
        running.keep_logs("exhausted")


@pytest.fixture
def ann(stack):
    return tools.signup(stack)


def everybody(stack):
    return {role: processes(stack, role)
            for role in ("fast", "slow", "jobs", "long", "index", "guard")}


@contextlib.contextmanager
def nobody_ends(stack):
    before = everybody(stack)
    yield
    assert everybody(stack) == before


@contextlib.contextmanager
def limited(pids, what, soft_of):
    """The limit of processes is what soft_of says, for a while."""
    was = {pid: resource.prlimit(pid, what) for pid in pids}
    for pid in pids:
        resource.prlimit(pid, what, (soft_of(pid), was[pid][1]))
    try:
        yield
    finally:
        for pid in pids:
            resource.prlimit(pid, what, was[pid])


def upload(person):
    return person.post("pins/", data={"title": "x"}, files={"image": ("a.png", tools.picture())})


def works(person):
    return upload(person).status_code == 201 and \
        person.post("boards/", json={"title": tools.unique("b")}).status_code == 201


def fds(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def test_no_descriptors_for_uploads(stack, ann):
    """One that comes in is one too many."""
    with nobody_ends(stack):
        with limited(processes(stack, "slow"), resource.RLIMIT_NOFILE, lambda pid: fds(pid) + 1):
            answer = upload(ann)
            assert answer.status_code in (500, 503, 507), answer.text
        wait_for(lambda: works(ann))


def test_no_descriptors_for_connections(stack, ann):
    """One worker takes no more; the other does."""
    with nobody_ends(stack):
        with limited(processes(stack, "fast")[:1], resource.RLIMIT_NOFILE, lambda pid: fds(pid)):
            for _ in range(20):
                ann.want(200, "GET", "pins/?limit=1", headers={"Connection": "close"})
        wait_for(lambda: works(ann))


def size(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


@pytest.mark.skipif("asan" in os.environ.get("PINWALL", ""), reason="it needs all memory")
def test_no_memory(stack, ann):
    """Whatever needs some more is refused."""
    big = {"title": "x" * 100, "more": ["y" * 1000] * 240}
    with nobody_ends(stack):
        with limited(processes(stack, "fast"), resource.RLIMIT_AS, size):
            statuses = [ann.post("boards/", json=big).status_code for _ in range(10)]
            statuses += [ann.get("pins/").status_code for _ in range(10)]
            assert set(statuses) <= {200, 400, 500, 502, 503}, statuses
            assert 500 in statuses, statuses
        wait_for(lambda: works(ann))


def take_all(stack):
    """Connections until there are no more."""
    taken = []
    with contextlib.suppress(psycopg2.OperationalError):
        while len(taken) < 200:
            taken.append(psycopg2.connect(stack.dsn("pinwall")))
    return taken


def test_no_connections_of_postgres(stack, ann):
    """Others took them all: who has one goes on, who lost it is refused."""
    with nobody_ends(stack):
        taken = take_all(stack)
        try:
            assert works(ann)
            stack.sql("select pg_terminate_backend(pid) from pg_stat_activity "
                      "where application_name = 'pinwall'")
            taken += take_all(stack)
            answers = [ann.post("boards/", json={"title": tools.unique("b")}) for _ in range(8)]
            assert 503 in {answer.status_code for answer in answers}
            assert not any("slots" in answer.text or "clients" in answer.text
                           for answer in answers)
            time.sleep(1)
        finally:
            for one in taken:
                one.close()
        wait_for(lambda: works(ann), 20)


def test_the_site_leaves_connections_for_others(stack):
    (most,), = stack.sql("select setting::int from pg_settings where name = 'max_connections'")
    (used,), = stack.sql("select count(*) from pg_stat_activity where usename = 'pinwall'")
    assert used <= most - 10


@pytest.mark.parametrize("name", ["state", "cache"])
@pytest.mark.parametrize("setting, value", [("maxmemory", "1"), ("maxclients", "1")])
def test_no_room_in_redis(stack, ann, name, setting, value):
    """It is done without."""
    admin = stack.redis(name)
    was = admin.config_get(setting)[setting]
    with nobody_ends(stack):
        admin.config_set(setting, value)
        try:
            admin.client_kill_filter(_type="normal", skipme=True)
            for _ in range(6):
                assert works(ann)
                ann.want(200, "GET", "pins/")
        finally:
            admin.config_set(setting, was)
        wait_for(lambda: works(ann))
