"""No other site can use the login of a browser (A8): what it makes the browser send has
the cookies too, and is refused for every route that may change anything."""

import json

import pytest
from browser import REFRESH, Browser, browser, own_page, set_cookies  # noqa: F401
from checks import settle
from matrix import MATRIX
from scene import scene  # noqa: F401

import client as tools

FOREIGN = {"detail": "this request came from another site"}
WRITES = [row for row in MATRIX if row.method != "GET"]


def attacks(url):
    """name -> what another site's page makes the browser send beside cookies;
    only what a test is about is wrong, all the rest is as our pages do it."""
    scheme, _, host = url.partition("://")
    name, _, port = host.partition(":")
    good = {"X-Requested-With": "pinwall", "Origin": url, "Sec-Fetch-Site": "same-origin"}
    origins = {
        "null": "null", "evil": "https://evil.example", "suffix": f"{url}.evil.com",
        "prefix": f"{scheme}://evil{host}", "subdomain": f"{scheme}://evil.{host}",
        "user part": f"{scheme}://{host}@evil.example", "scheme": f"https://{host}",
        "no port": f"{scheme}://{name}", "other port": f"{scheme}://{name}:{int(port) + 1}",
        "longer port": f"{url}0", "path": f"{url}/", "two": f"{url}, https://evil.example",
        "localhost": f"{scheme}://localhost:{port}", "no scheme": host, "nonsense": "x",
    }
    found = {f"origin {key}": {**good, "Origin": value} for key, value in origins.items()}
    found["no header"] = {**good, "X-Requested-With": None}
    found["no header, nothing known"] = dict.fromkeys(good)
    for value in ("XMLHttpRequest", "Pinwall", "pinwall2", "pinwal", "pinwall, pinwall", "1"):
        found[f"header {value}"] = {**good, "X-Requested-With": value}
    for value in ("cross-site", "same-site", "Same-Origin", "x"):
        found[f"site {value}"] = {**good, "Sec-Fetch-Site": value}
        found[f"site {value}, no origin"] = {**good, "Sec-Fetch-Site": value, "Origin": None}
    return found


def bodies(body):
    """What a form, or a request that asks for no leave, can carry."""
    fields, files = body.get("json") or body.get("data") or {}, body.get("files") or {}
    evil = {"X-Requested-With": None, "Origin": "https://evil.example",
            "Sec-Fetch-Site": "cross-site"}
    ours = {"X-Requested-With": None, "Origin": None, "Sec-Fetch-Site": None}
    clean = {"json": None, "files": None, "data": None}
    for name, headers in (("evil", evil), ("untold", ours)):
        yield f"form, {name}", headers, {**clean, "data": {
            k: v if isinstance(v, str) else json.dumps(v) for k, v in fields.items()}}
        yield f"multipart, {name}", headers, {**clean, "files": [
            *((k, (None, str(v))) for k, v in fields.items()),
            *(files.items() if isinstance(files, dict) else files), ("x", (None, "x"))]}
        yield f"text/plain JSON, {name}", {**headers, "Content-Type": "text/plain"}, {
            **clean, "data": json.dumps(fields)}
        yield f"JSON without a type, {name}", {**headers, "Content-Type": None}, {
            **clean, "data": json.dumps(fields).encode()}


def role_of(row):
    column = row.columns()[0]
    roles = ("user", "owner", "staff") if row.path.endswith("follow") else \
        ("owner", "staff", "user")
    return next(role for role in roles if row.expected(role, column) < 400)


def set_up(scene, row):  # noqa: F811
    """A browser that is logged in, and what calls the route with success."""
    role = role_of(row)
    person = scene.new_caller(role) if row.caller == "new" else scene.callers[role]
    page = Browser(scene, person).log_in()
    page.role = role
    state = row.columns()[0]
    return page, state, scene.prepare(row, role, state, page)


@pytest.mark.parametrize("row", WRITES, ids=lambda row: f"{row.method} {row.path}")
def test_no_other_site_changes_anything(scene, row):  # noqa: F811
    page, state, call = set_up(scene, row)
    scene.holders[page.jar[REFRESH]] = page.email
    body = scene.body(row, page, scene.make(row.kind, state, scene.owner_of(role_of(row), row),
                                            page))
    cookies = {"Cookie": page.cookie()}
    settle(scene.stack)
    before = scene.digest()
    tried = [(name, {**headers, **cookies}, {}) for name, headers in
             attacks(scene.stack.url).items()]
    tried += [(name, {**headers, **cookies}, options) for name, headers, options in bodies(body)]
    wrong = []
    for name, headers, options in tried:
        answer = call(headers=headers, **options)
        if answer.status_code != 403 or answer.json() != FOREIGN or set_cookies(answer):
            wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)
    # what a link or a picture asks for is no write
    for method in ("GET", "HEAD", "OPTIONS"):
        tools.Client(scene.stack).request(method, answer.request.path_url, headers={
            **cookies, "Sec-Fetch-Site": "cross-site"})
    after = scene.digest()
    assert after == before, {n: (before[n], after[n]) for n in before if before[n] != after[n]}
    # and with nothing wrong the very same call passes
    answer = call(headers={**cookies, **own_page(scene.stack)})
    assert answer.status_code == row.expected(role_of(row), row.columns()[0]), answer.text


@pytest.mark.parametrize("row", [row for row in WRITES if not row.page],
                         ids=lambda row: f"{row.method} {row.path}")
def test_programs_are_unaffected(scene, row):  # noqa: F811
    """A login by Authorization is not asked for its page, also beside cookies;
    what has no login never is."""
    role = role_of(row)
    person = scene.new_caller(role) if row.caller == "new" else scene.callers[role]
    page = Browser(scene, person).log_in()
    call = scene.prepare(row, role, row.columns()[0], person)
    answer = call(headers={"Cookie": page.cookie(), "Origin": "https://evil.example",
                           "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == row.expected(role, row.columns()[0]), answer.text
    assert not set_cookies(answer)


def test_pages_of_ours_that_say_less(browser):
    """An old browser sends no Sec-Fetch-Site, some no Origin."""
    ours = own_page(browser.stack)
    for headers in ({"Sec-Fetch-Site": None}, {"Origin": None}, {"Sec-Fetch-Site": "none"},
                    {"Origin": None, "Sec-Fetch-Site": None}):
        browser.want(201, "POST", "boards/", json={"title": tools.unique("b")},
                     headers={**ours, **headers})
        browser.want(200, "POST", "session/refresh", headers={**ours, **headers})


def test_the_reason_in_korean(browser):
    answer = browser.post("boards/", json={"title": "x"}, headers={
        "X-Requested-With": None, "Accept-Language": "ko"})
    assert answer.status_code == 403
    assert answer.json() == {"detail": "다른 사이트에서 온 요청입니다"}


def test_every_write_is_here(scene):  # noqa: F811
    assert {row.key for row in WRITES} == {
        (r["method"], r["path"]) for r in scene.routes if r["method"] != "GET"}


def test_nothing_is_told_in_logs(scene):  # noqa: F811
    told = scene.told_in_logs()
    assert not told, "\n".join(told)
