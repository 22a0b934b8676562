"""The API's document, the route table and what is answered are one (Z3, Z9,
Z10).  Every answer of these tests, and of test_matrix.py and test_jwt.py, is
held against the document by scene.Caller; here are the document itself, an
answer of every operation, and what answers must not tell."""

import copy
import json
import re

import pytest
from checks import ENDS_LOGIN, settle
from jsonschema import Draft202012Validator
from matrix import KINDS, MATRIX
from schema import read_json, structure
from scene import Caller, scene  # noqa: F401

import client as tools

NAMES = [f"{row.method} {row.path}" for row in MATRIX]
# Objects that are told in words only: {"type": "object"}.
OPEN = {("GET", "/api/healthz"), ("GET", "/api/readyz"), ("GET", "/api/speed"),
        ("GET", "/api/openapi.json"),
        ("GET", "/api/media/{shard}/{key}/{file}"),
        ("POST", "/api/accounts/token/verify"), ("POST", "/api/pins/preview"),
        ("GET", "/api/pins/known"), ("POST", "/api/boards/{board}/add_pin"),
        ("POST", "/api/boards/{board}/items"), ("POST", "/api/pins/bulk"),
        ("GET", "/api/staff/caches"),  # test_staff.py
        # of other systems: their members are in test_published_accounts.py
        ("POST", "/api/accounts"), ("POST", "/api/accounts/login"),
        ("POST", "/api/accounts/signin"), ("PUT", "/api/accounts/profile/{pk}"),
        ("DELETE", "/api/accounts/profile/{pk}"),
        ("POST", "/api/accounts/profile/password-check/{pk}"),
        ("GET", "/api/performances/api/user/status")}

LIST_OF_A_FORM = {"style": "form", "explode": False, "allowReserved": True}


def operations(document):
    return [(method, path, operation) for (method, path), operation
            in document.operations.items()]


def walk(value):
    yield value
    for part in value.values() if isinstance(value, dict) else \
            value if isinstance(value, list) else ():
        yield from walk(part)


# The document.

def test_routes_operations_and_rows_are_the_same(scene):  # noqa: F811
    """Z10: nothing is served that is not documented and tested."""
    routes = {(route["method"], route["path"]) for route in scene.routes}
    assert routes == set(scene.document.operations) == {row.key for row in MATRIX}


def test_it_is_a_document_of_openapi_3_1(scene):  # noqa: F811
    wrong = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in
             Draft202012Validator(structure()).iter_errors(scene.document.whole)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("damage", [
    lambda d: d.pop("info"),
    lambda d: d.update(openapi="3.0.3"),
    lambda d: d["paths"].update(pins={}),
    lambda d: d["paths"]["/pins"]["get"].pop("responses"),
    lambda d: d["paths"]["/pins"]["get"].update(respones={}),
    lambda d: d["paths"]["/pins/{pin}"]["get"]["parameters"][0].update(required=False),
    lambda d: d["paths"]["/pins"]["get"]["parameters"][0].update({"in": "body"}),
    lambda d: d["paths"]["/pins"]["post"]["responses"].update({"ok": {"description": "x"}}),
    lambda d: d["components"]["schemas"]["detail"].update(type="text"),
    lambda d: d["components"]["securitySchemes"]["token"].pop("scheme"),
])
def test_a_damaged_document_is_noticed(scene, damage):  # noqa: F811
    damaged = copy.deepcopy(scene.document.whole)
    damage(damaged)
    assert not Draft202012Validator(structure()).is_valid(damaged)


def test_paths_and_parameters_fit(scene):  # noqa: F811
    for method, path, operation in operations(scene.document):
        named = re.findall(r"\{(\w+)\}", path)
        found = [(p["in"], p["name"]) for p in operation["parameters"]]
        assert len(found) == len(set(found)), (method, path)
        assert sorted(named) == sorted(name for where, name in found if where == "path")
        assert not (method == "GET" and "requestBody" in operation), (method, path)
    # two templates that the same address would meet must differ in a literal
    forms = [re.sub(r"\{\w+\}", "{}", path) for path in scene.document.whole["paths"]]
    doubles = {form for form in forms if forms.count(form) > 1}
    for form in doubles:
        same = [path for path in scene.document.whole["paths"]
                if re.sub(r"\{\w+\}", "{}", path) == form]
        methods = [m for path in same for m in scene.document.whole["paths"][path]]
        assert len(methods) == len(set(methods)), same


def test_references_and_schemes_are_there(scene):  # noqa: F811
    whole, used = scene.document.whole, set()
    for part in walk(whole):
        if isinstance(part, dict) and "$ref" in part:
            used.add(part["$ref"])
            scene.document.resolve(part)
    assert {f"#/components/schemas/{name}" for name in whole["components"]["schemas"]} == used
    names = {name for _, _, o in operations(scene.document) for way in o.get("security", [])
             for name in way}
    schemes = whole["components"]["securitySchemes"]
    assert names == set(schemes)
    # every way in which the tests of tokens log in
    assert schemes["token"] == {"type": "http", "scheme": "bearer"}
    assert (schemes["jwt"]["in"], schemes["jwt"]["name"]) == ("header", "Authorization")


def test_security_is_that_of_the_route(scene):  # noqa: F811
    ways = [{"token": []}, {"jwt": []}, {"cookie": []}]
    needed = {"none": None, "try": [{}, *ways], "optional": [{}, *ways], "user": ways,
              "staff": ways}
    for route in scene.routes:
        operation = scene.document.operations[route["method"], route["path"]]
        assert operation.get("security") == needed[route["auth"]], route["path"]


def test_fields_are_those_of_the_route(scene):  # noqa: F811
    """Names, places, bounds and which are required."""
    for route in scene.routes:
        operation = scene.document.operations[route["method"], route["path"]]
        given = {(p["in"], p["name"]): (p["required"], p["schema"])
                 for p in operation["parameters"]}
        content = operation.get("requestBody", {}).get("content", {})
        needs_file = any(f["type"].startswith("file") and f["required"] for f in route["fields"])
        assert set(content) in (set(), {"multipart/form-data"} if needs_file else {
            "application/json", "multipart/form-data", "application/x-www-form-urlencoded"})
        for field in route["fields"]:
            name, place = field["name"], field["from"]
            if place != "body":
                required, schema = given.pop((place, name))
                assert required == field["required"]
                if field["type"] == "page":
                    assert given.pop(("query", "limit"))[1]["maximum"] == field["max"]
            else:
                schema = content["multipart/form-data"]["schema"]["properties"][name]
                for kind, part in content.items():
                    told = part["schema"]
                    has = field["type"] != "file" or kind == "multipart/form-data"
                    assert (name in told["properties"]) == has
                    assert (name in told["required"]) == (has and field["required"])
                    assert told["additionalProperties"] is False
            if field["type"] == "int":
                assert schema["minimum"] == field["min"]
                assert schema.get("maximum", 2**63 - 1) == field["max"]
            elif field["type"] in ("text", "prose", "secret"):
                assert (schema["minLength"], schema["maxLength"]) == (field["min"], field["max"])
        if route["cookies"]:
            assert given.pop(("header", "X-Requested-With")) == (True, {"const": "pinwall"})
        assert not given, f"{route['path']}: {given}"


def test_what_forms_and_addresses_write_otherwise_than_json_is_told(scene):  # noqa: F811
    """Flags may be 1 and 0 in text, which JSON may not; lists of numbers are one
    field of a form, with commas."""
    flags = lists = 0
    for route in scene.routes:
        operation = scene.document.operations[route["method"], route["path"]]
        kinds = operation.get("requestBody", {}).get("content", {})
        for field in (f for f in route["fields"] if f["type"] in ("bool", "ids")):
            name, lists = field["name"], lists + (field["type"] == "ids")
            told = {p["name"]: p["schema"] for p in operation["parameters"]}
            schemas = {kind: part["schema"]["properties"][name] for kind, part in kinds.items()
                       if field["from"] == "body"} or {"query": told[name]}
            for kind, schema in schemas.items():
                fits = Draft202012Validator(schema).is_valid
                encoding = kinds.get(kind, {}).get("encoding", {}).get(name)
                as_json = kind == "application/json"
                if field["type"] == "bool":
                    flags += 1
                    assert [fits(v) for v in (True, 1, 0, 2, -1, "x")] == [
                        True, not as_json, not as_json, False, False, False], (kind, route)
                else:
                    assert encoding == (None if as_json else LIST_OF_A_FORM), (kind, route)
    assert flags and lists


def test_what_need_not_be_sent_may_be_null_in_json(scene):  # noqa: F811
    for route in scene.routes:
        operation = scene.document.operations[route["method"], route["path"]]
        for kind, part in operation.get("requestBody", {}).get("content", {}).items():
            for field in route["fields"]:
                schema = part["schema"]["properties"].get(field["name"])
                if field["from"] == "body" and schema:
                    may = kind == "application/json" and not field["required"]
                    assert Draft202012Validator(schema).is_valid(None) == may, (kind, field, route)


def test_flags_and_lists_are_taken_as_they_are_told(person):
    """What the document says of text, and of JSON, is what the site takes."""
    first = person.upload("pins/", "one", tools.picture())["id"]
    second = person.upload("pins/", "two", tools.picture())["id"]
    board = person.want(201, "POST", "boards/", json={"title": "both"})["id"]
    for sent in ({"data": {"ids": f"{first},{second}", "action": "add"}},
                 {"files": {"ids": (None, f"{first},{second}"), "action": (None, "add")}},
                 {"json": {"ids": [first, second], "action": "add"}}):
        person.want(200, "POST", f"boards/{board}/items", **sent)
    person.want(400, "POST", f"boards/{board}/items",
                json={"ids": f"{first},{second}", "action": "add"})
    for text, status in (("1", 200), ("0", 200), ("true", 200), ("2", 400)):
        person.want(status, "GET", f"pins/{first}/similar_pin", params={"why": text})
        person.want(status, "PATCH", f"boards/{board}", data={"secret": text})
    person.want(400, "PATCH", f"boards/{board}", json={"secret": 1})
    person.want(200, "PATCH", f"boards/{board}", json={"title": None, "secret": None})


def test_answers_are_told_to_the_last_member(scene):  # noqa: F811
    """No schema of an answer lets anything pass, but for OPEN and errors."""
    for method, path, operation in operations(scene.document):
        for status, answer in operation["responses"].items():
            schema = scene.document.schema_of((method, path), status)
            if schema is None or (method, path) in OPEN or status >= "400":
                continue
            for part in walk(scene.document.resolve(schema)):
                if isinstance(part, dict) and "type" in part and "$ref" not in part:
                    kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
                    if "object" in kinds and schema != {"$ref": "#/components/schemas/detail"}:
                        assert part.get("additionalProperties") is False, (path, part)
                    if "array" in kinds:
                        assert part.get("items"), (path, part)
            assert {} not in list(walk(schema)), path


def test_it_is_served_as_it_is_printed(scene, api):  # noqa: F811
    assert api.get("openapi.json").text == scene.document.text.strip()
    assert read_json(scene.document.text) == json.loads(scene.document.text)


# The answers.

@pytest.mark.parametrize("row", MATRIX, ids=NAMES)
def test_every_operation_answers_as_documented(scene, row):  # noqa: F811
    """One success, one wrong body or query, and one wrong method."""
    roles = [role for role in ("anonymous", "owner", "staff")
             if row.expected(role, row.columns()[0]) < 400]
    state = KINDS[row.kind][row.columns()[0]][0]
    if row.path.endswith("follow") and "person" in row.kind or \
            row.path.endswith(("{item}/like", "bookmark")) and row.kind == "pin":
        roles = ["user"]
    answer = scene.call(row, roles[0], state)
    documented = next(s for s in scene.document.operations[row.key]["responses"] if s < "300")
    assert answer.status_code == int(documented), answer.text
    assert scene.document.find(row.method, row.key[1]) == row.key
    query = scene.prepare(row, roles[0], state)(params={"no_such_field": "1"})
    assert query.status_code == 400
    assert set(query.json()) - {"message"} == {"no_such_field"}
    wrong = scene.callers["anonymous"].request("LOCK", f"/api/{row.path}")
    assert wrong.status_code in (404, 405)


def test_lists_with_something_in_them(scene):  # noqa: F811
    """Rows of every form, with nothing left out: pictures, boards, follows."""
    one, two = Caller(scene).sign_up(), Caller(scene).sign_up()
    picture = tools.picture(size=(900, 700))
    for caller in (one, two):
        caller.request("PATCH", "rest-auth/user/",
                       files={"avatar": ("me.png", tools.picture())}).json()
        caller.upload("pins/", "first #warm #tea", picture)
        board = caller.want(201, "POST", "boards/", json={"title": "all"})
        pin = caller.upload("pins/", "second #warm", picture, board=str(board["id"]))
        assert set(pin["duplicate_of"]) == {"id", "title", "board"}
        caller.want(201, "POST", f"tags/{pin['tag_set'][0]['id']}/follow_tag")
    settle(scene.stack)
    one.want(202, "POST", "pinterestAccounts/follow", json={"username": two.username})
    two.want(202, "POST", "pinterestAccounts/follow", json={"username": one.username})
    reads = ["rest-auth/user/", "pins/?limit=3", "pins/following_pin", "boards/",
             f"boards/{board['id']}", f"pins/?board={board['id']}", "tags/?limit=2",
             f"pins/?tag={pin['tag_set'][0]['id']}", f"tags/?users__username={one.username}",
             "pinterestAccounts/following-user", "pinterestAccounts/following-tag",
             f"users/{one.username}/followers", f"users/{one.username}/followings",
             f"pinterestAccounts/user/{two.username}", f"pins/{pin['id']}",
             f"boards/?author__username={two.username}"]
    for caller in (one, two, Caller(scene)):
        for path in reads:
            answer = caller.get(path)
            assert answer.status_code in (200, 401), (path, answer.text)
            if answer.status_code == 401:
                assert caller.user is None
            else:
                found = answer.json()
                assert found.get("results", True) if isinstance(found, dict) else found, path


# What answers must not tell.

def test_addresses_are_their_owners_alone(scene):  # noqa: F811
    one, two = Caller(scene).sign_up(), Caller(scene).sign_up()
    path = f"pinterestAccounts/user/{one.username}"
    assert one.want(200, "GET", path)["email"] == one.email
    for caller in (two, Caller(scene), scene.callers["staff"]):
        told = caller.want(200, "GET", path)
        assert told["email"] is None and told["email_verified"] is None
    # nor by what is refused: both answer alike, but for the words of the field
    taken = Caller(scene).post("rest-auth/registration/", json={
        "email": one.email, "username": tools.unique("m"), "password1": "Quiet-harbour-77",
        "password2": "Quiet-harbour-77"})
    assert taken.status_code == 400 and one.email not in taken.text


HOSTILE = ["' or '1'='1", "\"; drop table pin; --", "$1", "%s%n", "{{7*7}}", "../../etc/passwd",
           "\\x00", "<script>", "\u2028", "{\"a\":1}", "x" * 5000, "\U0001f600" * 300, "-1", "1e99"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_refusals_tell_nothing_of_the_inside(scene, text):  # noqa: F811
    """Z9: whatever is sent in every place of every route.  That nothing is
    told is looked at by scene.Caller."""
    caller = scene.callers["user"]
    for route in scene.routes:
        if route["path"].endswith(("/logout", "/change", "/registration")):
            continue
        path = re.sub(r"\{\w+\}", tools.requests.utils.quote(text[:900], safe=""), route["path"])
        fields = {f["name"]: text for f in route["fields"] if f["from"] == "query"}
        body = {f["name"]: text for f in route["fields"] if f["from"] == "body"}
        options = {"json": body} if body else {}
        ends = (route["method"], route["path"]) in ENDS_LOGIN
        who = Caller(scene).sign_up() if ends else caller
        answer = who.request(route["method"], path, params=fields, **options)
        assert answer.status_code < 500, (route["path"], answer.text)


@pytest.mark.parametrize("body,kind", [
    (b"{", "application/json"), (b"[]", "application/json"), (b"null", "application/json"),
    (b'{"a":1,"a":2}', "application/json"), (b"\xff\xfe", "application/json"),
    (b'{"title":"\\ud800"}', "application/json"), (b"%", "application/x-www-form-urlencoded"),
    (b"a=%zz", "application/x-www-form-urlencoded"), (b"x", "multipart/form-data"),
    (b"--x\r\n", "multipart/form-data; boundary=x"), (b"<a/>", "application/xml"),
    (b"a", "text/plain"), (b"a", ""), (b"[" * 5000, "application/json")])
def test_broken_bodies_tell_nothing_of_the_inside(scene, body, kind):  # noqa: F811
    caller = scene.callers["user"]
    for route in scene.routes:
        if route["method"] in ("POST", "PUT", "PATCH") and any(
                f["from"] == "body" for f in route["fields"]):
            path = re.sub(r"\{\w+\}", "1", route["path"])
            answer = caller.request(route["method"], path, data=body,
                                    headers={"Content-Type": kind})
            assert answer.status_code in (400, 403, 404, 415), (path, answer.text)


@pytest.mark.parametrize("path", [
    "/api", "/api/", "/api/none", "/api/pins/1/none", "/none", "/api/pins;x",
    "/api/PINS/", "/api/pins.json", "/api/.git/config", "/api/admin/", "/api/debug", "/api/metrics.json",
    "/api/swagger.json", "/api/__debug__/", "/.env", "/server-status", "/media/", "/media/../x"])
def test_there_is_nothing_else(scene, path):  # noqa: F811
    """Z10: no route that the table does not have."""
    for caller in (scene.callers["anonymous"], scene.callers["staff"]):
        for method in ("GET", "POST"):
            answer = caller.request(method, path)
            assert answer.status_code in (404, 405), answer.text


def test_a_fault_tells_nothing_of_the_inside(scene, signup):  # noqa: F811
    """A 5xx has words, a code and the number of the request, by which the log
    has the reason - without the rows that Postgres would quote."""
    word = tools.unique("row-")
    scene.sql(f"""create function {word.replace('-', '_')}() returns trigger language plpgsql
        as $$ begin raise exception 'select broke at /usr/x.c:1' using detail = 'in {word}',
        hint = 'hint {word}', errcode = 'P0001'; end $$""")
    scene.sql(f"create trigger break_it before insert on board for each row "
              f"when (new.title = '{word}') execute function {word.replace('-', '_')}()")
    try:
        answer = signup().post("boards/", json={"title": word})
    finally:
        scene.sql(f"drop function {word.replace('-', '_')} cascade")
    assert answer.status_code == 500
    scene.document.check("POST", "/api/boards/", answer, fault=True)
    assert answer.json()["code"] == "ERR_DB"
    line, = [x for x in scene.stack.log().splitlines()
             if answer.json()["request"] in x and "fault" in x]
    assert "select broke" in line
    assert not scene.stack.lines(f"in {word}", f"hint {word}")
    scene.secrets.update({f"in {word}", f"hint {word}"})


def test_parts_of_a_file(scene):  # noqa: F811
    one = scene.callers["owner"]
    scene.make_export("", one.id, one)
    for part, status, content in (("bytes=1-", 206, b"K"), ("bytes=0-0", 206, b"P"),
                                  ("bytes=2-", 416, None)):
        answer = one.request("GET", "accounts/export/file", headers={"Range": part})
        assert answer.status_code == status, answer.text
        assert content in (None, answer.content)


def test_every_operation_was_answered(scene):  # noqa: F811
    """With its success, a wrong field, and where there is a login without."""
    for key, operation in scene.document.operations.items():
        seen = scene.document.answered[key]
        assert {int(s) for s in operation["responses"] if s < "300"} <= seen, key
        assert 400 in seen, key


def test_nothing_is_told_in_logs(scene):  # noqa: F811
    """Z8: neither tokens, passwords nor addresses, of all that was used."""
    scene.secrets -= set(HOSTILE)
    assert len(scene.secrets) > 50 and len(scene.mails) > 5
    told = scene.told_in_logs()
    assert not told, "\n".join(told)
