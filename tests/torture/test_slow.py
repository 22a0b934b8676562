"""H1, H2 and B19: ten thousand idle connections and five hundred slow clients
take nothing from the others, and those that make no progress are cut off: a
head after ten seconds, a body or a reader after twenty."""

import os
import resource
import select
import socket
import statistics
import subprocess
import threading
import time

import pytest
from bars import bar
from faults import processes
from memory import shared_kib
from stack import Stack, wait_for

import client as tools
from crowd import held

IDLE, SLOW = 10_000, 500
HEADER_S, BODY_S = 10, 20  # without progress; nginx/snippets/pinwall-site.conf.in
RSS_MB = 400               # of Nginx and the program
REQUESTS = bar(4000, 400)
# Seconds that a machine adds which has other things to do, and its tails.
BUSY_S = bar(0, 0.02)
TAIL_S = bar(0, 1)
RATE = bar(1000, 20)       # connections accepted a second
ATTACKERS = bar(500, 200)  # of each kind of slowhttptest
ANSWER_S = bar(1, 5)
WAY = 8 << 20  # more than Nginx and the kernel hold of answers that nobody takes
HEAD = b"POST /api/boards/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def stack():
    was = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (was[1], was[1]))
    with Stack({"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1}) as running:
        yield running
        running.keep_logs("slow")
    resource.setrlimit(resource.RLIMIT_NOFILE, was)


class Crowd:
    """Connections; some of them say a byte a second."""

    def __init__(self, stack):
        self.where, self.all, self.slow = ("127.0.0.1", stack.port), [], []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.drip, daemon=True)

    def come(self, said=b"", slow=False):
        one = socket.create_connection(self.where, timeout=10)
        one.sendall(said)
        self.all.append(one)
        if slow:
            self.slow.append(one)
        return one

    def drip(self):
        while not self.over.wait(1):
            for one in self.slow:
                try:
                    one.send(b"a")
                except OSError:
                    pass  # cut off

    def held(self):
        return held(self.all)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        for one in self.all:
            one.close()


def times(client):
    """Seconds of one request after the other."""
    taken = []
    for _ in range(REQUESTS):
        begin = time.monotonic()
        client.want(200, "GET", "pins/?limit=5")
        taken.append(time.monotonic() - begin)
    return sorted(taken)


def p99(taken):
    return taken[int(len(taken) * 0.99)]


def rss_mb(stack):
    """Of all of Nginx and of the program, what is shared counted once."""
    total = 0
    for pid in stack.processes("nginx", "run"):
        try:
            total += shared_kib(pid)
        except OSError:
            pass  # it ended meanwhile
    return total / 1024


def come_slowly(crowd, n):
    """Slow heads, slow bodies, slow readers, a third each."""
    for i in range(n):
        if i % 3 == 0:
            crowd.come(HEAD + b"X-Slow: ", slow=True)
        elif i % 3 == 1:
            crowd.come(HEAD + b"Content-Length: 100000\r\n\r\n{", slow=True)
        else:
            one = crowd.come()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            one.sendall(b"GET /api/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 4)


def test_a_crowd_takes_nothing_from_others(stack):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 1500
    if most < IDLE:
        pytest.skip(f"only {most} connections may be open here")
    somebody = tools.signup(stack)
    before = times(somebody)
    with Crowd(stack) as crowd:
        begin = time.monotonic()
        for _ in range(IDLE):
            crowd.come(b"GET /api/healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        rate = IDLE / (time.monotonic() - begin)
        come_slowly(crowd, SLOW)
        during, memory, held = times(somebody), rss_mb(stack), crowd.held()
        somebody.want(201, "POST", "boards/", json={"title": tools.unique()})
    print(f"{IDLE} idle at {rate:.0f} a second, {SLOW} slow: p99 of {REQUESTS} "
          f"{1000 * p99(before):.1f} ms before, {1000 * p99(during):.1f} ms with them, median "
          f"{1000 * statistics.median(before):.2f} and {1000 * statistics.median(during):.2f} ms; "
          f"{memory:.0f} MiB, {held} still there")
    assert held >= IDLE
    assert memory < RSS_MB
    assert rate >= RATE
    assert statistics.median(during) < bar(2, 3) * statistics.median(before) + BUSY_S
    assert p99(during) <= 2 * p99(before) + TAIL_S


def closed_after(one, begin):
    """Seconds until the other side closes; what it says before is taken."""
    one.settimeout(BODY_S + 15)
    try:
        while one.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - begin


def test_no_progress_is_cut_off(stack):
    with Crowd(stack) as crowd:
        begin = time.monotonic()
        head = crowd.come(HEAD)
        drip = crowd.come(HEAD + b"X-Slow: ", slow=True)
        body = crowd.come(HEAD + b"Content-Length: 1000\r\n\r\n{")
        for one, limit in ((head, HEADER_S), (drip, HEADER_S), (body, BODY_S)):
            assert limit - 1 < closed_after(one, begin) < limit + 10


def test_a_reader_that_takes_nothing_is_cut_off(stack):
    """It asks for more than fits anywhere on the way, and does not read."""
    page = len(tools.Client(stack).get("openapi.json").content)
    with Crowd(stack) as crowd:
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.settimeout(10)
        one.connect(crowd.where)
        crowd.all.append(one)
        begin = time.monotonic()
        one.sendall(b"GET /api/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * (WAY // page + 2))
        # whoever reads is told of the end only after what came before it
        watched = select.poll()
        watched.register(one, 0)  # errors alone
        ended = watched.poll(1000 * (BODY_S + 15))
        seconds = time.monotonic() - begin
    print(f"a reader of {page} bytes, many times, was cut off after {seconds:.1f} s")
    assert ended and BODY_S - 1 < seconds < BODY_S + bar(3, 12)


def test_slowhttptest(stack, tmp_path):
    """Its four modes at once: there is service."""
    nobody = tools.Client(stack)
    modes = {"header": ["-H"], "body": ["-B"], "range": ["-R"],
             "read": ["-X", "-w", "10", "-y", "20", "-n", "1", "-z", "32"]}
    running = [subprocess.Popen(
        ["slowhttptest", *options, "-c", str(ATTACKERS), "-r", str(ATTACKERS), "-i", "1",
         "-l", "8", "-p", "3", "-u", f"{stack.url}/api/pins/", "-o", str(tmp_path / name)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for name, options in modes.items()]
    before = {role: processes(stack, role) for role in ("fast", "slow")}
    asked = 0
    while any(process.poll() is None for process in running):
        begin = time.monotonic()
        nobody.want(200, "GET", "pins/?limit=1", headers={"Connection": "close"})
        assert time.monotonic() - begin < ANSWER_S
        asked += 1
        time.sleep(0.05)
    print(f"{asked} requests answered meanwhile")
    assert asked > 20
    assert {role: processes(stack, role) for role in before} == before
    wait_for(lambda: not any(os.scandir(stack.dir / "nginx" / "body")))
