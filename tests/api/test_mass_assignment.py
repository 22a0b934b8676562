"""Nothing can be written but the fields of a route (Z2): every column of every
table that a route writes, and names that other programs would know, are
refused by name, and no row changes."""

import pytest
from checks import settle
from matrix import KINDS, MATRIX
from scene import Caller, scene  # noqa: F401

# What the clients of other programs would try.
TRIED = ("user_id", "author_id", "owner_id", "is_superuser", "superuser", "role", "roles", "admin",
         "groups", "user_permissions", "verified", "balance", "last_login", "date_joined",
         "following_user", "following_tag", "follower", "followers", "author", "pk", "_id",
         "__proto__", "constructor", "session", "sid", "user", "account", "viewer", "tag_set",
         "boards")
VALUES = (1, 0, True, "1", "x", None, [1], {"id": 1}, "2020-01-01T00:00:00Z")
WRITES = [row for row in MATRIX if row.tables and row.method in ("POST", "PUT", "PATCH")]


def names_for(scene, row):  # noqa: F811
    route = next(r for r in scene.routes if (r["method"], r["path"]) == row.key)
    columns = {name for name, in scene.sql(
        "select column_name from information_schema.columns where table_schema = 'public' "
        "and table_name = any (%s)", row.tables.split())}
    assert len(columns) > 3
    known = {field["name"] for field in route["fields"] if field["from"] == "body"}
    return sorted((columns | set(TRIED)) - known)


def caller_of(scene, row):  # noqa: F811
    """Whoever may do it to a thing of their own, or else to somebody's."""
    if row.kind == "invitation":
        return "user"
    return next(role for role in ("anonymous", "owner", "user", "staff")
                if row.expected(role, row.columns()[0]) < 300)


def state_of(row):
    return KINDS[row.kind][row.columns()[0]][0]


def test_every_write_is_here(scene):  # noqa: F811
    writes = {(r["method"], r["path"]) for r in scene.routes
              if r["method"] in ("POST", "PUT", "PATCH")}
    assert writes == {row.key for row in WRITES}
    tables = {name for name, in scene.sql(
        "select table_name from information_schema.tables where table_schema = 'public'")}
    assert {table for row in WRITES for table in row.tables.split()} <= tables


@pytest.mark.parametrize("row", WRITES, ids=lambda row: f"{row.method} {row.path}")
def test_no_other_column_can_be_written(scene, row):  # noqa: F811
    role, names = caller_of(scene, row), names_for(scene, row)
    call = scene.prepare(row, role, state_of(row))
    caller = scene.callers[role]
    values = scene.make(row.kind, state_of(row), scene.owner_of(role, row), caller)
    body = scene.body(row, caller, values)
    fields = body.get("json", body.get("data", {}))
    settle(scene.stack)
    before = scene.digest()
    for i, name in enumerate(names):
        answer = call(json={**fields, name: VALUES[i % len(VALUES)]}, data=None, files=None)
        assert answer.status_code == 400, (name, answer.text)
        assert answer.json()[name] == ["this field is not known here"]
    # all of them, each value, in each form, beside what is right and alone
    for value in VALUES[:5]:
        more = dict.fromkeys(names[:50], value)
        texts = {name: str(text) for name, text in {**fields, **more}.items()}
        for options in ({"json": {**fields, **more}, "data": None, "files": None},
                        {"json": more, "data": None, "files": None},
                        {"data": texts, "json": None, "files": None},
                        {"data": texts, "json": None, "files": body.get("files", {
                            "id": ("a", b"1"), "is_staff": ("b.png", b"1")})},
                        {"params": more}):
            answer = call(**options)
            assert answer.status_code == 400, (options, answer.text)
            assert set(more) <= set(answer.json()), answer.text
    assert scene.digest() == before
    # It was none of the rest: without those names the same call passes; nobody
    # follows themselves, nor likes a pin of their own.
    others = row.path.endswith(("follow", "{item}/like", "bookmark")) and row.kind != "style"
    assert scene.call(row, "user" if others and role == "owner" else role,
                      state_of(row)).status_code < 300


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("path", ["rest-auth/user/", "pinterestAccounts/user/{}"])
def test_what_proves_the_owner_is_not_written(scene, method, path):  # noqa: F811
    """`password` is a field of accounts: it proves, and changes nothing."""
    person = Caller(scene).sign_up()
    whole = "select a::text from account a where id = %s"
    before = scene.one(whole, person.id)
    body = {"username": person.username, "email": person.email, "password": "Quite-another-5"}
    person.want(200, method, path.format(person.username), json=body)
    assert scene.one(whole, person.id) == before
    person.want(400, method, path.format(person.username),
                json={**body, "email": "new." + person.email})
    assert scene.one(whole, person.id) == before


def test_a_new_address_is_not_proved(scene):  # noqa: F811
    person = Caller(scene).sign_up()
    scene.sql("update account set email_verified_at = now() where id = %s", person.id)
    answer = person.want(200, "PATCH", "rest-auth/user/", json={
        "email": "new." + person.email, "password": person.password})
    assert answer["email_verified"] is False


def test_staff_cannot_be_made_by_any_body(scene):  # noqa: F811
    """After all of this there is no member of the staff but ours."""
    assert scene.sql("select username from account where is_staff and username = any (%s)",
                     [caller.username for caller in scene.callers.values() if caller.username]) \
        == [(scene.callers["staff"].username,)]


def test_nothing_is_told_in_logs(scene):  # noqa: F811
    told = scene.told_in_logs()
    assert not told, "\n".join(told)
