"""HAProxy before the site of production: TLS goes through to Nginx, which is told
who asks, by those alone that it believes."""

import re
import socket
import ssl
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS)]

from stack import TOP, Stack, free_port, listens, wait_for  # noqa: E402
from tls import TlsSite  # noqa: E402

CLIENT = "127.9.8.7"


@pytest.fixture(scope="module")
def stack():
    with Stack() as running:
        yield running


@contextmanager
def balancer(site, folder):
    """Its port: HAProxy, from the file of deploy/cluster."""
    port = free_port()
    subprocess.run([TOP / "deploy/cluster/render", "haproxy.cfg", folder / "haproxy.cfg",
                    f"LISTEN=127.0.0.1:{port}", "SEND=send-proxy-v2 check-ssl verify none",
                    "CONNECTIONS=100", f"SERVERS=\tserver a1 127.0.0.1:{site.port}"], check=True)
    log = open(folder / "haproxy.log", "w+")
    process = subprocess.Popen(["haproxy", "-db", "-f", folder / "haproxy.cfg"], stderr=log)
    try:
        wait_for(lambda: listens(port))
        yield port
        log.seek(0)
        assert "is DOWN" not in log.read()
    finally:
        process.terminate()
        process.wait(20)


def get(site, port, path, before=b""):
    """The status as a client at CLIENT gets it; before: what it says before TLS."""
    context = ssl.create_default_context(cafile=site.certificate)
    with socket.create_connection(("127.0.0.1", port), 10, (CLIENT, 0)) as plain:
        plain.sendall(before)
        with context.wrap_socket(plain, server_hostname="localhost") as tls:
            tls.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{site.port}\r\n"
                        "Connection: close\r\n\r\n".encode())
            return int(tls.makefile("rb").readline().split()[1])


def networks(site, to):
    """Who asked for it, as Nginx tells."""
    text = (site.dir / "pinwall-access.log").read_text()
    return re.findall(rf" net=(\S+) .* to={to} ", text)


def test_who_asks_is_told(stack, tmp_path):
    with TlsSite(stack, balancers="127.0.0.1 10.0.0.0/8") as site, \
            balancer(site, tmp_path) as port:
        assert get(site, port, "/api/pins/") == 200
        wait_for(lambda: networks(site, "api") == ["127.9.8.0/24"])


def test_nobody_else_is_believed(stack):
    """Whoever is no balancer is who he is, whatever he says."""
    said = b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 443\r\n"
    with TlsSite(stack, balancers="10.0.0.1") as site:
        assert get(site, site.port, "/api/pins/", said) == 200
        wait_for(lambda: networks(site, "api") == ["127.9.8.0/24"])


def test_without_balancers_nobody_is(stack):
    with TlsSite(stack) as site:
        conf = (site.dir / "conf/snippets/pinwall-http.conf").read_text()
        assert "real_ip" not in conf
        with pytest.raises((ssl.SSLError, ConnectionError)):
            get(site, site.port, "/healthz", b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 443\r\n")
        assert get(site, site.port, "/healthz") == 200


def test_what_is_no_address_is_refused(tmp_path):
    done = subprocess.run([TOP / "deploy/nginx-render", "site-tls", tmp_path, "BALANCERS=10.0.0.1;x"],
                          text=True, capture_output=True, check=False)
    assert done.returncode == 1 and "'10.0.0.1;x' is no address" in done.stderr
