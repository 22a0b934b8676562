"""H3, H4 and H5 through Nginx: requests that two readers might take apart
differently are refused, and nothing in them is ever taken for a request of its
own; what is echoed carries no header."""

import re
import socket

import pytest
from stack import Stack

import client as tools

POISON = b"GET /api/poison HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"0\r\n\r\n"


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
                "fast_workers": 2}) as running:
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


def test_no_header_becomes_another(stack):
    """A login under another name, or by a name with an underscore, is none."""
    ann = tools.signup(stack)
    for name in ("Authorization_", "X-Authorization", "HTTP-Authorization", "Proxy"):
        assert tools.Client(stack).get("rest-auth/user/", headers={
            name: f"JWT {ann.token}"}).status_code == 401
