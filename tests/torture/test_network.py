"""C9 and B7: latency, loss, resets and silence between the program and Postgres
or Redis on TCP: nobody waits longer than the time limits say, no process meets
more than three failures before it knows, and all is well a second after the
network is."""

import contextlib
import time

import pytest
from audit import counters
from bars import STRICT, bar
from proxy import Proxy
from stack import Stack, wait_for

import client as tools

# A statement may take 1 s here, a silence is given up 2 s later; connecting
# takes 3 s at most.
WORKERS = 2
SETTINGS = {"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1, "fast_workers": WORKERS,
            "statement_ms": 1000}
LATENCY_S, LOSS = bar(0.1, 0.02), bar(0.05, 0.01)  # each way
BOUND_S = bar(6.3, 10)   # a connection and a statement: no answer takes longer
SILENT_S = bar(3.3, 10)  # one of them
BACK_S = bar(1, 8)       # all is well again
FAILURES = 3             # of one worker, until it knows
# A write that nobody could tell the cache of waits until no lease can be valid
# that was granted before: 2.3 s, after two tries of 0.1 s.
READ_S, WRITE_S = bar(0.5, 5), bar(2.8, 10)
AT_ONCE_S = bar(0.05, 1)


class Network:
    def __init__(self, stack, proxies):
        self.stack = stack
        self.postgres, self.state, self.cache = proxies
        self.ann = tools.signup(stack)
        self.nobody = tools.Client(stack)

    def ask(self):
        """A read and a write, past the cache: (statuses, the longest time)."""
        statuses, taken = zip(*(self.one(write) for write in (False, True)))
        return list(statuses), max(taken)

    def one(self, write):
        """(status, how long it took)"""
        begin = time.monotonic()
        if write:
            answer = self.ann.post("boards/", json={"title": tools.unique()})
        else:
            answer = self.nobody.get(f"boards/?author__username={tools.unique()}")
        return answer.status_code, time.monotonic() - begin

    def is_well(self):
        return self.ask()[0] == [200, 201]

    def comes_back(self):
        begin = time.monotonic()
        wait_for(lambda: all(self.is_well() for _ in range(3)), 30, 0.02)
        return time.monotonic() - begin


@pytest.fixture(scope="module")
def network():
    stack = Stack(SETTINGS)
    places = (stack.dir / "run/pg/.s.PGSQL.5432", stack.dir / "run/redis-state.sock",
              stack.dir / "run/redis-cache.sock")
    with contextlib.ExitStack() as all_of_it:
        proxies = [all_of_it.enter_context(Proxy(str(place))) for place in places]
        stack.settings |= {
            "database": f"host=127.0.0.1 port={proxies[0].port} dbname=pinwall user=pinwall "
                        f"passfile={stack.dir}/pg.pass",
            "redis_state": f"127.0.0.1:{proxies[1].port}",
            "redis_cache": f"127.0.0.1:{proxies[2].port}"}
        all_of_it.enter_context(stack)
        yield Network(stack, proxies)
        assert counters(stack) == []
        stack.keep_logs("network")


def test_latency_and_loss(network):
    """Slower, and that is all: Redis that takes too long is done without."""
    everybody = (network.postgres, network.state, network.cache)
    for proxy in everybody:
        proxy.delay, proxy.stall = LATENCY_S, LOSS
    times = []
    try:
        for _ in range(15):
            statuses, taken = network.ask()
            times.append(taken)
            assert statuses == [200, 201] and taken < BOUND_S
    finally:
        for proxy in everybody:
            proxy.delay = proxy.stall = 0
    print(f"{LATENCY_S} s each way, {100 * LOSS:.0f} % lost: {max(times):.2f} s at most; "
          f"back after {network.comes_back():.2f} s")


@pytest.mark.parametrize("name", ["postgres", "state", "cache"])
def test_resets(network, name):
    """A request that meets one may be refused; the next one is not."""
    failed, back = [], []
    for _ in range(5):
        getattr(network, name).reset()
        statuses, taken = network.ask()
        assert taken < BOUND_S and set(statuses) <= {200, 201, 500, 503}, statuses
        failed.append(sum(status >= 500 for status in statuses))
        back.append(network.comes_back())
    print(f"{name} reset: {failed} failed, back after {max(back):.2f} s at most")
    assert max(failed) <= FAILURES and max(back) < BACK_S


def told_again(network, name):
    """Seconds until the worker that is asked speaks with that Redis again."""
    begin, at = time.monotonic(), len(network.stack.log())

    def back():
        network.ask()
        return network.stack.lines(f"redis.back at={name}", since=at)

    wait_for(back, 30, 0.02)
    return time.monotonic() - begin


@pytest.mark.parametrize("name", ["state", "cache"])
def test_silent_redis(network, name):
    """Reads and writes go on without; each worker finds out for itself."""
    proxy = getattr(network, name)
    proxy.silent = True
    try:
        asked = [[network.one(write) for write in (False, True)] for _ in range(8)]
    finally:
        proxy.silent = False
        proxy.reset()
    again = told_again(network, name)
    reads, writes = ([pair[i] for pair in asked] for i in (0, 1))
    seconds = network.comes_back()
    print(f"{name} silent: reads {max(t for _, t in reads):.2f} s at most, writes "
          f"{max(t for _, t in writes):.2f} s, the last {writes[-1][1]:.2f} s; spoken with again "
          f"after {again:.2f} s, all well {seconds:.2f} s later")
    assert {status for status, _ in reads} == {200} and {s for s, _ in writes} == {201}
    assert max(t for _, t in reads) < READ_S and max(t for _, t in writes) < WRITE_S
    # tries are a second apart
    assert again < BACK_S + 2 * AT_ONCE_S and seconds < BACK_S


if STRICT:  # it looks at the clock for half a minute
    def test_writes_go_on_as_without_a_cache(network):
        """B7: the first of them wait until the lease is over, the others do not."""
        network.cache.silent = True
        try:
            times = [network.one(True)[1] for _ in range(4 * WORKERS)]
        finally:
            network.cache.silent = False
            network.cache.reset()
            network.comes_back()
        print("cache silent: writes of " + ", ".join(f"{t:.2f}" for t in times) + " s")
        assert max(times[FAILURES * WORKERS:]) < READ_S


def test_silent_postgres(network):
    """Half open: refused in time, then at once; back when it speaks."""
    network.postgres.silent = True
    times = []
    try:
        for _ in range(6):
            status, taken = network.one(len(times) % 2 == 1)
            times.append(taken)
            assert status in (500, 503)
            assert network.nobody.get("healthz").status_code == 200
        at_once = refused_at_once(network)
    finally:
        network.postgres.silent = False
        network.postgres.reset()
    seconds = network.comes_back()
    slow = sum(taken > AT_ONCE_S for taken in times)
    print(f"postgres silent: {max(times):.2f} s at most, {slow} of {len(times)} waited, then "
          f"{at_once:.3f} s; back after {seconds:.2f} s")
    assert max(times) < SILENT_S and seconds < BACK_S
    assert slow <= FAILURES * WORKERS and at_once < AT_ONCE_S


def refused_at_once(network):
    """The shortest of some requests that follow each other at once: a worker
    that has just failed refuses for half a second."""
    return min(network.one(False)[1] for _ in range(2 * WORKERS))
