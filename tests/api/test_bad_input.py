"""Input that is not what a route takes: refused with the field and the reason,
the same in every kind of body."""

import gzip
import json
import re
from urllib.parse import quote, urlencode

import pytest

from checks import PICTURE, check_headers, check_refusal, many_pins, unchanged
from client import Client, picture, signup, unique

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=BB"}
LARGEST = 2**63 - 1
BODY_MAX = 262144


def short(value):
    """The name of a case."""
    return ascii(value)[:40]


@pytest.fixture(scope="module")
def routes(stack):
    return json.loads(stack.run("routes", "--json").stdout)


@pytest.fixture(scope="module")
def ann(stack):
    """Staff with a pin, a board and a tag: every route can be called."""
    ann = signup(stack)
    stack.run("user", "staff", ann.username)
    ann.values = {
        "pin": many_pins(stack, ann, 1)[0],
        "post": ann.want(201, "POST", "styles/posts/", data={"content": "post"},
                         files={"image": ("p.png", picture())})["id"],
        "board": ann.want(201, "POST", "boards/", json={"title": "board"})["id"],
        "tag": ann.want(201, "POST", "tags/", json={"tag_name": unique()})["id"],
        "username": ann.username, "name": ann.username,
        "uid": ann.user["id"], "pk": ann.user["id"], **PICTURE,
    }
    item, board = ann.values["pin"], ann.values["board"]
    ann.values |= {
        "id": item, "item": item,
        "comment": ann.want(201, "POST", f"items/{item}/comments/",
                            json={"content": "comment"})["id"],
        "section": ann.want(201, "POST", f"boards/{board}/sections/",
                            json={"title": "section"})["id"],
        "link": ann.want(201, "POST", f"boards/{board}/links/", json={"role": "viewer"})["id"],
    }
    return ann


def path_of(route, values):
    return re.sub(r"\{(\w+)\}", lambda m: quote(str(values[m.group(1)]), safe=""), route["path"])


def fields(routes, place, *types):
    """(route, name) of every field of these types in this place."""
    return [(route, field["name"]) for route in routes for field in route["fields"]
            if field["from"] == place and (field["type"] in types or not types)]


def field_of(route, name):
    return next(field for field in route["fields"] if field["name"] == name)


def ask(client, route, **options):
    """The answer, which is well-formed whatever it says."""
    path = path_of(route, {**client.values, **options.pop("values", {})})
    if path.endswith("/logout"):
        client = Client(client.stack)  # it is not to end the login of the tests
    if route["cookies"]:  # refused to all but pages of the site, before all else
        options["headers"] = {"X-Requested-With": "pinwall", **(options.get("headers") or {})}
    answer = client.request(route["method"], path, **options)
    check_headers(answer)
    if answer.status_code >= 400:
        check_refusal(answer)
    assert answer.status_code < 500
    return answer


# Numbers.

NO_NUMBERS = ["", " 1", "1 ", "+1", "-0", "00", "01", "1.0", "1.", ".1", "1e3", "1e400", "0x10",
              "1_000", "1,000", "１", "٣", "NaN", "Infinity", "true", "null", "a", "1a", "[]",
              str(2**63), str(2**64), str(2**64 + 1), str(-2**63 - 1), "9" * 400]
TOO_SMALL = ["0", "-1", str(-2**31), str(-2**63)]  # of a field that begins at 1
FINE = ["1", str(2**31 - 1), str(2**31), str(2**31 + 1), str(2**53 - 1), str(2**53 + 1),
        str(LARGEST - 1), str(LARGEST)]
NO_NUMBERS_JSON = ["1.0", "1.5", "1e3", "1e400", "true", "false", "[]", "[1]", "{}", "\"x\"",
                   "\"\"", "\" 1\"", "\"1.0\"", str(2**63), str(-2**63 - 1), "9" * 400]


def whole_number(answer, name):
    return answer.status_code == 400 and answer.json().get(name) == ["a whole number is needed"]


def at_least(answer, name, least):
    return answer.status_code == 400 and answer.json().get(name) == [f"must be at least {least}"]


def at_most(answer, name, most):
    return answer.status_code == 400 and answer.json().get(name) == [f"must be at most {most}"]


def too_small(least):
    """Numbers below a bound, the nearest too."""
    return sorted({str(least - 1), *(text for text in TOO_SMALL if int(text) < least)})


# Fields that belong to others: alone, or without any of them, refused by name.
TOGETHER = {"section": ["it goes with its board"],
            "person": ["give one of person, tag, item and word"]}


def test_numbers_in_paths(routes, ann):
    """What a path names badly does not exist."""
    for route, name in fields(routes, "path", "int"):
        body = {} if route["method"] in ("GET", "DELETE") else {"json": {}}
        for text in NO_NUMBERS + TOO_SMALL:
            if text:
                answer = ask(ann, route, values={name: text}, **body)
                assert answer.status_code == 404, (route["path"], text, answer.text)


def test_numbers_in_queries(routes, ann):
    for route, name in fields(routes, "query", "int"):
        least, most = field_of(route, name)["min"], field_of(route, name)["max"]
        for text in NO_NUMBERS:
            assert whole_number(ask(ann, route, params={name: text}), name), text
        for text in too_small(least):
            assert at_least(ask(ann, route, params={name: text}), name, least), text
        for text in FINE:
            answer = ask(ann, route, params={name: text})
            if int(text) > most:
                assert at_most(answer, name, most), text
                continue
            # ... or another field is missing
            assert answer.status_code in (200, 404) or \
                answer.json().get(name) in (None, TOGETHER.get(name)), text


@pytest.mark.parametrize("headers", [FORM, MULTIPART, JSON])
def test_numbers_in_bodies(routes, ann, headers):
    for route, name in fields(routes, "body", "int"):
        def send(text):
            return ask(ann, route, data=bodies(headers, [(name, text)]), headers=headers)

        for text in NO_NUMBERS:
            assert whole_number(send(text), name), (route["path"], text)
        least, most = field_of(route, name)["min"], field_of(route, name)["max"]
        for text in too_small(least):
            assert at_least(send(text), name, least), (route["path"], text)
        for text in FINE:
            answer = send(text)
            assert not whole_number(answer, name), (route["path"], text)
            assert at_most(answer, name, most) == (int(text) > most), (route["path"], text)


def test_numbers_in_json(routes, ann):
    for route, name in fields(routes, "body", "int"):
        for text in NO_NUMBERS_JSON:
            answer = ask(ann, route, data=f'{{"{name}": {text}}}', headers=JSON)
            assert whole_number(answer, name), (route["path"], text, answer.text)
        least = field_of(route, name)["min"]
        for text in too_small(least):
            if int(text) == -2**63:
                continue  # no number that JSON is read to
            answer = ask(ann, route, data=f'{{"{name}": {text}}}', headers=JSON)
            assert at_least(answer, name, least), (route["path"], text, answer.text)
        for text in ("01", "+1", "0x10", "１", ".5", "NaN", "Infinity", "-"):
            answer = ask(ann, route, data=f'{{"{name}": {text}}}'.encode(), headers=JSON)
            assert answer.json() == {"detail": "the body is not valid JSON"}, text


# Types, unknown and repeated fields.


def test_types_in_json(routes, ann):
    for route, name in fields(routes, "body", "text", "secret", "prose"):
        for value in (1, 1.5, True, [], ["a"], {}, {"a": 1}):
            answer = ask(ann, route, json={name: value})
            assert answer.status_code == 400
            assert answer.json()[name] == ["text is needed"], (route["path"], value)
        required = field_of(route, name)["required"]
        answer = ask(ann, route, json={name: None})
        told = answer.json().get(name) if answer.status_code == 400 else None
        if required:
            assert told == ["this field may not be null"], (route["path"], name)
        else:
            assert told in (None, TOGETHER.get(name)), (route["path"], name)


def test_unknown_fields(routes, ann):
    """On every route, in the query and in the body."""
    told = {"nonsense": ["this field is not known here"]}
    for route in routes:
        answer = ask(ann, route, params={"nonsense": "1"})
        assert answer.status_code == 400 and answer.json()["nonsense"] == told["nonsense"]
        if route["method"] in ("GET", "DELETE"):
            continue
        for headers in (JSON, FORM, MULTIPART):
            answer = ask(ann, route, data=bodies(headers, [("nonsense", "1")]), headers=headers)
            assert answer.status_code == 400 and answer.json()["nonsense"] == told["nonsense"]
        answer = ask(ann, route, files={"nonsense": ("a.png", b"x")})
        assert answer.json()["nonsense"] == told["nonsense"]


@pytest.mark.parametrize("name, shown", [
    ("a b", True), ("가", True), ("<b>", True), ("", False), ("a" * 61, False), ('"', False),
    ("a\x01", False), ("\\", False), ("a\x7f", False),
])
def test_names_that_may_not_be_shown(ann, name, shown):
    answer = ann.want(400, "POST", "boards/", json={"title": "x", name: 1})
    assert answer == {name if shown else "non_field_errors": ["this field is not known here"]}


def bodies(headers, pairs):
    """The same pairs as a body of the given kind."""
    if headers is JSON:
        return "{%s}" % ", ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in pairs)
    if headers is FORM:
        return urlencode(pairs)
    return "".join(f'--BB\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
                   for k, v in pairs).encode() + b"--BB--\r\n"


SAMPLES = {"email": "ann@example.com", "type": "latest", "sha256": "0" * 64,
           "phone_number": "+821012345678", "gender": "F", "birthday": "2000-01-31",
           "role": "viewer", "pins": "keep", "order": "newest", "reason": "spam"}
OF_ROUTES = {("/api/pins/bulk", "action"): "trash",
             ("/api/boards/{board}/items", "action"): "move",
             ("/api/staff/reports/{id}/resolve", "action"): "warn",
             ("/api/staff/reports", "state"): "open", ("/api/staff/jobs", "state"): "dead"}


def sample(route, name):
    """A value that this field takes."""
    field = field_of(route, name)
    if field["type"] == "int":
        return str(max(field["min"], 1))
    return OF_ROUTES.get((route["path"], name)) or SAMPLES.get(name, "abc")


def test_repeated_fields(routes, ann):
    told = ["this field is given more than once"]
    for route, name in fields(routes, "body", "int", "text", "secret", "prose"):
        pairs = [(name, sample(route, name))] * 2
        for headers in (FORM, MULTIPART):
            answer = ask(ann, route, data=bodies(headers, pairs), headers=headers)
            assert answer.status_code == 400
            assert answer.json()[name] == told, (route["path"], name)
        answer = ask(ann, route, data=bodies(JSON, pairs), headers=JSON)
        assert answer.json() == {"detail": "a field is given more than once"}
    for route, name in fields(routes, "query", "int", "text"):
        answer = ask(ann, route, params=[(name, sample(route, name))] * 2)
        assert answer.status_code == 400 and answer.json()[name] == told
    for query in ("limit=1&limit=1", "limit=1&%6cimit=2"):
        assert ann.want(400, "GET", f"pins/?{query}") == {"limit": told}


@pytest.mark.parametrize("text", [
    '{"title": "a", "title": "a"}', '{"title": "a", "\\u0074itle": "b"}',
    '{"title": "a", "ti\\u0074le": "b", "x": {"title": 1}}',
    '{"\\u0074itle": "a", "\\u0074\\u0069tle": "b"}', '{"title": 1, "x": [], "title": null}',
])
def test_repeated_in_json_however_it_is_written(stack, ann, text):
    with unchanged(stack):
        assert ann.want(400, "POST", "boards/", data=text, headers=JSON) == {
            "detail": "a field is given more than once"}


# Bodies.


@pytest.mark.parametrize("body", [
    b"", b" ", b"{", b"}", b"[]", b"1", b"null", b'"a"', b"{]", b"{'title': 'a'}",
    b'{"title": "a",}', b'{"title" "a"}', b'{"title": "a"} x', b'{"title": "a"}{}',
    b'{title: "a"}', b'{"title": "a\nb"}', b'{"title": "\\x"}', b'{"title": "\\u12"}',
    b'{"title": NaN}', b"\xef\xbb\xbf{}", b'{"title": "a"}\0', b"/**/{}", b"[" * 100000,
    b'{"a":' * 5000, b'{"title": "\xff"}', '{"title": "a"}'.encode("utf-16"), b"--BB--\r\n",
    b"\x1f\x8b\x08\0", b'{"title": "\\ud800"}', b'{"title": "\\udc00\\ud800"}',
    b'{"title": "\xed\xa0\x80"}', b'{"title": "\xc0\xaf"}', b'{"title\\u0000": "a"}',
    b'{"title": "\xf4\x90\x80\x80"}', b'{"title": "\xf0\x9f\x98"}',
], ids=short)
def test_json_that_is_none(stack, ann, body):
    with unchanged(stack):
        answer = ann.post("boards/", data=body, headers=JSON)
    assert answer.status_code == 400
    assert "detail" in answer.json() or body == b""


@pytest.mark.parametrize("body", [
    b"title=%", b"title=%zz", b"title=%4", b"%=a", b"=", b"title", b"title=%00", b"title=%ff",
    b"title=%c0%af", b"title=%ed%a0%80", b"title=\xff", b"&".join(b"a%d=1" % i for i in range(100)),
    b"title=a&title=a", b"title=a;x=b&x=1", b"{}",
], ids=short)
def test_forms_that_are_none(stack, ann, body):
    with unchanged(stack):
        assert ann.post("boards/", data=body, headers=FORM).status_code == 400


PART = b'Content-Disposition: form-data; name="title"\r\n\r\nx\r\n'


@pytest.mark.parametrize("kind, body", [
    ("multipart/form-data", b"--BB\r\n" + PART + b"--BB--"),
    ("multipart/form-data; boundary=", b"--\r\n" + PART + b"----"),
    ("multipart/form-data; boundary=" + "B" * 71, b"--" + b"B" * 71 + b"\r\n" + PART),
    ("multipart/form-data; boundary=BB; boundary=CC", b"--BB\r\n" + PART + b"--BB--"),
    ("multipart/form-data; boundary=CC", b"--BB\r\n" + PART + b"--BB--"),
    *(("multipart/form-data; boundary=BB", body) for body in (
        b"--BB", b"--BB\r\n", b"--BB\r\n" + PART, b"--BB\r\n" + PART + b"--BB",
        b"--BBx\r\n" + PART + b"--BB--", b"--BB\r\n\r\nx\r\n--BB--",
        b"--BB\r\nContent-Disposition: attachment; name=\"title\"\r\n\r\nx\r\n--BB--",
        b"--BB\r\nContent-Disposition: form-data\r\n\r\nx\r\n--BB--",
        b"--BB\r\nContent-Disposition: form-data; name=\"title\r\n\r\nx\r\n--BB--",
        b"--BB\r\n" + b"X: y\r\n" * 20 + PART + b"--BB--",
        b"--BB\r\nX: " + b"y" * 5000 + b"\r\n" + PART + b"--BB--",
        b"--BB\n" + PART.replace(b"\r", b"") + b"--BB--\n",
        b"".join(b'--BB\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n' % i
                 for i in range(100)) + b"--BB--", b"{}", b"\0" * 100)),
], ids=short)
def test_multipart_that_is_none(stack, ann, kind, body):
    with unchanged(stack):
        assert ann.post("boards/", data=body, headers={"Content-Type": kind}).status_code == 400


@pytest.mark.parametrize("kind", [
    None, "", "text/plain", "text/json", "application/xml", "application/json-patch+json",
    "application/octet-stream", "image/png", "multipart/mixed; boundary=BB", "json", "*/*",
    "application/jsonx", "a" * 2000,
], ids=short)
def test_other_content_types(routes, ann, kind):
    """415, on every route that takes a body; no page of another site can send
    JSON as text/plain."""
    for route in routes:
        if route["method"] in ("POST", "PUT", "PATCH"):
            answer = ask(ann, route, data=b'{"title": "a"}', headers={"Content-Type": kind})
            assert answer.status_code == 415, (route["path"], answer.text)
            assert answer.json() == {"detail": "send JSON or a form"}


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON",
                                  "application/json ;x=y", " application/json"])
def test_spellings_of_json(ann, kind):
    ann.want(201, "POST", "boards/", data=json.dumps({"title": unique()}),
             headers={"Content-Type": kind.strip()})


def test_compressed_bodies(stack, ann):
    """H6: what is small here is not large there."""
    body = gzip.compress(b'{"title": "a"}')
    with unchanged(stack):
        for encoding in ("gzip", "deflate", "br", "GZIP", "gzip, gzip", "x"):
            answer = ann.post("boards/", data=body, headers={**JSON, "Content-Encoding": encoding})
            assert answer.status_code == 415
            assert answer.json() == {"detail": "send the body as it is, not compressed"}
    ann.want(201, "POST", "boards/", data=json.dumps({"title": unique()}),
             headers={**JSON, "Content-Encoding": "identity"})


def test_lengths_of_bodies(ann):
    """0, 1, the limit and one more, announced or in chunks."""
    title = unique()

    def padded(n):
        text = json.dumps({"title": unique()}).encode()
        return text + b" " * (n - len(text))

    assert ann.want(400, "POST", "boards/", data=b"", headers=JSON) == {
        "title": ["this field is required"]}
    ann.want(400, "POST", "boards/", data=b"{", headers=JSON)
    ann.want(201, "POST", "boards/", data=padded(BODY_MAX), headers=JSON)
    ann.want(201, "POST", "boards/", data=iter([padded(BODY_MAX)]), headers=JSON)
    told = {"detail": f"the body may have at most {BODY_MAX} bytes"}
    for body in (padded(BODY_MAX + 1), iter([padded(BODY_MAX + 1)]), padded(2**20)):
        assert ann.want(413, "POST", "boards/", data=body, headers=JSON) == told
    form = urlencode({"title": title, "x": ""}).encode()
    for extra in (1, 1000):
        body = form + b"a" * (BODY_MAX - len(form) + extra)
        assert ann.want(413, "POST", "boards/", data=body, headers=FORM) == told
    long = bodies(MULTIPART, [("title", "a" * (BODY_MAX + 1))])
    assert ann.want(413, "POST", "boards/", data=long, headers=MULTIPART) == told


def test_too_large_in_the_same_words(stack, ann):
    """A file a byte over the limit, and one that Nginx does not let pass."""
    with unchanged(stack):
        for size in (20 * 2**20 + 1, 22 * 2**20, 30 * 2**20):
            assert ann.upload("pins/", "x", bytes(size), status=413) == {
                "detail": "a file may have at most 20 MB"}
        korean = Client(stack, language="ko")
        korean.use_token(ann.token)
        for size in (20 * 2**20 + 1, 22 * 2**20):
            assert korean.upload("pins/", "x", bytes(size), status=413) == {
                "detail": "파일은 최대 20MB까지 올릴 수 있습니다"}
        for path in ("pins/", f"pins/{ann.values['pin']}", "rest-auth/user/",
                     f"pinterestAccounts/user/{ann.username}"):
            answer = ann.request("POST" if path == "pins/" else "PATCH", path,
                                 data=bytes(22 * 2**20))
            assert answer.status_code == 413
            assert answer.json() == {"detail": "a file may have at most 20 MB"}
    assert ann.want(413, "POST", "boards/", data=bytes(22 * 2**20)) == {
        "detail": "the request is too large"}


def test_a_body_that_a_read_does_not_want(ann):
    """It is passed over, and the connection goes on."""
    for _ in range(3):
        for path in ("pins/", "healthz"):
            ann.want(200, "GET", path, data=b"x" * 10000, headers={"Content-Type": "x/y"})


# Text.

NUL = "control characters are not allowed"
TEXTS = [
    ("a\0b", NUL), ("\x01", NUL), ("a\x1bb", NUL), ("a\x7f", NUL), ("a\x80b", NUL),
    ("a\x9fb", NUL), ("a\nb", NUL), ("a\tb", NUL), ("a" + "\u0301" * 10000,
     "must have at most 100 characters"), ("e\u0301" * 101, "must have at most 100 characters"),
    ("", "this field may not be blank"), (" \u3000\u2003\t\r\n", "this field may not be blank"),
    ("a" * 101, "must have at most 100 characters"),
    ("😀" * 101, "must have at most 100 characters"),
]


@pytest.mark.parametrize("headers", [JSON, FORM, MULTIPART])
@pytest.mark.parametrize("text, reason", TEXTS, ids=range(len(TEXTS)))
def test_text_refused_alike_in_every_body(stack, ann, headers, text, reason):
    with unchanged(stack):
        assert ann.want(400, "POST", "boards/", data=bodies(headers, [("title", text)]),
                        headers=headers) == {"title": [reason]}


def test_text_that_is_no_utf8(ann):
    told = {"title": ["this is not valid UTF-8 text"]}
    for raw in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"a\xe2\x82", b"\x80"):
        assert ann.want(400, "POST", "boards/", data=b"title=" + raw, headers=FORM) == told
        assert ann.want(400, "POST", "boards/", data="title=" + quote(raw), headers=FORM) == told
        body = b'--BB\r\nContent-Disposition: form-data; name="title"\r\n\r\n%s\r\n--BB--' % raw
        assert ann.want(400, "POST", "boards/", data=body, headers=MULTIPART) == told
        assert list(ann.want(400, "GET", f"pins/?author__username={quote(raw)}")) == [
            "author__username"]


@pytest.mark.parametrize("text, stored", [
    ("\u202eabc\u202c", None), ("a\u200bb", None), ("\ufeffa", None), ("👨\u200d👩\u200d👧", None),
    ("e\u0301", "é"), ("\u1100\u1161", "가"), ("\u212b", "Å"), ("ﬁ", None), ("  a  ", "a"),
    ("\u3000a\u00a0", "a"), ("\U0010ffff", None), ("\ufffd", None), ("\\u0041", None),
    ("%41", None), ("&lt;", None), ("a\u0301\u0302\u0303", "\u00e1\u0302\u0303"),
])
def test_text_stored_and_returned_equal(stack, text, stored):
    """In its normal form, without white space at its ends, otherwise as sent."""
    bob = signup(stack)
    for headers in (JSON, FORM, MULTIPART):
        board = bob.want(201, "POST", "boards/", data=bodies(headers, [("title", text)]),
                         headers=headers)
        assert board["title"] == (stored or text)
        assert bob.want(200, "GET", f"boards/{board['id']}")["title"] == (stored or text)
        bob.want(204, "DELETE", f"boards/{board['id']}")


def test_an_upload_where_none_is_taken(stack, ann):
    """The bytes of a file in a field of text, and the other way round."""
    with unchanged(stack):
        assert ann.want(400, "POST", "boards/", files={"title": ("a.png", picture())}) == {
            "title": ["text is needed"]}
        assert ann.want(400, "POST", "pins/", json={"title": "x", "image": "iVBORw0KGgo="}) == {
            "image": ["send the file as multipart/form-data"]}
        assert ann.want(400, "POST", "pins/", data={"title": "x", "image": "iVBORw0KGgo="}) == {
            "image": ["a file is needed"]}
