"""Pins by address: what is fetched, and what never is.  The whole set of
hostile addresses and servers is in tests/fetch."""

import pytest

from checks import check_pin, unchanged
from client import picture

REASONS = {
    "ADDRESS": "this host's address is not allowed",
    "SCHEME": "only http and https addresses are fetched",
    "PORT": "only the ports 80 and 443 are fetched",
    "LOGIN": "an address with a user name in it is not fetched",
    "HOST": "this host was not found",
    "URL": "this address cannot be read",
}
HOSTILE = {
    "ADDRESS": [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://017700000001/",
        "http://0x7f000001/", "http://0/", "http://10.0.0.1/", "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/", "http://172.16.0.1/", "http://192.168.0.1/",
        "http://224.0.0.1/", "http://255.255.255.255/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "http://[fc00::1]/", "http://[fe80::1]/", "http://[ff02::1]/", "http://localhost/",
        "https://127.0.0.1/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
        "http://%31%32%37.0.0.1/",
    ],
    "SCHEME": [
        "file:///etc/passwd", "ftp://example.com/a.png", "gopher://127.0.0.1:6379/_FLUSHALL",
        "dict://127.0.0.1:11211/stats", "ldap://example.com/", "javascript:alert(1)",
        "data:image/png;base64,iVBORw0KGgo=",
    ],
    "PORT": ["http://127.0.0.1:6379/", "http://127.0.0.1:5432/", "http://example.com:22/",
             "http://example.com:8080/", "http://example.com:port/"],
    "LOGIN": ["http://user@example.com/", "http://user:pass@example.com/",
              "http://example.com@127.0.0.1/", "http://:@example.com/"],
    "HOST": ["http://no-such-host.invalid/"],
    "URL": ["http://", "//example.com/a.png", "/etc/passwd", "a.png",
            "http://exa mple.com/", "http://[::1/"],
}
CASES = [(url, REASONS[reason]) for reason, urls in HOSTILE.items() for url in urls]


def post(person, url, status=400, **fields):
    return person.want(status, "POST", "pins/", json={"title": "far", "image_url": url, **fields})


def refused(stack, person, url, reason):
    with unchanged(stack):
        assert post(person, url) == {"image_url": [reason]}


@pytest.mark.parametrize("url, reason", CASES, ids=[case[0] for case in CASES])
def test_never_fetched(stack, web, person, url, reason):
    seen = len(web.seen)
    refused(stack, person, url, reason)
    assert len(web.seen) == seen


def test_fetched(web, person):
    for kind, name in (("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"),
                       ("WEBP", "image/webp"), ("PNG", "application/octet-stream")):
        url = web.serve(picture(kind, (500, 300)), kind=name)
        pin = check_pin(post(person, url, 201))
        assert pin["image_url"] == url and pin["media"]["width"] == 500
        assert person.get(pin["image"]).status_code == 200


def test_the_address_wins_over_the_file(web, person):
    url = web.serve(picture(size=(90, 30)))
    pin = person.upload("pins/", "both", picture(size=(10, 10)), image_url=url)
    assert pin["media"]["width"] == 90 and pin["image_url"] == url


def test_the_same_picture_from_elsewhere_is_told(web, person):
    data = picture()
    first = person.upload("pins/", "by file", data)
    assert post(person, web.serve(data), 201)["duplicate_of"]["id"] == first["id"]


def test_an_address_is_fetched_once(web, person):
    """Again only when it changes, and not when it stays."""
    url = web.serve(picture(size=(90, 30)))
    pin = post(person, url, 201)
    path, hits = f"pins/{pin['id']}", lambda u: sum(u.endswith(seen) for seen in web.seen)
    person.want(200, "PATCH", path, json={"title": "new title"})
    person.want(200, "PUT", path, json={"title": "newer", "image_url": url})
    assert hits(url) == 1
    other = web.serve(picture(size=(40, 40)))
    after = person.want(200, "PATCH", path, json={"image_url": other})
    assert after["media"]["width"] == 40 and after["image_url"] == other and hits(other) == 1


def test_redirects(web, stack, person):
    target = web.serve(picture())
    one = web.serve(b"", status=302, Location=target)
    pin = post(person, web.serve(b"", status=301, Location=one), 201)
    assert check_pin(pin)["author"] == person.username
    for location, reason in (("http://127.0.0.1/", REASONS["ADDRESS"]),
                             ("file:///etc/passwd", REASONS["SCHEME"]),
                             ("http://[::1]:6379/", REASONS["PORT"]),
                             ("http://a:b@example.com/", REASONS["LOGIN"])):
        refused(stack, person, web.serve(b"", status=302, Location=location), reason)
    loop = web.serve(b"", status=302, path="/loop", Location="/loop")
    refused(stack, person, loop, "too many redirects")


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 410, 429, 500, 503])
def test_an_error_there_is_told(web, stack, person, status):
    url = web.serve(b"" if status == 204 else picture(), status=status)
    answer = person.post("pins/", json={"title": "x", "image_url": url})
    assert answer.status_code == 400 and list(answer.json()) == ["image_url"]
    if status >= 400:
        refused(stack, person, url, "this host answered with an error")


def test_what_is_no_picture(web, stack, person):
    refused(stack, person, web.serve(b"<html>", kind="text/html"),
            "there is no picture at this address")
    refused(stack, person, web.serve(b"<html>not a picture", kind="image/png"),
            "HTML pages are not accepted")
    refused(stack, person, web.serve(picture()[:300]),
            "this picture is cut off: its end is missing")
    refused(stack, person, web.serve(b"<svg/>", kind="image/svg+xml"),
            "SVG pictures are not accepted")
    refused(stack, person, web.serve(picture(), Content_Encoding="gzip"),
            "this host's answer is compressed")


def test_too_large(web, stack, person):
    refused(stack, person, web.serve(bytes(20 * 2**20 + 1)),
            "what is at this address is too large")


def test_a_server_that_is_not_there(web, stack, person):
    refused(stack, person, f"http://{web.address}".rsplit(":", 1)[0] + ":1/", REASONS["PORT"])


@pytest.mark.parametrize("url, reason", [
    ("http://example.com/" + "a" * 390, "must have at most 400 characters"),
    ("http://example.com/\r\nHost: x", "control characters are not allowed"),
    (["http://example.com/"], "text is needed"), (1, "text is needed"),
])
def test_addresses_that_are_none(person, url, reason):
    assert post(person, url) == {"image_url": [reason]}


def test_an_edit_is_refused_alike(stack, person):
    pin = person.upload("pins/", "mine", picture())
    path = f"pins/{pin['id']}"
    assert person.want(400, "PATCH", path, json={"image_url": "http://127.0.0.1/", "title": "x"}) \
        == {"image_url": [REASONS["ADDRESS"]]}
    assert person.want(200, "GET", path)["title"] == "mine"
