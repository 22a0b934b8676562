"""What is at an address, before it is made a pin."""

import base64
import hashlib
import io

import pytest
from checks import unchanged
from client import picture
from PIL import Image
from test_fetch_pins import CASES

IMAGE = {"kind", "type", "width", "height", "bytes", "colour", "placeholder", "thumb"}


def look(person, url, status=200):
    return person.want(status, "POST", "pins/preview", json={"image_url": url})


def page(web, html, path=None, **headers):
    return web.serve(html.encode(), kind="text/html; charset=utf-8", path=path, **headers)


def thumb(found):
    return Image.open(io.BytesIO(base64.b64decode(found["thumb"], validate=True)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture(stack, web, person, kind):
    data = picture(kind, (500, 300))
    url = web.serve(data)
    with unchanged(stack):
        found = look(person, url)
    assert set(found) == IMAGE
    assert (found["kind"], found["type"], found["width"], found["height"], found["bytes"]) == (
        "image", kind.lower(), 500, 300, len(data))
    small = thumb(found)
    assert (small.format, small.size) == ("WEBP", (236, 142))
    # what is told is what the pin will have
    pin = person.want(201, "POST", "pins/", json={"title": "x", "image_url": url})
    assert {name: found[name] for name in ("width", "height", "colour", "placeholder")} == {
        name: pin["media"][name] for name in ("width", "height", "colour", "placeholder")}


def test_of_an_animation_the_first_frame(web, person):
    frames = [Image.new("RGB", (900, 600), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    small = thumb(look(person, web.serve(out.getvalue(), kind="image/gif")))
    assert getattr(small, "n_frames", 1) == 1 and small.size == (236, 157)
    red, green, blue = small.convert("RGB").getpixel((100, 100))
    assert red > 200 and green < 60 and blue < 60


def test_a_small_picture_stays_as_it_is(web, person):
    assert thumb(look(person, web.serve(picture(size=(40, 30))))).size == (40, 30)


def test_what_one_has_already_is_told(web, person, other):
    data = picture()
    board = person.want(201, "POST", "boards/", json={"title": "cups"})
    pin = person.upload("pins/", "a cup", data, board=board["id"])
    url = web.serve(data)
    assert look(person, url)["duplicate_of"] == {
        "id": pin["id"], "title": "a cup", "board": "cups"}
    assert "duplicate_of" not in look(other, url)
    known = {"sha256": hashlib.sha256(data).hexdigest()}
    assert person.want(200, "GET", "pins/known", params=known) == {
        "duplicate_of": {"id": pin["id"], "title": "a cup", "board": "cups"}}
    assert other.want(200, "GET", "pins/known", params=known) == {}
    person.want(204, "DELETE", f"pins/{pin['id']}")
    assert person.want(200, "GET", "pins/known", params=known) == {}


@pytest.mark.parametrize("value", [None, "", "0" * 63, "0" * 65, "g" * 64, "A" * 64, "가" * 64])
def test_a_digest_is_64_digits(api, person, value):
    assert "sha256" in person.want(400, "GET", "pins/known", params={"sha256": value})
    api.want(401, "GET", "pins/known", params={"sha256": "0" * 64})


# Pages.

def test_a_page(stack, web, person):
    url = page(web, """<!doctype html><html><head><title>
        A  page about &amp; 바다</title>
        <meta property="og:image" content="/og.jpg">
        <meta name="twitter:image" content="//cdn.example.com/t.png">
        <link rel="image_src" href="link.png"></head><body>
        <img src="a.png#x"><img src="b.png" width="16" height="16">
        <img src="data:image/png;base64,xx"><img src="/og.jpg">
        <img src="c.png" srcset="c1.png 100w, c2.png 800w, c3.png 400w">
        <img src="javascript:alert(1)"><img data-src="lazy.png" src="data:,">
        <img src="../up.png" width=80 height=80></body>""", "/one/two/page.html")
    with unchanged(stack):
        found = look(person, url)
    root = f"http://{web.address}"
    assert found == {"kind": "page", "title": "A page about & 바다", "images": [
        f"{root}/og.jpg", "http://cdn.example.com/t.png", f"{root}/one/two/link.png",
        f"{root}/one/two/c2.png", f"{root}/one/two/a.png", f"{root}/one/two/lazy.png",
        f"{root}/one/up.png"]}


def test_its_title_is_that_of_the_graph(web, person):
    found = look(person, page(web, "<title>x</title><meta property='og:title' content='그림 이야기'>"))
    assert (found["title"], found["images"]) == ("그림 이야기", [])


def test_addresses_are_those_after_a_redirect_and_of_its_base(web, person):
    page(web, "<img src=p.png>", "/far/away/page")
    start = web.serve(b"", status=302, Location="/far/away/page")
    assert look(person, start)["images"] == [f"http://{web.address}/far/away/p.png"]
    based = page(web, "<base href='/base/'><img src=p.png>")
    assert look(person, based)["images"] == [f"http://{web.address}/base/p.png"]
    bad = page(web, "<base href='javascript:1'><img src=p.png>", "/deep/x")
    assert look(person, bad)["images"] == [f"http://{web.address}/deep/p.png"]


def test_it_is_bounded(web, person):
    many = "".join(f"<img src='{i}.png'>" for i in range(500))
    found = look(person, page(web, many, "/many/x"))
    assert found["images"] == [f"http://{web.address}/many/{i}.png" for i in range(40)]
    long = f"<img src='/{'a' * 500}.png'><title>{'긴' * 300}</title>"
    found = look(person, page(web, long))
    assert (found["images"], found["title"]) == ([], "긴" * 100)


def test_too_large_a_page(stack, web, person):
    fill = "<p>" + "x" * 2**20
    assert look(person, page(web, fill + "<img src=a.png>"))["images"]
    assert look(person, page(web, fill * 2), 400) == {
        "image_url": ["what is at this address is too large"]}


@pytest.mark.parametrize("html", [
    "", " ", "\0" * 100, "<div>" * 50000 + "<img src=a.png>", "<b>" * 20000 + "<p>x" * 20000,
    "<table>" * 20000, "<!--" * 30000, "<img " + "a=b " * 60000 + "src=a.png>", "&" * 100000,
    "<svg><title>x", "<template><img src=a.png></template>", "<title>" + "\U0001f980" * 50000,
])
def test_any_page_is_answered(stack, web, person, html):
    """... or refused by name, and none brings the process down."""
    answer = person.post("pins/preview", json={"image_url": page(web, html)})
    if answer.status_code == 200:
        assert answer.json()["kind"] == "page"
    else:
        assert (answer.status_code, answer.json()) == (
            400, {"image_url": ["this page cannot be read"]})
    assert look(person, page(web, "<img src=/a.png>"))["images"] == [
        f"http://{web.address}/a.png"]


@pytest.mark.parametrize("charset, title, named", [
    ("euc-kr", "바다 이야기", True), ("cp949", "똠방각하 펲시", True), ("euc-kr", "바다", False),
    ("shift_jis", "海の写真", True), ("euc-jp", "海の写真", True), ("gbk", "海边", True),
    ("big5", "海邊", True), ("iso-8859-1", "Café", True)])
def test_pages_that_are_not_utf8(web, person, charset, title, named):
    html = f"<meta charset='{charset}'>" * named + f"<title>{title}</title><img src=a.png>"
    found = look(person, web.serve(html.encode(charset), kind="text/html"))
    assert found["title"] == title and len(found["images"]) == 1


def test_text_that_is_none_is_no_title(web, person):
    found = look(person, web.serve(b"<title>a\xff\xff</title><img src=a.png>", kind="text/html"))
    assert found["title"] == "" and len(found["images"]) == 1


# What is refused for a pin is refused here, with the same words.

@pytest.mark.parametrize("url, reason", CASES, ids=[case[0] for case in CASES])
def test_never_fetched(stack, web, person, url, reason):
    seen = len(web.seen)
    assert look(person, url, 400) == {"image_url": [reason]}
    assert len(web.seen) == seen


@pytest.mark.parametrize("body, kind, headers", [
    (b"nothing", "text/plain", {}), (b"{}", "application/json", {}),
    (b"%PDF-1.4", "application/pdf", {}), (b"<svg/>", "image/svg+xml", {}),
    (picture()[:300], "image/png", {}), (b"<html>no picture", "image/png", {}),
    (picture(), "image/png", {"Content_Encoding": "gzip"}),
    (picture(), "image/png", {"status": 404}), (b"", "image/png", {}),
    (bytes(20 * 2**20 + 1), "image/png", {}),
    (b"", "image/png", {"status": 302, "Location": "http://127.0.0.1/"}),
])
def test_the_same_words_as_for_a_pin(stack, web, person, body, kind, headers):
    url = web.serve(body, kind=kind, **headers)
    pin = person.want(400, "POST", "pins/", json={"title": "x", "image_url": url})
    assert look(person, url, 400) == pin
    assert set(pin) == {"image_url"}


def test_in_korean(web, person):
    assert person.want(400, "POST", "pins/preview", json={"image_url": "http://127.0.0.1/"},
                       headers={"Accept-Language": "ko"}) == {
        "image_url": ["허용되지 않는 호스트입니다"]}


@pytest.mark.parametrize("body", [{}, {"image_url": ""}, {"image_url": 1},
                                  {"image_url": "http://example.com/" + "a" * 390},
                                  {"image_url": "http://example.com/", "title": "x"}])
def test_what_is_no_address(person, body):
    person.want(400, "POST", "pins/preview", json=body)


def test_nobody_may_look(api, web):
    api.want(401, "POST", "pins/preview", json={"image_url": web.serve(picture())})
