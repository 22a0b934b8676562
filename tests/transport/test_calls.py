"""What a request costs in system calls: exact, and free of noise."""

import re
import signal
import subprocess
import time

import pytest

from floor_site import children, wait_for
from memory import private_kib

CALL = re.compile(r"^(\w+)\((.*) = (-?\d+)")


@pytest.fixture(autouse=True)
def plain_program(program):
    """A sanitizer makes calls, and takes memory, of its own."""
    with open(program, "rb") as file:
        if b"__asan_init" in file.read():
            pytest.skip("the program is built with a sanitizer")


def calls_of(site, pid, requests):
    """(name, arguments, result) of each system call that worker pid makes
    between its first read and its last send of an answer."""
    trace = site.folder / "trace"
    tracer = subprocess.Popen(["strace", "-o", trace, "-p", str(pid)],
                              stderr=subprocess.PIPE)
    try:
        assert b"attached" in tracer.stderr.readline()
        requests()
        time.sleep(0.05)
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(10)
    calls = [match.groups() for match in
             map(CALL.match, trace.read_text().splitlines()) if match]
    names = [name for name, _, _ in calls]
    first = names.index("read")
    last = len(names) - names[::-1].index("sendmsg")
    # A wait that ended without an event is the worker's pause, not a cost.
    return [call for call in calls[first:last]
            if not (call[0] == "epoll_wait" and call[2] == "0")]


def count(calls):
    names = [name for name, _, _ in calls]
    return {name: names.count(name) for name in set(names)}


@pytest.fixture
def one(make_site):
    """One worker, and one connection of Nginx to it."""
    site = make_site(fast_workers=1, slow_workers=1).start()
    site.write_conf(log_level=0)
    assert site.reload()
    assert wait_for(lambda: len(children(site.master.pid)) == 2)
    return site.nginx(processes=1)


def repeat(site, method, path, body=None, times=100):
    connection = site.connect()
    site.ask(method, path, body, connection)  # opens Nginx's connection

    def requests():
        for _ in range(times):
            assert site.ask(method, path, body, connection)[0] == 200

    return calls_of(site, site.workers()[0], requests)


def test_constant_answer_costs_three_calls(one):
    assert count(repeat(one, "GET", "/api/echo")) == \
        {"read": 100, "sendmsg": 100, "epoll_wait": 99}


def test_small_body_costs_three_calls(one):
    assert count(repeat(one, "POST", "/api/len", b"x" * 2000)) == \
        {"read": 100, "sendmsg": 100, "epoll_wait": 99}


def test_100_kib_answer_costs_few_calls(one):
    calls = count(repeat(one, "GET", "/api/fill/102400", times=50))
    assert calls["read"] == 50
    # Building it takes memory from the kernel and gives it back.
    assert sum(calls.values()) <= 50 * 6


def test_log_lines_are_written_together(make_site):
    site = make_site(fast_workers=1, slow_workers=1, log_level=1)
    site.start().nginx(processes=1)
    began = time.monotonic()
    calls = repeat(site, "GET", "/api/echo", times=300)
    written = [call for call in calls
               if call[0] == "write" and call[1].startswith("2,")]
    assert len(written) <= time.monotonic() - began + 2
    # Three, and the log's.
    assert len(calls) == 899 + len(written)
    assert site.logged("path=/api/echo status=200", 301)


def test_slow_pool(one):
    """Not counted for speed: one connection each, closed when answered."""
    connection = one.connect()

    def requests():
        for _ in range(20):
            assert one.ask("GET", "/api/slow/echo", None, connection)[0] == 200

    calls = count(calls_of(one, one.workers("slow")[0], requests))
    assert calls["sendmsg"] == 20 and calls["accept4"] == 19
    assert calls["close"] == 19 and "shutdown" not in calls


def test_memory_of_a_worker(one):
    """Private memory after large answers and bodies went through it."""
    worker = one.workers()[0]
    for _ in range(3):
        one.get("/api/fill/12000000")
        one.ask("POST", "/api/len", b"x" * 12000000)
    for _ in range(1000):
        one.get("/api/echo")
    assert wait_for(lambda: private_kib(worker) <= 4096, 2), private_kib(worker)
