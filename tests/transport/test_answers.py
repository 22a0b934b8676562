"""Bodies and answers of every size arrive whole; what is announced wrongly is
noticed."""

import zlib

import pytest

import fastcgi
from floor_site import wait_for

# Around libfcgi's buffer of 8 KiB, the longest record, and Nginx's buffers.
SIZES = [1, 2, 7, 8, 9, 8100, 8191, 8192, 8193, 16384, 65499, 65500, 65527,
         65528, 65529, 65535, 65536, 65537, 131056, 131057, 1000000, 12582912]


def filling(n):
    return (b"abcdefghijklmnopqrstuvw" * (n // 23 + 1))[:n]


@pytest.mark.parametrize("pool", ["/api", "/api/slow"])
def test_bodies_arrive_whole(site, pool):
    for n in SIZES:
        body = filling(n)
        answer = site.json("POST", f"{pool}/len", body)
        assert answer == {"announced": n, "length": n, "whole": True,
                          "adler": zlib.adler32(body)}


@pytest.mark.parametrize("pool", ["/api", "/api/slow"])
def test_answers_arrive_whole(site, pool):
    for n in [0] + SIZES:
        status, body = site.get(f"{pool}/fill/{n}")
        assert (status, len(body)) == (200, n)
        assert body == filling(n)


def test_body_in_records_of_every_size(single):
    body = filling(3000)
    for piece in [1, 2, 3, 7, 8, 9, 100, 2999, 3000]:
        answer = fastcgi.ask(single.run / "fast.sock", "POST", "/api/len",
                             body, piece=piece)
        assert f'"length":3000,"adler":{zlib.adler32(body)}'.encode() \
            in answer.body


def test_header_lines(single):
    socket = single.run / "fast.sock"
    answer = fastcgi.ask(socket, "GET", "/api/echo")
    assert answer.ended and answer.head == {
        "status": "200 OK", "content-length": "2048",
        "content-type": "application/json; charset=utf-8"}
    answer = fastcgi.ask(socket, "GET", "/nothing")
    assert answer.head == {"status": "404 Not Found", "content-length": "0"}


def test_answer_over_its_maximum_is_a_fault(single):
    answer = fastcgi.ask(single.run / "fast.sock", "GET", "/api/fill/20000000")
    assert answer.status == 500
    assert answer.body == b'{"detail":"internal error"}'
    assert single.logged("the answer is too large")


@pytest.mark.parametrize("length", [
    "abc", "-1", "-5", "+5", " 5", "5 ", "007", "5x", "0x5", "1e3",
    "9223372036854775808", "99999999999999999999999"])
def test_length_that_is_none(single, length):
    with fastcgi.Connection(single.run / "fast.sock") as connection:
        answer = connection.ask("POST", "/api/len", b"hello",
                                CONTENT_LENGTH=length)
        assert answer.status == 400
        assert b'"announced":-1,"length":0' in answer.body
        assert connection.is_closed()


@pytest.mark.parametrize("length", [None, "", "0"])
def test_unannounced_body_is_refused(single, length):
    """Such a request is not one of Nginx's."""
    with fastcgi.Connection(single.run / "fast.sock") as connection:
        connection.send(fastcgi.request(
            "POST", "/api/hit", b"hello", fastcgi.KEEP, CONTENT_LENGTH=length))
        assert connection.answer() is None
    answer = fastcgi.ask(single.run / "fast.sock", "GET", "/api/hits")
    assert answer.body == b'{"hits":0}'


def test_body_longer_than_announced_ends_the_connection(single):
    with fastcgi.Connection(single.run / "fast.sock") as connection:
        answer = connection.ask("POST", "/api/len", b"hello world",
                                CONTENT_LENGTH="5")
        assert b'"length":5' in answer.body
        # All of it was read, so nothing of it can be taken for a request.
        again = connection.ask("GET", "/api/echo")
        assert again is None or again.status == 200


def test_request_ids(site):
    """Nginx's id is used if it is one, else our own; no two are the same."""
    for _ in range(20):
        site.get("/api/hits")
    fastcgi.ask(site.run / "fast.sock", "GET", "/api/hits",
                REQUEST_ID="0123456789abcdef0123456789abcdef")
    for wrong in ["", "0123456789abcde", "0123456789ABCDEF", "x" * 16, "1" * 33]:
        fastcgi.ask(site.run / "fast.sock", "GET", "/api/hits", REQUEST_ID=wrong)

    def ids():
        words = site.log_text().split()
        found = [word[3:] for word in words if word.startswith("id=")]
        return found if len(found) == 26 else None

    found = wait_for(ids)
    assert found is not None and len(set(found)) == 26
    assert "0123456789abcdef0123456789abcdef" in found
    assert all(len(i) in (16, 32) and int(i, 16) >= 0 for i in found)
