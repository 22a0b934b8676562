"""What stands in a body is never taken for a request, and what is not whole
is never acted upon."""

import socket
import time

import pytest

import fastcgi
from fastcgi import KEEP, PARAMS, STDIN, Connection

FORGED = fastcgi.request("POST", "/api/hit", flags=KEEP)


def raw_hits(site, pool="fast"):
    answer = fastcgi.ask(site.run / f"{pool}.sock", "GET", "/api/hits")
    return int(answer.body[8:-1])


@pytest.mark.parametrize("length", [8192, 16384, 65536])
def test_forged_request_in_an_unread_body(single, length):
    """libfcgi reads 8 KiB at a time and forgets what it did not give out; so
    the forgery begins where its next read would."""
    front = fastcgi.begin(KEEP) + fastcgi.stream(
        PARAMS, fastcgi.pairs(fastcgi.values("POST", "/api/hit", b"x" * 60000)))
    first = length - len(front) - 8
    for lie in [b"", FORGED * 20]:
        body = b"x" * first + lie
        body += b"x" * (60000 - len(body)) if len(body) < 60000 else b""
        records = b"".join(fastcgi.record(STDIN, body[i:i + 60000])
                           for i in range(0, len(body), 60000))
        with Connection(single.run / "fast.sock") as connection:
            before = raw_hits_on(connection)
            connection.send(front + records + fastcgi.record(STDIN))
            assert connection.answer().status == 200
            try:
                assert raw_hits_on(connection) == before + 1
            except (AttributeError, BrokenPipeError):
                pass  # closed: as good
    assert raw_hits(single) == 2


def raw_hits_on(connection):
    return int(connection.ask("GET", "/api/hits").body[8:-1])


def test_forged_request_in_a_posted_body(site):
    """The same through Nginx, at every offset that it could matter at."""
    before = site.hits()
    connection = site.connect()
    sent = 0
    for shift in range(len(FORGED)):
        body = b"x" * (7800 + shift) + FORGED * 60
        status, _ = site.ask("POST", "/api/hit", body, connection)
        assert status == 200
        sent += 1
    for _ in range(4):
        assert site.get("/api/echo")[0] == 200
    assert site.hits() == before + sent


def test_truncated_body_is_told(single):
    for announced, sent in [(10, 0), (10, 9), (1000, 500), (100000, 99999)]:
        with Connection(single.run / "fast.sock") as connection:
            connection.send(fastcgi.begin() + fastcgi.stream(
                PARAMS, fastcgi.pairs(fastcgi.values(
                    "POST", "/api/len", b"x" * announced))))
            if sent > 0:
                for i in range(0, sent, 60000):
                    connection.send(fastcgi.record(
                        STDIN, b"x" * min(60000, sent - i)))
            connection.finish()
            answer = connection.answer()
            assert answer.status == 400
            assert b'"whole":false' in answer.body


def test_body_that_ends_too_early_is_told(single):
    """With a proper end of the stream."""
    answer = fastcgi.ask(single.run / "fast.sock", "POST", "/api/len",
                         b"x" * 500, CONTENT_LENGTH="1000")
    assert answer.status == 400 and b'"whole":false' in answer.body


def test_every_cut_of_a_request_without_a_body(single):
    whole = fastcgi.request("POST", "/api/hit")
    for cut in range(len(whole)):
        with Connection(single.run / "fast.sock") as connection:
            connection.send(whole[:cut])
            connection.finish()
            assert connection.answer() is None, cut
    assert raw_hits(single) == 0
    assert fastcgi.ask(single.run / "fast.sock", "POST", "/api/hit").status == 200
    assert raw_hits(single) == 1


def test_every_cut_of_parameters(single):
    """Those that are missing are not taken for absent: here the length of the
    body came before the cut, and the application would not read it."""
    text = fastcgi.pairs(fastcgi.values("POST", "/api/hit", b"hello",
                                        HTTP_AUTHORIZATION="Bearer x"))
    for cut in range(len(text) + 1):
        with Connection(single.run / "fast.sock") as connection:
            connection.send(fastcgi.begin() + fastcgi.record(PARAMS, text[:cut]))
            connection.finish()
            assert connection.answer() is None, cut
    assert raw_hits(single) == 0


def test_client_that_gives_up_while_it_sends(site):
    """Nginx passes the body on as it comes; the worker sees it break off."""
    def give_up(announced, sent, after):
        with socket.create_connection(("127.0.0.1", site.unbuffered)) as client:
            client.sendall(b"POST /api/len HTTP/1.1\r\nHost: x\r\n"
                           b"Content-Length: %d\r\n\r\n" % announced)
            client.sendall(b"x" * sent)
            time.sleep(after)

    for n, (announced, sent) in enumerate([(1000, 500), (1000000, 999999)]):
        for after in (0.1, 0.5, 2, 8):  # Nginx passes it on in time, or is busy
            give_up(announced, sent, after)
            if site.logged("path=/api/len status=400", n + 1, 5):
                break
        assert site.logged("path=/api/len status=400", n + 1)
    assert "path=/api/len status=200" not in site.log_text()


@pytest.mark.parametrize("pool", ["fast", "slow"])
def test_request_of_a_peer_that_left_is_not_served(make_site, pool):
    site = make_site(fast_workers=1, slow_workers=1).start()
    socket_file = site.run / f"{pool}.sock"
    with Connection(socket_file) as busy:
        busy.send(fastcgi.request("GET", "/api/sleep/1500"))
        time.sleep(0.1)
        for _ in range(20):
            with Connection(socket_file) as gone:
                gone.send(fastcgi.request("POST", "/api/hit"))
        assert busy.answer().status == 200
    assert raw_hits(site, pool) == 0
