"""H3, H4 and H5 through Nginx: requests that two readers might take apart
differently are refused, and nothing in them is ever taken for a request of its
own; what is echoed carries no header."""

import contextlib
import os
import re
import select
import socket
import threading
import time
from urllib.parse import quote_from_bytes

import pytest
from faults import processes
from memory import private_kib
from stack import Stack, wait_for

import client as tools

POISON = b"GET /api/poison HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"0\r\n\r\n"
FRIEND = "https://friend.example"
MOST_MB = 2  # of a worker's memory for one request
ENDLESS_MB = 200  # sent to who takes bodies without an end


def post(*headers, body=b""):
    return b"\r\n".join((b"POST /api/boards/ HTTP/1.1", b"Host: a", *headers, b"", body))


REFUSED = {  # each by 400, 411, 413, 501 or 505, and the connection ends
    "length and chunks": post(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=CHUNKED),
    "chunks and length": post(b"Transfer-Encoding: chunked", b"Content-Length: 44",
                              body=CHUNKED + POISON),
    "two lengths": post(b"Content-Length: 0", b"Content-Length: 38", body=POISON),
    "two equal lengths": post(b"Content-Length: 2", b"Content-Length: 2", body=b"{}"),
    "length +5": post(b"Content-Length: +5", body=b"abcde"),
    "length 5,5": post(b"Content-Length: 5,5", body=b"abcde"),
    "length -1": post(b"Content-Length: -1"),
    "length 0x5": post(b"Content-Length: 0x5", body=b"abcde"),
    "length 2^63": post(b"Content-Length: 9223372036854775808"),
    "length over the limit": post(b"Content-Length: 9223372036854775807"),
    "chunked, identity": post(b"Transfer-Encoding: chunked, identity", body=CHUNKED),
    "xchunked": post(b"Transfer-Encoding: xchunked", body=CHUNKED),
    "two encodings": post(b"Transfer-Encoding: identity", b"Transfer-Encoding: chunked",
                          body=CHUNKED),
    "space before the colon": post(b"Transfer-Encoding : chunked", body=CHUNKED),
    "folded": post(b"X: a", b" Transfer-Encoding: chunked", body=CHUNKED),
    "NUL in a value": post(b"X: a\0b"),
    "chunk size too large": post(b"Transfer-Encoding: chunked", body=b"f" * 17 + b"\r\n"),
    "chunk size -1": post(b"Transfer-Encoding: chunked", body=b"-1\r\n\r\n"),
    "chunk without an end": post(b"Transfer-Encoding: chunked", body=b"2\r\n{}" + POISON),
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "version 3": b"GET / HTTP/3.0\r\nHost: a\r\n\r\n",
    "space in the address": b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "control in the address": b"GET /a\x01b HTTP/1.1\r\nHost: a\r\n\r\n",
    "a header of 64 KiB": post(b"X: " + b"a" * 65536),
}


@pytest.fixture(scope="module")
def stack():
    with Stack({"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1,
                "fast_workers": 2, "cors_origins": FRIEND}) as running:
        yield running
        running.keep_logs("raw")


def say(stack, raw):
    """Everything that comes until the other side closes, or is silent."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=3) as s:
        s.sendall(raw)
        got = b""
        try:
            while piece := s.recv(65536):
                got += piece
        except (ConnectionResetError, TimeoutError):
            pass
    return got


def statuses(got):
    return [int(n) for n in re.findall(rb"(?:^|[\n}])HTTP/1\.[01] (\d+) ", got)]


@pytest.mark.parametrize("name", REFUSED)
def test_refused(stack, name):
    """Once, and what follows it on the connection is not read."""
    got = say(stack, REFUSED[name] + POISON)
    assert len(statuses(got)) == 1, got[:2000]
    assert statuses(got)[0] in (400, 411, 413, 431, 501, 505), got[:300]
    assert "/api/poison" not in (stack.log_dir / "pinwall.log").read_text()


def test_pipelined_pairs(stack):
    """Each request has its answer, in order, whatever its body says."""
    body = b'{"x": "' + POISON.replace(b"\r\n", b"\\r\\n") + b'"}'
    one = post(b"Content-Length: %d" % len(body), body=body)
    chunked = post(b"Transfer-Encoding: chunked", body=b"%x\r\n%s\r\n" % (len(POISON), POISON)
                   + CHUNKED)
    look = b"GET /api/healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    end = look.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert statuses(say(stack, (one + look + chunked + look) * 50 + end)) \
        == [401, 200, 401, 200] * 50 + [200]


@pytest.mark.parametrize("text", ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\0b", "\x80\xff", "a" * 5000])
def test_nothing_that_is_echoed_becomes_a_header(stack, text):
    nobody = tools.Client(stack)
    quoted = tools.requests.utils.quote(text)
    for path in (f"/api/users/{quoted}/followers", f"/@{quoted}", f"/tag/{quoted}",
                 f"/api/pins/?cursor={quoted}", f"/{quoted}"):
        answer = nobody.get(path)
        assert answer.status_code < 500 and "X-Evil" not in answer.headers, path
        assert not any("Evil" in value for value in answer.headers.values())


ODD = {
    "CR LF": b"a\r\nX-Evil: 1", "LF": b"a\nX-Evil: 1", "CR": b"a\rX-Evil: 1",
    "NUL": b"a\0Evil", "high": b"\x80\xffEvil", "two lines": b"a\r\n\r\nEvil",
    "quotes": b'a"; Evil="1', "64 KiB": b"Evil" * 16384,
}


def heads(got):
    """The head of the one answer."""
    head, end, _ = got.partition(b"\r\n\r\n")
    assert end and statuses(got)[0] < 500, got[:300]
    return head


def is_clean(head):
    """Lines as they must be, and nothing in them of what the client said."""
    lines = head.split(b"\r\n")[1:]
    assert all(re.fullmatch(rb"[A-Za-z-]+: [ -~]*", line) for line in lines), head
    assert b"evil" not in head.lower(), head


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["Origin", "Host", "Cookie", "Referer", "Accept-Language",
                                  "If-None-Match", "X-Forwarded-Host"])
def test_no_header_comes_back(stack, name, odd):
    """Location, Access-Control-Allow-Origin, Set-Cookie and all others."""
    value = {"Origin": FRIEND.encode(), "Cookie": b"__Host-access="}.get(name, b"") + ODD[odd]
    host = b"" if name == "Host" else b"Host: a\r\n"
    for line in (b"GET /api/pins/?limit=1", b"OPTIONS /api/pins/", b"GET /staff",
                 b"GET /api/rest-auth/user/", b"DELETE /api/session"):
        got = say(stack, line + b" HTTP/1.1\r\n" + host + b"Connection: close\r\n"
                  + name.encode() + b": " + value + b"\r\n\r\n")
        is_clean(heads(got))


@pytest.mark.parametrize("odd", ODD)
def test_no_address_comes_back(stack, odd):
    """Where somebody is sent, and what a file is called."""
    quoted = quote_from_bytes(ODD[odd]).encode()
    for path in (b"/staff?next=", b"/login?next=", b"/@", b"/media/", b"/api/pins/?cursor=",
                 b"/api/openapi.json?filename=", b"//", b"/api/session?next="):
        got = say(stack, b"GET " + path + quoted + b" HTTP/1.1\r\nHost: a\r\n"
                  b"Connection: close\r\n\r\n")
        is_clean(heads(got))


@pytest.mark.parametrize("odd", ODD)
def test_what_people_write_is_in_no_header(stack, odd):
    text = ODD[odd].decode("latin-1")
    ann = tools.signup(stack)
    answers = [ann.post("boards/", json={"title": text}),
               ann.post("pins/", data={"title": text}, files={
                   "image": (text.replace("\0", ""), tools.picture())}),
               tools.Client(stack).post("session", json={"email": text, "password": text}),
               tools.Client(stack).post("rest-auth/registration/", json={
                   "username": text, "email": text, "password1": text, "password2": text})]
    for answer in answers[:2]:
        if answer.status_code == 201:
            kind = "pins" if "image" in answer.json() else "boards"
            answers.append(ann.get(f"{kind}/{answer.json()['id']}"))
    for answer in answers:
        assert answer.status_code < 500
        assert not any("evil" in part.lower() for pair in answer.headers.items() for part in pair)


@contextlib.contextmanager
def watched(pids):
    """How much more memory than before each of the processes had at most, in the
    end."""
    before = {pid: private_kib(pid) / 1024 for pid in pids}
    more, over = dict.fromkeys(pids, 0.0), threading.Event()

    def watch():
        while not over.wait(0.005):
            for pid in pids:
                more[pid] = max(more[pid], private_kib(pid) / 1024 - before[pid])

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield more
    finally:
        over.set()
        thread.join()


def say_without_end(stack, path, begin=b""):
    """Chunks until the other side answers: (what it says, MiB sent)."""
    chunk, sent, got = b"10000\r\n" + b"a" * 65536 + b"\r\n", 0, b""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=10) as s:
        with contextlib.suppress(ConnectionError):
            s.sendall(b"POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n%s\r\n"
                      % (path, begin))
            while sent < ENDLESS_MB << 20 and not select.select([s], [], [], 0)[0]:
                s.sendall(chunk)
                sent += 65536
        with contextlib.suppress(OSError):
            got = s.recv(65536)
    return got, sent / (1 << 20)


@pytest.mark.parametrize("path, limit_mb", [(b"/api/boards/", 1), (b"/api/pins/", 21)])
def test_a_body_without_an_end(stack, path, limit_mb):
    """Cut off at the limit, before a worker reads any of it; no file stays."""
    pids = processes(stack, "fast") + processes(stack, "slow")
    with watched(pids) as more:
        got, sent = say_without_end(
            stack, path, b"Content-Type: multipart/form-data; boundary=x\r\n")
    print(f"{path.decode()}: cut off after {sent:.0f} MiB, workers took "
          f"{max(more.values()):.2f} MiB more")
    assert statuses(got) == [413]
    assert sent < limit_mb + 20  # what the kernel holds is sent too
    assert max(more.values()) <= MOST_MB
    wait_for(lambda: not any(os.scandir(stack.dir / "nginx" / "body")))


def test_the_largest_bodies_take_little_memory(stack):
    ann = tools.signup(stack)
    file = b"\x89PNG\r\n\x1a\n" + bytes(20 << 20)

    def ask():
        assert ann.post("pins/", data={"title": "x"}, files={
            "image": ("a.png", file[:(20 << 20) - 10])}).status_code in (400, 413, 422)
        assert ann.post("boards/", json={"title": "a" * 262000}).status_code == 400

    for _ in range(4):  # what is kept for all requests is there
        ask()
    with watched(processes(stack, "fast") + processes(stack, "slow")) as more:
        for _ in range(3):
            ask()
            time.sleep(0.05)
    print(f"bodies of 20 MiB: workers took {max(more.values()):.2f} MiB more")
    assert max(more.values()) <= MOST_MB


def test_no_header_becomes_another(stack):
    """A login under another name, or by a name with an underscore, is none."""
    ann = tools.signup(stack)
    for name in ("Authorization_", "X-Authorization", "HTTP-Authorization", "Proxy"):
        assert tools.Client(stack).get("rest-auth/user/", headers={
            name: f"JWT {ann.token}"}).status_code == 401
