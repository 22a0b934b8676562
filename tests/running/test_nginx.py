"""Nginx as the stack configures it: errors, headers, limits, media, TLS."""

import gzip
import http.client
import re
import socket
import ssl
import time
import warnings

import pytest
import requests

from stack import TOP, Stack, wait_for
from tls import TlsSite

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=()",
}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(2000)


@pytest.fixture(scope="module")
def media(stack):
    """Files where the program would have put them, and some it never would."""
    folder = stack.media_dir / "ab"
    folder.mkdir(exist_ok=True)
    for name in ("cd.png", "cd.webp", "cd.jpg", "cd.gif", "cd.svg", "cd.html", "cd", ".cd.png"):
        (folder / name).write_bytes(PICTURE)
    return stack.url + "/media/ab/"


def raw(stack, request, seconds=10):
    """Sends bytes and returns the one answer that comes."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=seconds) as s:
        s.sendall(request)
        answer = b""
        while True:
            part = s.recv(65536)
            answer += part
            length = re.search(rb"\r\nContent-Length: (\d+)\r\n.*?\r\n\r\n(.*)", answer, re.S)
            if not part or (length and len(length.group(2)) >= int(length.group(1))):
                return answer


def parts(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), headers, body.decode()


def has_security_headers(headers):
    for name, value in HEADERS.items():
        assert headers.get(name) == value, name
    assert headers.get("Cross-Origin-Resource-Policy")
    assert "default-src 'none'" in headers.get("Content-Security-Policy", "")
    assert headers.get("Server", "nginx") == "nginx"


ERRORS = [
    # name, request, status, detail
    ("bad host", b"GET /api/pins HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "bad request"),
    ("no host", b"GET /api/pins HTTP/1.1\r\n\r\n", 400, "bad request"),
    ("NUL in path", b"GET /api/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad request"),
    ("above the root", b"GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad request"),
    ("two lengths", b"POST /api/pins HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
     b"Content-Length: 2\r\n\r\nab", 400, "bad request"),
    ("length with a sign", b"POST /api/pins HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na",
     400, "bad request"),
    ("length and chunks", b"POST /api/pins HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "bad request"),
    ("media not there", b"GET /media/ab/none.png HTTP/1.1\r\nHost: a\r\n"
     b"Connection: close\r\n\r\n", 404, "not found"),
    ("TRACE", b"TRACE /api/pins HTTP/1.1\r\nHost: a\r\n\r\n", 405,
     "this method is not allowed here"),
    ("POST to a page", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
     b"Connection: close\r\n\r\n", 405, "this method is not allowed here"),
    ("body too large", b"POST /api/boards/ HTTP/1.1\r\nHost: a\r\n"
     b"Content-Length: 99999999\r\n\r\n", 413, "the request is too large"),
    ("length past 2^63", b"POST /api/boards/ HTTP/1.1\r\nHost: a\r\n"
     b"Content-Length: 9223372036854775808\r\n\r\n", 400, "bad request"),
    ("long address", b"GET /api/" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414,
     "the address is too long"),
    ("long header", b"GET /api/pins HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431,
     "the headers are too large"),
    ("many headers", b"GET /api/pins HTTP/1.1\r\nHost: a\r\n"
     + b"".join(b"X%d: %s\r\n" % (i, b"a" * 4000) for i in range(12)) + b"\r\n", 431,
     "the headers are too large"),
]


@pytest.mark.parametrize("request_bytes, status, detail",
                         [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS])
def test_errors_of_nginx_look_like_the_programs(stack, request_bytes, status, detail):
    got, headers, body = parts(raw(stack, request_bytes))
    assert got == status
    assert headers["Content-Type"].startswith("application/json")
    assert body == '{"detail":"%s"}' % detail
    has_security_headers(headers)


def test_an_error_speaks_korean_to_koreans(stack):
    answer = requests.get(stack.url + "/media/none.png",
                          headers={"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}, timeout=60)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "찾을 수 없습니다"}


def test_every_location_has_the_security_headers(stack, media):
    for path in ("/", "/explore", "/icon.svg", "/nowhere", "/healthz", "/readyz", "/api/",
                 "/api/nowhere", "/media/", "/media/none.png", "/_pinwall_fast",
                 "/_pinwall_error", "/assets/", "/assets/none.js", "/swagger", "/redoc"):
        has_security_headers(requests.get(stack.url + path, timeout=60).headers)
    has_security_headers(requests.get(media + "cd.png", timeout=60).headers)
    has_security_headers(requests.head(stack.url + "/api/nowhere", timeout=60).headers)


def test_no_header_is_sent_twice(stack, media):
    for url in (stack.url + "/", stack.url + "/api/healthz", media + "cd.png"):
        answer = requests.get(url, timeout=60).raw.headers
        names = [name.lower() for name in answer]
        assert len(names) == len(set(names))


def test_plain_http_promises_no_https(stack):
    answer = requests.get(stack.url + "/", timeout=60)
    assert "Strict-Transport-Security" not in answer.headers


def test_internal_locations_are_internal(stack):
    for name in ("fast", "slow", "upload", "error"):
        assert requests.get(f"{stack.url}/_pinwall_{name}", timeout=60).status_code == 404


def test_localhost_is_sent_to_the_name_that_cookies_belong_to(stack):
    answer = requests.get(f"http://localhost:{stack.port}/@a?b=c", timeout=60,
                          allow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"{stack.url}/@a?b=c"
    has_security_headers(answer.headers)


def test_the_page_comes_in_two_languages(stack):
    english = requests.get(stack.url + "/", timeout=60)
    korean = requests.get(stack.url + "/", headers={"Accept-Language": "ko"}, timeout=60)
    assert '<html lang="en">' in english.text
    assert '<html lang="ko">' in korean.text
    assert "Accept-Language" in korean.headers["Vary"]
    for path in re.findall(r'(?:href|src)="([^"]+)"', english.text):
        if path.startswith("/"):
            assert requests.get(stack.url + path, timeout=60).status_code == 200, path


# Media.


@pytest.mark.parametrize("name, kind", [
    ("cd.png", "image/png"), ("cd.webp", "image/webp"),
    ("cd.jpg", "image/jpeg"), ("cd.gif", "image/gif"),
])
def test_media_are_immutable_and_harmless(media, name, kind):
    answer = requests.get(media + name, timeout=60)
    assert answer.status_code == 200
    assert answer.content == PICTURE
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    again = requests.get(media + name, timeout=60,
                         headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", [
    "ab/cd.svg", "ab/cd.html", "ab/cd", "ab/.cd.png", "ab/", "ab", "", "ab/cd.png/", "ab/cd.png%00",
    "ab/cd.svg%00.png", "..%2fpinwall.conf", "../pinwall.conf", "%2e%2e/pinwall.conf",
    "ab/..%2f..%2fpg.pass", "ab%5ccd.png", "ab/cd.PNG",
])
def test_only_pictures_are_served_from_media(stack, media, path):
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
    connection.request("GET", "/media/" + path)
    answer = connection.getresponse()
    assert answer.status in (400, 404)
    assert b"PNG" not in answer.read()
    connection.close()


def test_alias_traversal(stack, media):
    """The alias ends where its location does: /media../ is not a way out."""
    for path in ("/media../pinwall.conf", "/mediax", "/media..%2fpg.pass"):
        connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
        connection.request("GET", path)
        assert connection.getresponse().status in (400, 404)
        connection.close()


def test_media_know_get_and_head_only(media):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = requests.request(method, media + "cd.png", timeout=60)
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD"


def test_a_deleted_picture_goes_away(stack, media):
    path = stack.media_dir / "ab" / "going.png"
    path.write_bytes(PICTURE)
    assert requests.get(media + "going.png", timeout=60).status_code == 200
    path.unlink()
    wait_for(lambda: requests.get(media + "going.png", timeout=60).status_code == 404)


# Limits.


def test_large_bodies_are_refused_before_the_program_reads_them(stack):
    """Only uploads may pass 1 MB, and only to 21."""
    for path, size, allowed in (
        ("/api/boards/", 2**20, True), ("/api/boards/", 2**20 + 1, False),
        ("/api/rest-auth/login/", 2**20 + 1, False),
        ("/api/pins/", 21 * 2**20, True), ("/api/pins/", 21 * 2**20 + 1, False),
    ):
        answer = requests.post(stack.url + path, data=bytes(size), timeout=30)
        words = ("a file may have at most 20 MB" if "pins" in path
                 else "the request is too large")
        by_nginx = answer.status_code == 413 and answer.json() == {"detail": words}
        assert by_nginx != allowed, (path, size, answer.status_code)


def test_no_body_is_left_behind(stack):
    requests.post(stack.url + "/api/pins/", data=bytes(3 * 2**20), timeout=30)
    wait_for(lambda: not any((stack.dir / "nginx" / "body").iterdir()))


def test_a_slow_header_is_cut_off(stack):
    begin = time.monotonic()
    with socket.create_connection(("127.0.0.1", stack.port), timeout=30) as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        with pytest.raises(ConnectionResetError):
            s.recv(100)
    assert 8 < time.monotonic() - begin < 15


def test_long_json_is_compressed(stack):
    """The API document is longer than 1 KB."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
    connection.request("GET", "/api/openapi.json", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200
    assert answer.getheader("Content-Encoding") == "gzip"
    assert answer.getheader("Vary") == "Accept-Encoding"
    assert len(gzip.decompress(body)) > 1024
    connection.close()


def test_named_parameters_only(stack):
    """H10: nothing of $tcpinfo, no blanket of client headers."""
    text = (stack.dir / "nginx/conf/snippets/pinwall-fastcgi.conf").read_text()
    assert "tcpinfo" not in text
    assert re.search(r"^fastcgi_pass_request_headers off;$", text, re.M)
    known = (TOP / "fcgi-app/core/params.c").read_text()
    for name in re.findall(r"^fastcgi_param (\w+)", text, re.M):
        assert f'"{name}"' in known, f"{name} is passed but never read"


# Without the program.


def test_a_dead_program_is_told_as_json():
    with Stack() as stack:
        stack.kill_all("run")
        answer = requests.get(stack.api + "healthz", timeout=60)
        assert answer.json() == {"detail": "a service this needs did not answer"}
        has_security_headers(answer.headers)
        # pages start the application, which says so itself
        for path, status in (("/", 502), ("/pin/1", 502), ("/login", 200)):
            answer = requests.get(stack.url + path, timeout=60)
            assert answer.status_code == status, path
            assert '<div id="app">' in answer.text
            has_security_headers(answer.headers)


# The site in production.


@pytest.fixture(scope="module")
def site(stack):
    """The TLS site in front of the same program, with a certificate of ours."""
    with TlsSite(stack) as tls:
        (tls.acme / ".well-known/acme-challenge/token").write_text("proof")
        yield {"http": tls.http_url, "port": tls.port, "https": tls.url, "ca": tls.certificate}


def test_tls_site_serves_the_api_with_hsts(site):
    answer = requests.get(site["https"] + "/readyz", verify=site["ca"], timeout=60)
    assert answer.status_code == 200
    has_security_headers(answer.headers)
    for path in ("/", "/api/nowhere", "/media/none.png"):
        headers = requests.get(site["https"] + path, verify=site["ca"], timeout=60).headers
        assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_plain_http_goes_to_https_but_for_certbot(site):
    answer = requests.get(site["http"] + "/api/pins/?a=1", allow_redirects=False, timeout=60)
    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://localhost/api/pins/?a=1"
    proof = requests.get(site["http"] + "/.well-known/acme-challenge/token", timeout=60)
    assert proof.text == "proof"


def test_tls_versions(site):
    for version, spoken in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True),
                            (ssl.TLSVersion.TLSv1_3, True)):
        context = ssl.create_default_context(cafile=site["ca"])
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version
        with socket.create_connection(("127.0.0.1", site["port"]), timeout=60) as s:
            try:
                with context.wrap_socket(s, server_hostname="localhost"):
                    assert spoken, version
            except (ssl.SSLError, ConnectionError):
                assert not spoken, version


def test_http_2_is_offered(site):
    context = ssl.create_default_context(cafile=site["ca"])
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", site["port"]), timeout=60) as s:
        with context.wrap_socket(s, server_hostname="localhost") as tls:
            assert tls.selected_alpn_protocol() == "h2"


def test_plain_http_on_the_tls_port_is_redirected(site):
    answer = requests.get(f"http://localhost:{site['port']}/x", allow_redirects=False, timeout=60)
    assert answer.status_code == 308
    assert answer.headers["Location"].startswith("https://localhost")


def test_a_crowd_on_slow_routes_is_limited_in_production(site):
    """Per address, 10 a second and 40 at once; the embedded stack has none."""
    codes, begin = [], time.monotonic()
    with requests.Session() as session:
        while len(codes) < 80 or codes.count(429) < 20 and time.monotonic() < begin + 60:
            codes.append(session.post(site["https"] + "/api/rest-auth/login/", json={},
                                      verify=site["ca"], timeout=60).status_code)
            most = 42 + 10 * (time.monotonic() - begin)
            assert len(codes) - codes.count(429) <= most, codes
    assert codes.count(429) >= 20 or len(codes) < most
    assert codes[0] != 429


class House:
    """Connections to the site from one address, whose requests do not end."""

    def __init__(self, site, address):
        self.site, self.address, self.all = site, address, []
        self.context = ssl.create_default_context(cafile=site["ca"])

    def come(self, request):
        raw_one = socket.create_connection(("127.0.0.1", self.site["port"]), 30,
                                           (self.address, 0))
        one = self.context.wrap_socket(raw_one, server_hostname="localhost")
        self.all.append(one)
        one.sendall(request)
        return one

    def status(self, path):
        """Of a request that ends."""
        with self.come(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
                       "Connection: close\r\n\r\n".encode()) as one:
            self.all.pop()
            head, _, body = one.makefile("rb").read().partition(b"\r\n\r\n")
        return int(head.split()[1]), body

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self.all:
            one.close()


SLOW = b"POST /api/boards/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"


def test_one_address_does_not_take_all_there_is(site):
    """512 requests at once; idle connections and other addresses are not counted."""
    with House(site, "127.0.0.3") as full, House(site, "127.0.0.4") as other:
        for _ in range(20):
            full.come(b"")  # has asked nothing yet
        for n in range(512):
            full.come(SLOW)
            if n == 500:
                assert full.status("/api/healthz")[0] == 200
        wait_for(lambda: full.status("/api/healthz")[0] == 429)
        assert full.status("/api/pins/") == (429, b'{"detail":"too many requests"}')
        assert full.status("/icon.svg")[0] == 429
        for path in ("/api/pins/", "/", "/icon.svg"):
            assert other.status(path)[0] == 200
        for one in full.all[-20:]:
            one.close()
        wait_for(lambda: full.status("/api/healthz")[0] == 200)
