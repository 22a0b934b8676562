"""What a good fetch gives, and how a bad answer is refused."""
import concurrent.futures
import time

import pytest

from world import PICTURE, PUBLIC, SERVICE_PORT

PUB = "http://public.test"
SERVICE = f"http://127.0.0.1:{SERVICE_PORT}"


@pytest.mark.parametrize("path, redirects", [
    ("/ok.png", 0), ("/no-type", 0), ("/octets", 0), ("/jpeg-parameters", 0),
    ("/chunked", 0), ("/until-close", 0), ("/early-hints", 0),
    ("/identity", 0), ("/refresh", 0), ("/alt-svc", 0), ("/hops/1", 1),
    ("/hops/2", 2), ("/hops/3", 3), ("/late/1.5", 0),
    ("/to/301/" + b"../../ok.png?a=b&c#d".hex(), 1),
    ("/to/308/" + b"../../../../ok.png".hex(), 1),
    ("/to/307/" + "/사진 1.png".encode().hex(), 1),
    ("/to/303/" + b"//alias-public.test/ok.png".hex(), 1),
    ("/to/302/" + b"https://secure.test/ok.png".hex(), 1),
    ("/사진.png", 0), ("/a%20b?q=%00&r=@", 0), ("/@2x.png", 0),
    ("/a b.png", 0), ("/ok.png#fragment", 0), ("?a=b", 0),
])
def test_good(world, tmp_path, path, redirects):
    out = tmp_path / "out"
    out.write_bytes(b"")
    got = world.get(PUB + path, out=out)
    assert got["err"] == "OK", got
    assert out.read_bytes() == PICTURE
    assert got["bytes"] == len(PICTURE) and got["status"] == 200
    assert got["redirects"] == redirects
    assert "#" not in got["url"] and got["url"].isascii()
    assert {a for a, _ in world.accepts()} == {PUBLIC}


@pytest.mark.parametrize("host", [
    "127.0.0.1", "localhost", "LocalHost", "[::1]", "service.test"])
def test_a_configured_service(world, host):
    """By name and by literal, although its address is private and its port
    another."""
    got = world.get(f"http://{host}:{SERVICE_PORT}/hops/3")
    assert got["err"] == "OK", got
    assert got["redirects"] == 3 and got["bytes"] == len(PICTURE)
    assert got["url"].endswith(f":{SERVICE_PORT}/ok.png")


@pytest.mark.parametrize("path, reason, status", [
    ("/html", "IMAGE", 200), ("/json", "IMAGE", 200),
    ("/fake-kind", "IMAGE", 200), ("/two-kinds", "ANSWER", 200),
    ("/gzip", "ENCODING", 200), ("/deflate", "ENCODING", 200),
    ("/br", "ENCODING", 200), ("/identity-gzip", "ENCODING", 200),
    ("/transfer-gzip", "ENCODING", 200), ("/length-long", "SHORT", 200),
    ("/length-huge", "LARGE", 200), ("/length-overflow", "LARGE", 200),
    ("/chunk-cut", "SHORT", 200), ("/chunk-bad", "SHORT", 200),
    ("/nothing", "SHORT", 0), ("/http09", "ANSWER", 0),
    ("/http09-picture", "ANSWER", 0), ("/http9", "ANSWER", 0),
    ("/header-nul", "ANSWER", 200), ("/header-huge", "HEADER", 200),
    ("/header-line", "HEADER", 200), ("/endless-header", "HEADER", 200),
    ("/endless-continue", "HEADER", 100), ("/header-cut", "SHORT", 200),
    ("/endless", "LARGE", 200), ("/endless-chunks", "LARGE", 200),
    ("/bytes/20971521", "LARGE", 200), ("/authenticate", "STATUS", 401),
    ("/status/201", "STATUS", 201), ("/status/204", "STATUS", 204),
    ("/status/206", "STATUS", 206), ("/status/304", "STATUS", 304),
    ("/status/403", "STATUS", 403), ("/status/404", "STATUS", 404),
    ("/status/500", "STATUS", 500), ("/status/999", "STATUS", 999),
    ("/status/300", "REDIRECT", 300),
])
def test_bad_answer(world, path, reason, status):
    started = time.monotonic()
    got = world.get(PUB + path)
    assert (got["err"], got["reason"]) == ("ERR_INPUT", reason), got
    assert got["why"] and got["why"] == got["why"].lower()
    assert got["status"] == status
    assert got["bytes"] == 0 and got["file"] == 0  # nothing is left of it
    assert time.monotonic() - started < 3


def test_length_too_short_is_cut_there(world):
    """What follows the announced length is not of the body."""
    got = world.get(PUB + "/length-short")
    assert got["err"] == "OK" and got["bytes"] == 10


def test_negative_length(world):
    got = world.get(PUB + "/length-negative")
    assert got["err"] in ("OK", "ERR_INPUT") and got["file"] == got["bytes"]


SLOW = [  # all at the same time
    (PUB + "/slow-body", "SLOW", 2.5, 4.8),
    (PUB + "/slow-header", "SLOW", 2.5, 4.8),
    (PUB + "/slow-line", "SLOW", 2.5, 4.8),
    (PUB + "/stall", "SLOW", 2.5, 4.8),
    (PUB + "/silent", "TIME", 4.5, 6.5),
    ("http://blackhole.test/", "TIME", 4.5, 6.5),  # a name nobody answers for
]


def test_slow(make_world):
    world = make_world(fetch_children=8)
    clients = [world.start([case[0]]) for case in SLOW]
    for client, (url, reason, least, most) in zip(clients, SLOW):
        got = world.finish(client)[0]
        assert (got["err"], got["reason"]) == ("ERR_INPUT", reason), got
        assert least * 1000 <= got["ms"] <= most * 1000, got
        assert got["file"] == 0


def test_slow_redirects_share_one_deadline(world):
    late = "/to/302/" + (PUB + "/silent").encode().hex()
    got = world.get(PUB + late)
    assert got["reason"] == "TIME" and got["ms"] < 6000
    assert got["redirects"] == 1


def test_what_is_sent(world):
    """Nothing of ours but a name and the wish; no cookie comes back."""
    world.get(PUB + "/cookie")
    first, second = world.ask("requests")
    lines = second.strip().split("\r\n")
    assert lines[0] == "GET /heads HTTP/1.1"
    assert sorted(line.lower() for line in lines[1:]) == [
        "accept: image/*", "host: public.test", "user-agent: pinwall/1"]
    assert len(first.strip().split("\r\n")) == 4


def test_kinds(world):
    got = world.get(PUB + "/html", kinds="text/html, application/xhtml+xml")
    assert got["err"] == "OK" and got["type"] == "text/html; charset=utf-8"
    got = world.get(PUB + "/ok.png", kinds="text/html,text/plain")
    assert (got["reason"], got["type"]) == ("TYPE", "image/png")
    got = world.get(PUB + "/no-type", kinds="text/*")
    assert got["reason"] == "TYPE"
    assert world.get(PUB + "/json", kinds="*/*")["err"] == "OK"
    assert world.get(PUB + "/json", kinds="")["err"] == "OK"


def test_bounds_of_size(world):
    assert world.get(PUB + "/bytes/1000", most=1000)["bytes"] == 1000
    assert world.get(PUB + "/bytes/1001", most=1000)["reason"] == "LARGE"
    assert world.get(PUB + "/endless", most=1000)["reason"] == "LARGE"
    assert world.get(PUB + "/empty")["bytes"] == 0


def test_twenty_megabytes(world, tmp_path):
    out = tmp_path / "out"
    n = 20 << 20
    got = world.get(f"{PUB}/bytes/{n}", out=out)
    assert got["err"] == "OK" and got["bytes"] == n
    body = out.read_bytes()
    assert len(body) == n and body == (bytes(range(256)) * 65536 * 2)[:n]
    print(f"20 MB in {got['ms']} ms")
    assert got["ms"] < 2000


def test_a_file_that_held_more_is_cut(world, tmp_path):
    out = tmp_path / "out"
    out.write_bytes(b"x" * 1_000_000)
    got = world.get(PUB + "/status/404", out=out)
    assert got["err"] == "ERR_INPUT" and out.read_bytes() == b""


def test_fifty_at_once(world):
    """They queue for four places, and all are served."""
    started = time.monotonic()
    clients = [world.start([f"{PUB}/late/0.1"]) for _ in range(50)]
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        got = [one[0] for one in pool.map(world.finish, clients)]
    print(f"50 fetches of 0.1 s in {time.monotonic() - started:.2f} s")
    assert [g["err"] for g in got] == ["OK"] * 50
    assert all(g["bytes"] == len(PICTURE) for g in got)
