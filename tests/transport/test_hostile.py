"""H9: hostile records sent straight to the socket.  The worker closes the
connection and lives; where libfcgi itself aborts, it is replaced."""

import random
import struct
import time

import pytest

import fastcgi
from fastcgi import (BEGIN, DATA, GET_VALUES, KEEP, PARAMS, STDIN, STDOUT,
                     Connection, begin, pairs, record, request, stream, values)
from floor_site import wait_for

GOOD = pairs(values("GET", "/api/echo"))
HUGE = struct.pack(">I", 0xffffffff)


def length_pair(name, value):
    return struct.pack(">II", name | 1 << 31, value | 1 << 31) + b"NAME=value"


# Each is everything that a connection sends; none is a request to be served.
REFUSED = {
    "nothing": b"",
    "one byte": b"\1",
    "text": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "zeros": b"\0" * 4096,
    "ones": b"\xff" * 4096,
    "version 0": record(BEGIN, bytes(8), version=0),
    "version 2": begin().replace(b"\1", b"\2", 1) + stream(PARAMS, GOOD),
    "request 0": begin(request=0) + stream(PARAMS, GOOD, 0) + record(STDIN),
    "role 0": begin(role=0) + stream(PARAMS, GOOD) + record(STDIN),
    "role authorizer": begin(role=2) + stream(PARAMS, GOOD) + record(STDIN),
    "role filter": begin(role=3) + stream(PARAMS, GOOD) + record(STDIN) +
    record(DATA),
    "role 65535": begin(role=65535) + stream(PARAMS, GOOD) + record(STDIN),
    "begin of no length": record(BEGIN) + stream(PARAMS, GOOD) + record(STDIN),
    "begin too long": record(BEGIN, bytes(9)) + stream(PARAMS, GOOD),
    "begin longer than sent": record(BEGIN, bytes(8), length=65535),
    "no begin": stream(PARAMS, GOOD) + record(STDIN),
    "stdin first": begin() + record(STDIN) + stream(PARAMS, GOOD),
    "stdin between": begin() + record(PARAMS, GOOD[:4]) + record(STDIN, b"x"),
    "stdout from outside": begin() + record(STDOUT, b"x"),
    "unknown type": begin() + record(77, b"x") + stream(PARAMS, GOOD),
    "params longer than sent": begin() + record(PARAMS, GOOD, length=65535),
    "params shorter than sent": begin() +
    record(PARAMS, GOOD, length=len(GOOD) - 3) + record(PARAMS) + record(STDIN),
    "padding longer than sent": begin() + record(PARAMS, GOOD) +
    record(STDIN)[:6] + b"\xff\0",
    "name of no length": begin() + stream(PARAMS, b"\5"),
    "half a length": begin() + stream(PARAMS, b"\x80\0"),
    "name longer than sent": begin() + stream(PARAMS, b"\x7f\0NAME"),
    "value longer than sent": begin() + stream(PARAMS, b"\4\x7fNAME"),
    "name of 2^31 - 1": begin() + stream(PARAMS, HUGE + b"\0NAME"),
    "value of 2^31 - 1": begin() + stream(PARAMS, b"\4" + HUGE + b"NAME"),
    "both of 2^31 - 1": begin() + stream(PARAMS, HUGE + HUGE + b"NAME"),
    "mebibyte value, not sent": begin() +
    stream(PARAMS, length_pair(4, 1 << 20)),
    "other request's stream": begin() + stream(PARAMS, GOOD, 2),
    "only another begin": begin() + begin(request=2),
    "end of stdin missing": begin() + stream(PARAMS, GOOD),
    "unknown management": record(99, b"x" * 100, 0),
    "get values without end": record(GET_VALUES, b"", 0, length=200),
    "get values": record(GET_VALUES, fastcgi.pair("FCGI_MAX_CONNS", ""), 0),
}

# Sums of lengths that libfcgi 2.4.2 does not check, and answers to management
# records that do not fit its buffer: it aborts, or the memory is not there.
ABORTING = {
    "sum over 2^31": length_pair(0x7ffffffe, 0x7ffffffe),
    "sum of 2^31": length_pair(0x40000000, 0x40000000),
    "sum just below": length_pair(0x3fffffff, 0x3fffffff),
}


def answers(site, pool):
    def ask():
        try:
            return fastcgi.ask(site.run / f"{pool}.sock", "GET", "/api/echo")
        except OSError:
            return None

    answer = wait_for(ask)
    return answer is not None and answer.status == 200


def provoke(site, pool, data):
    """Sends data and nothing more.  What came back until the connection was
    closed, as it must be."""
    came = b""
    with Connection(site.run / f"{pool}.sock") as connection:
        try:
            connection.send(data)
            connection.finish()
            while got := connection.socket.recv(65536):
                came += got
        except ConnectionError:
            pass
    return came


@pytest.mark.parametrize("pool", ["fast", "slow"])
def test_hostile_records(single, pool):
    before = single.workers(pool)
    for name, data in REFUSED.items():
        assert b"Status:" not in provoke(single, pool, data), name
        assert single.workers(pool) == before, name
        assert answers(single, pool), name


def test_peers_that_send_garbage_and_stay(single):
    """libfcgi would wait two seconds for each of them to close."""
    peers = [Connection(single.run / "fast.sock") for _ in range(5)]
    began = time.monotonic()
    for peer in peers:
        peer.send(b"garbage, more than eight bytes of it")
    assert answers(single, "fast")
    assert time.monotonic() - began < 1.9
    for peer in peers:
        assert peer.is_closed()
        peer.close()


@pytest.mark.parametrize("pool", ["fast", "slow"])
@pytest.mark.parametrize("name", ABORTING)
def test_lengths_that_abort_libfcgi(single, pool, name):
    provoke(single, pool, begin() + stream(PARAMS, ABORTING[name]))
    assert answers(single, pool)
    assert wait_for(lambda: len(single.workers(pool)) == 1)


@pytest.mark.parametrize("pool", ["fast", "slow"])
def test_flood_of_get_values(single, pool):
    provoke(single, pool, record(
        GET_VALUES, fastcgi.pair("FCGI_MAX_CONNS", "") * 200, 0))
    assert answers(single, pool)
    assert wait_for(lambda: len(single.workers(pool)) == 1)


OTHER = pairs(values("POST", "/api/hit"))


@pytest.mark.parametrize("between, served", [
    (begin(KEEP, request=2) + record(PARAMS, OTHER, 2), True),
    (begin(KEEP) + record(PARAMS, OTHER, 2), True),
    # libfcgi also drops what follows an empty record that is not for it.
    (begin(KEEP, request=2) + stream(PARAMS, OTHER, 2) +
     record(STDIN, b"", 2), False),
], ids=["another", "the same again", "a whole other"])
def test_interleaved_requests(single, between, served):
    """A second request on a busy connection is refused, never served."""
    with Connection(single.run / "fast.sock") as connection:
        connection.send(begin(KEEP) + record(PARAMS, GOOD[:10]) + between +
                        record(PARAMS, GOOD[10:]) + record(PARAMS) +
                        record(STDIN))
        kind, _, content = connection.record()
        assert (kind, content[4]) == (fastcgi.END, 1)  # "can't multiplex"
        answer = connection.answer()
        assert answer.status == 200 if served else answer is None
    assert fastcgi.ask(single.run / "fast.sock", "GET",
                       "/api/hits").body == b'{"hits":0}'


def test_padding(single):
    """After contents; libfcgi knows none after a record that ends a stream,
    and Nginx sends none."""
    for padding in [1, 7, 8, 255]:
        for piece in [1, 5, 1000]:
            with Connection(single.run / "fast.sock") as connection:
                text = pairs(values("POST", "/api/len", b"hello"))
                connection.send(begin(KEEP) + b"".join(
                    record(PARAMS, text[i:i + piece], padding=padding)
                    for i in range(0, len(text), piece)) + record(PARAMS) +
                    record(STDIN, b"he", padding=padding) +
                    record(STDIN, b"llo", padding=padding) + record(STDIN))
                assert b'"length":5' in connection.answer().body


def test_split_at_every_byte(single):
    """The request comes in two pieces, and once byte by byte."""
    data = request("POST", "/api/len", b"hello")
    for cut in range(1, len(data)):
        with Connection(single.run / "fast.sock") as connection:
            connection.send(data[:cut])
            # The worker is waiting for the rest when its queue is empty.
            wait_for(lambda: is_read(connection), 1, 0.0005)
            connection.send(data[cut:])
            assert b'"length":5' in connection.answer().body, cut
    with Connection(single.run / "fast.sock") as connection:
        for byte in data:
            connection.send(bytes([byte]))
            wait_for(lambda: is_read(connection), 1, 0.0005)
        assert b'"length":5' in connection.answer().body


def is_read(connection):
    """Has the other side read all that was sent? (SIOCOUTQ)"""
    import fcntl
    left = fcntl.ioctl(connection.socket, 0x5411, b"\0\0\0\0")
    return struct.unpack("i", left)[0] == 0


def test_mutated_requests(single):
    """Bytes changed, lost and doubled at will: always an answer or an end."""
    random.seed(20261122)
    data = request("POST", "/api/len", b"hello world", HTTP_COOKIE="a=b; c=d")
    for _ in range(600):
        mutant = bytearray(data)
        for _ in range(random.choice([1, 1, 2, 8])):
            at = random.randrange(len(mutant))
            if random.random() < 0.7:
                mutant[at] = random.choice([0, 1, 5, 127, 128, 255,
                                            random.randrange(256)])
            elif random.random() < 0.5:
                del mutant[at]
            else:
                mutant[at:at] = mutant[at:at + random.randrange(1, 30)]
        try:
            provoke(single, "fast", bytes(mutant))
        except ConnectionRefusedError:
            pass
        if not single.workers("fast"):
            assert wait_for(lambda: single.workers("fast"))
    assert answers(single, "fast")
    for line in single.log_text().splitlines():
        if "process-died" in line:  # only by libfcgi's assertion
            assert line.endswith("signal=6"), line
