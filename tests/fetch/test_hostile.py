"""U8: no hostile URL is fetched, each for its own reason, and not one of them
makes the process connect to an address it must not."""
import re

from hostile import CASES
from world import PUBLIC, PUBLIC6, SERVICE_PORT

# What the table may connect to: public.test and its like, and the configured
# service that two of the redirects start from.
MAY = {(PUBLIC, 80), (PUBLIC, 443), ("127.0.0.1", SERVICE_PORT)}


def run_table(world):
    got = world.get_all([url for url, _ in CASES])
    assert len(got) == len(CASES)
    return [(url, reason, one["err"], one["reason"])
            for (url, reason), one in zip(CASES, got)
            if (one["err"], one["reason"]) != ("ERR_INPUT", reason)]


def test_the_table_is_refused_and_nothing_is_reached(world):
    assert len(CASES) >= 120
    assert run_table(world) == []
    where = set(world.accepts())
    assert where - MAY == set()
    assert (PUBLIC, 80) in where  # the listeners do notice


def test_no_system_call_connects_elsewhere(make_world):
    """The same under strace: every connect of every child, counted.  The
    resolver connects UDP sockets to ask which of our addresses it would
    use; nothing is sent on those."""
    world = make_world(trace=True)
    wrong = run_table(world)
    world.close()
    assert wrong == []
    trace = (world.folder / "trace").read_text()
    tcp, udp = set(), set()
    for line in trace.splitlines():
        found = re.search(
            r"connect\(\d+<(\w+):?.*sa_family=(\w+), .*?htons\((\d+)\).*"
            r"(?:inet_addr\(\"|AF_INET6, \")([0-9a-fA-F.:]+)\"", line)
        if found:
            kind, _, port, address = found.groups()
            (udp if kind.startswith("UDP") else tcp).add(
                (address.removeprefix("::ffff:"), int(port)))
        else:
            assert "connect(" not in line or "AF_UNSPEC" in line or \
                "resumed" in line, line
    assert tcp == MAY, tcp ^ MAY
    assert all(port in (0, 53, 80, 443) for _, port in udp)
    sent = [line for line in trace.splitlines()
            if re.search(r"send(to|msg|mmsg)\(\d+<UDP", line) and
            "127.0.0.53:53" not in line]
    assert sent == []
    assert trace.count("connect(") >= len(CASES) / 2


def test_a_mixed_name_uses_its_public_address_only(world):
    for name in ("mixed.test", "mixed6.test"):
        got = world.get(f"http://{name}/ok.png")
        assert got["reason"] == "FINE"
    assert set(world.accepts()) == {(PUBLIC, 80)}


def test_a_rebinding_name_is_judged_at_every_connect(world):
    urls = ["http://rebind-x.test/ok.png"] * 2
    first, second = world.get_all(urls)
    assert (first["reason"], second["reason"]) == ("FINE", "ADDRESS")
    assert set(world.accepts()) == {(PUBLIC, 80)}


def test_a_public_address_is_reached(world):
    """The world would carry what the gate lets through: the refusals above
    are the gate's."""
    for host in (PUBLIC, f"[{PUBLIC6}]", "public.test", "public6.test",
                 "alias-public.test", "PUBLIC.test", "public.test.",
                 "1572395042", "0x5db8d822", "한글.test", "public.test:80",
                 "public.test:443"):
        got = world.get(f"http://{host}/ok.png")
        if host.endswith(":443"):
            assert got["err"] == "ERR_INPUT"  # http spoken to a TLS port
            continue
        assert got["err"] == "OK", (host, got)
    got = world.get("https://secure.test/ok.png")
    assert got["err"] == "OK", got
    assert set(world.accepts()) == {(PUBLIC, 80), (PUBLIC, 443),
                                    (PUBLIC6, 80)}


def test_sentences_say_nothing_of_the_network(world):
    """A closed port and an open one of a private host look the same."""
    got = world.get_all(["http://10.0.0.1/", "http://10.0.0.1:81/",
                         "http://ten.test/", "http://both.test/"])
    assert {g["why"] for g in got} == {
        "this host's address is not allowed",
        "only the ports 80 and 443 are fetched"}
