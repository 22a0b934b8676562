"""C9: latency, loss, resets and silence between the program and Postgres or
Redis on TCP: nobody waits longer than the time limits say, and all is well at
once when the network is."""

import contextlib
import time

import pytest
from audit import counters
from proxy import Proxy
from stack import Stack, wait_for

import client as tools

# A statement may take 1 s here, a silence is given up 2 s later; connecting
# takes 3 s at most.
SETTINGS = {"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1, "fast_workers": 2,
            "statement_ms": 1000}
BOUND_S = 10    # no answer takes longer; this machine may be busy
BACK_S = 8      # all is well again, after the longest that may be going on


class Network:
    def __init__(self, stack, proxies):
        self.stack = stack
        self.postgres, self.state, self.cache = proxies
        self.ann = tools.signup(stack)
        self.nobody = tools.Client(stack)

    def ask(self):
        """A read and a write, past the cache: (statuses, the longest time)."""
        taken, statuses = 0, []
        for ask in (lambda: self.nobody.get(f"boards/?author__username={tools.unique()}"),
                    lambda: self.ann.post("boards/", json={"title": tools.unique()})):
            begin = time.monotonic()
            statuses.append(ask().status_code)
            taken = max(taken, time.monotonic() - begin)
        return statuses, taken

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
        proxy.delay, proxy.stall = 0.02, 0.01
    try:
        for _ in range(15):
            statuses, taken = network.ask()
            assert statuses == [200, 201] and taken < BOUND_S
    finally:
        for proxy in everybody:
            proxy.delay = proxy.stall = 0
    network.comes_back()


@pytest.mark.parametrize("name", ["postgres", "state", "cache"])
def test_resets(network, name):
    """A request that meets one may be refused; the next one is not."""
    for _ in range(5):
        getattr(network, name).reset()
        statuses, taken = network.ask()
        assert taken < BOUND_S and set(statuses) <= {200, 201, 500, 503}, statuses
        assert network.comes_back() < BACK_S


@pytest.mark.parametrize("name", ["state", "cache"])
def test_silent_redis(network, name):
    """Reads and writes go on without; each worker finds out for itself."""
    proxy = getattr(network, name)
    proxy.silent = True
    try:
        first = [network.ask() for _ in range(4)]
        later = [network.ask() for _ in range(4)]
    finally:
        proxy.silent = False
        proxy.reset()
    seconds = network.comes_back()
    print(f"{name} silent: {max(t for _, t in first):.2f} s at first, "
          f"{max(t for _, t in later):.2f} s later; back after {seconds:.2f} s")
    assert all(statuses == [200, 201] for statuses, _ in later)
    assert all(taken < BOUND_S for _, taken in first + later) and seconds < BACK_S


def test_silent_postgres(network):
    """Half open: refused in time, then at once; back when it speaks."""
    network.postgres.silent = True
    times = []
    try:
        for _ in range(6):
            statuses, taken = network.ask()
            times.append(taken)
            assert set(statuses) <= {500, 503}, statuses
            assert network.nobody.get("healthz").status_code == 200
    finally:
        network.postgres.silent = False
        network.postgres.reset()
    seconds = network.comes_back()
    print(f"postgres silent: {max(times):.2f} s at most, {min(times):.2f} s at least; "
          f"back after {seconds:.2f} s")
    assert max(times) < BOUND_S and seconds < BACK_S
