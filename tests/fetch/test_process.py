"""The process: queueing, children that die, limits, its end; and a client
that meets a process that lies."""
import os
import pathlib
import signal
import socket
import struct
import threading
import time

import pytest

from memory import private_kib, shared_kib
from world import PICTURE

PUB = "http://public.test"
MAGIC = 0x31746650
BEGUN, BODY, END = 1, 2, 3


def wait_for(what, seconds=5):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(.02)
    raise AssertionError("did not happen")


def wait_request(world):
    """Until a fetch is under way: its host was asked."""
    wait_for(lambda: world.ask("requests"))


def test_a_killed_child_harms_its_fetch_only(world):
    doomed = world.start([PUB + "/silent"])
    wait_request(world)
    victim, = world.children()
    other = world.start([PUB + "/late/1"])
    wait_for(lambda: len(world.children()) == 2)
    os.kill(victim, signal.SIGKILL)
    got = world.finish(doomed)[0]
    assert got["err"] == "ERR_UPSTREAM" and got["file"] == 0
    assert got["why"] == "a service this needs did not answer"
    assert "does not answer" in doomed.log
    assert world.finish(other)[0]["err"] == "OK"
    assert world.get(PUB + "/ok.png")["err"] == "OK"
    assert "was ended by signal 9" in world.log_text()


def test_a_client_that_leaves_ends_its_fetch(world):
    client = world.start([PUB + "/silent"])
    wait_request(world)
    client.kill()
    client.wait()
    client.stdout.close()
    client.stderr.close()
    wait_for(lambda: not world.children(), 3)


def test_a_killed_process(make_world):
    world = make_world()
    client = world.start([PUB + "/silent"])
    wait_request(world)
    child, = world.children()
    os.kill(world.pid, signal.SIGKILL)
    assert world.finish(client)[0]["err"] == "ERR_UPSTREAM"
    wait_for(lambda: not pathlib.Path(f"/proc/{child}").exists() or
             "Z" in pathlib.Path(f"/proc/{child}/stat").read_text())
    assert world.get(PUB + "/ok.png")["err"] == "ERR_UPSTREAM"


def test_sigterm_lets_fetches_end(make_world):
    world = make_world()
    client = world.start([PUB + "/late/1"])
    wait_request(world)
    os.kill(world.pid, signal.SIGTERM)
    assert world.finish(client)[0]["err"] == "OK"
    wait_for(lambda: "fetch stopped" in world.log_text())
    assert world.get(PUB + "/ok.png")["err"] == "ERR_UPSTREAM"


def test_too_many_at_once_is_said(make_world):
    """One place, one second each: who waits longer than that is told."""
    world = make_world(fetch_s=1, fetch_children=1)
    clients = [world.start([PUB + "/silent"]) for _ in range(6)]
    got = [world.finish(c)[0] for c in clients]
    kinds = {g["err"] for g in got}
    assert kinds == {"ERR_INPUT", "ERR_BUSY"}
    assert all(g["reason"] == "TIME" for g in got if g["err"] == "ERR_INPUT")
    assert all(g["why"] == "too busy, try again" for g in got
               if g["err"] == "ERR_BUSY")
    assert all(g["ms"] < 5000 for g in got)
    # those who gave up in the queue are not fetched for
    world.accepts()
    time.sleep(1.5)
    assert world.accepts() == []
    assert world.get(PUB + "/ok.png")["err"] == "OK"


def test_at_most_so_many_children(make_world):
    world = make_world(fetch_children=3)
    clients = [world.start([PUB + "/late/0.5"]) for _ in range(9)]
    most = 0
    while any(c.poll() is None for c in clients):
        most = max(most, len(world.children()))
        time.sleep(.01)
    assert [world.finish(c)[0]["err"] for c in clients] == ["OK"] * 9
    assert most == 3


@pytest.mark.skipif("asan" in os.environ.get("FETCH_TOOL", ""),
                    reason="a sanitizer's memory is not ours")
def test_memory_is_bounded(make_world):
    world = make_world()
    for _ in range(100):
        assert world.get(PUB + "/bytes/1000000")["err"] == "OK"
    own = private_kib(world.pid)
    pss = shared_kib(world.pid)
    clients = [world.start([PUB + "/stall"]) for _ in range(4)]
    children = wait_for(lambda: len(world.children()) == 4 and
                        world.children())
    time.sleep(.5)
    each = max(map(private_kib, children))
    total = sum(map(shared_kib, (world.pid, *children)))
    print(f"parent alone: PSS {pss} kB, private {own} kB; with 4 fetches "
          f"under way all together PSS {total} kB, a child's private memory "
          f"{each} kB")
    for client in clients:
        world.finish(client)
    assert own < 4096 and total < 16384


def raw(world, data, half_close=False):
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(10)
    sock.connect(str(world.run_dir / "fetch.sock"))
    sock.sendall(data)
    if half_close:
        sock.shutdown(socket.SHUT_WR)
    got = b""
    try:
        while more := sock.recv(65536):
            got += more
    except ConnectionResetError:
        pass
    sock.close()
    return got


def ask(url=b"http://public.test/ok.png", accept=b"image/*", most=1 << 20,
        magic=MAGIC, url_n=None, accept_n=None):
    return struct.pack(
        "=IHHq", magic, len(url) if url_n is None else url_n,
        len(accept) if accept_n is None else accept_n, most) + url + accept


def pieces(data):
    found = []
    while len(data) >= 8:
        kind, n = struct.unpack("=II", data[:8])
        found.append((kind, data[8:8 + n]))
        data = data[8 + n:]
    return found


def test_the_protocol(world):
    found = pieces(raw(world, ask()))
    assert [k for k, _ in found] == [BEGUN, BODY, END]
    assert found[1][1] == PICTURE


@pytest.mark.parametrize("data", [
    b"", b"GET / HTTP/1.0\r\n\r\n", os.urandom(5000), ask()[:10],
    ask(magic=0), ask(url_n=65535), ask(url_n=2001), ask(accept_n=201),
    ask(accept_n=65535), ask(most=0), ask(most=-1), ask(most=-2 ** 63),
    ask(url_n=500)])
def test_a_client_that_talks_nonsense(world, data):
    assert raw(world, data, half_close=True) == b""
    assert world.get(PUB + "/ok.png")["err"] == "OK"


def test_kinds_are_no_way_into_the_request(world):
    found = pieces(raw(world, ask(accept=b"image/*\r\nX-Evil: 1")))
    assert [k for k, _ in found] == [BEGUN, END]
    assert world.ask("requests") == []


def test_a_client_that_says_nothing(world):
    started = time.monotonic()
    assert raw(world, b"") == b""
    assert 4 < time.monotonic() - started < 7


def end(total=0, reason=0, status=200, redirects=0, kind=b"", url=b"",
        kind_n=None, url_n=None):
    body = struct.pack(
        "=qiiiHH", total, reason, status, redirects,
        len(kind) if kind_n is None else kind_n,
        len(url) if url_n is None else url_n) + kind + url
    return struct.pack("=II", END, len(body)) + body


def piece(kind, body=b"", n=None):
    return struct.pack("=II", kind, len(body) if n is None else n) + body


LIES = {
    "nothing": b"",
    "noise": os.urandom(3000),
    "no beginning": piece(BODY, b"abc") + end(3),
    "a beginning with bytes": piece(BEGUN, b"abc"),
    "a beginning twice": piece(BEGUN) * 2 + end(),
    "no end": piece(BEGUN) + piece(BODY, b"abc"),
    "a piece too long": piece(BEGUN) + piece(BODY, b"a" * 65537),
    "an endless piece": piece(BEGUN) + piece(BODY, b"a", n=0xffffffff),
    "a cut piece": piece(BEGUN) + piece(BODY, b"a" * 10, n=20),
    "an unknown kind": piece(BEGUN) + piece(77, b"abc"),
    "more than was asked for": piece(BEGUN) + piece(BODY, b"a" * 1001) +
    end(1001),
    "more in pieces": piece(BEGUN) + piece(BODY, b"a" * 600) * 2 + end(1200),
    "a wrong total": piece(BEGUN) + piece(BODY, b"abc") + end(4),
    "a short end": piece(BEGUN) + piece(END, b"abc"),
    "an unknown reason": piece(BEGUN) + end(reason=99),
    "a negative reason": piece(BEGUN) + end(reason=-1),
    "a type too long": piece(BEGUN) + end(kind=b"a" * 201),
    "a type that is not there": piece(BEGUN) + end(kind_n=100),
    "an address too long": piece(BEGUN) + end(url=b"a" * 2001),
    "a fault": piece(BEGUN) + end(reason=22),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_process_that_lies(world, tmp_path, lie):
    """The client believes nothing: ERR_UPSTREAM, and no byte is kept."""
    at = tmp_path / "fetch.sock"
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(at))
    server.listen()

    def serve():
        conn, _ = server.accept()
        conn.settimeout(10)
        conn.recv(1000)
        try:
            conn.sendall(LIES[lie])
            conn.shutdown(socket.SHUT_WR)
            conn.recv(1)
        except OSError:
            pass
        conn.close()
    thread = threading.Thread(target=serve)
    thread.start()
    env, world.env = world.env, dict(world.env, PINWALL_RUN_DIR=str(tmp_path))
    try:
        got = world.get(PUB + "/", most=1000)
    finally:
        world.env = env
        thread.join()
        server.close()
    assert got["err"] == "ERR_UPSTREAM", got
    assert got["bytes"] == 0 and got["file"] == 0


@pytest.mark.parametrize("first, outcome, least", [
    (b"", "ERR_BUSY", 1), (piece(BEGUN), "ERR_UPSTREAM", 4)])
def test_a_process_that_hangs(world, tmp_path, first, outcome, least):
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "fetch.sock"))
    server.listen()
    conns = []

    def serve():
        conns.append(server.accept()[0])
        conns[0].sendall(first)
    thread = threading.Thread(target=serve)
    thread.start()
    env, world.env = world.env, dict(
        world.env, PINWALL_RUN_DIR=str(tmp_path), PINWALL_FETCH_S="1")
    try:
        got = world.get(PUB + "/")
    finally:
        world.env = env
        thread.join()
        conns[0].close()
        server.close()
    assert got["err"] == outcome
    assert least * 1000 <= got["ms"] < (least + 1.5) * 1000


def test_a_disk_that_is_full(world):
    got = world.get(PUB + "/ok.png", out="/dev/full")
    assert got["err"] == "ERR_STORAGE"


@pytest.mark.parametrize("allow", [
    "localhost", "localhost:", ":80", "a:99999", "a:80,b", "a:b", "a:-1"])
def test_a_list_that_cannot_be_read_stops_the_start(world, tmp_path, allow):
    import subprocess
    env = dict(world.env, PINWALL_FETCH_ALLOW=allow,
               PINWALL_RUN_DIR=str(tmp_path))
    done = subprocess.run([world.tool, "serve"], env=env, timeout=20,
                          capture_output=True, text=True)
    assert done.returncode == 1 and "fetch_allow" in done.stderr
