"""System calls of a worker per request: exact, and free of noise."""

import http.client
import re
import signal
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

CALL = re.compile(r"^(\w+)\(.* = (-?\d+)")


def workers(stack, role="fast"):
    """Process ids of the stack's workers of a role."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if str(stack.conf) in words and "--role" in words:
            if words[words.index("--role") + 1] == role:
                found.append(int(folder.name))
    return sorted(found)


def per_request(stack, path, headers=None, times=100):
    """Calls that the only fast worker makes for one GET, as {name: average};
    the pauses of an idle worker and the log are left out."""
    host = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=10)

    def ask():
        host.request("GET", path, headers=headers or {})
        answer = host.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)

    def work():
        for _ in range(times):
            ask()

    ask()  # opens Nginx's connection and fills what is filled once
    names = steady(workers(stack), work)
    host.close()
    return {name: n / times for name, n in Counter(names).items()}


def steady(pids, work):
    """Names of the calls that one worker makes while work() runs, on the
    connections that it has.  Nginx closes those that were idle for some seconds,
    and a worker that of a Redis that was late: then once more."""
    for _ in range(5):
        names = trace(pids, work)
        if "close" not in names:
            break
        work()
    return names


def trace(pids, work):
    """Names of the calls that one worker makes while work() runs."""
    (pid,) = pids
    with tempfile.NamedTemporaryFile("r") as calls:
        tracer = subprocess.Popen(
            ["strace", "-o", calls.name, "-p", str(pid)], stderr=subprocess.PIPE
        )
        try:
            assert b"attached" in tracer.stderr.readline()
            work()
            time.sleep(0.05)
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.wait(10)
        lines = [m.groups() for m in map(CALL.match, calls) if m]
    left_out = {"write"}
    if b"__asan_init" in Path(f"/proc/{pid}/exe").read_bytes():
        left_out |= {"mmap", "munmap", "madvise"}  # the sanitizer's own
    return [
        name
        for name, result in lines
        if not (name.startswith("epoll") and result == "0") and name not in left_out
    ]
