"""Whoever changes what an answer shows tells so: each answer that may be kept
is read before and after each write, and where it differs the tags that the
triggers told must be among those it depends on.  And what a write tells is what
its row says that it touches."""

import json
import re

import pytest
from checks import quiet
from client import Client, Web, picture, signup, unique
from matrix import EXTRA, KINDS, MATRIX
from scene import DEAD, ROLES, Scene
from stack import TOP, Stack

TYPES = {"int8": "bigint", "float8": "double precision", "text": "text", "bool": "boolean", "time": "timestamptz",
         "int8s": "bigint[]", "texts": "text[]", "json": "json", "bytes": "bytea",
         "page": "timestamptz, bigint, bigint"}


@pytest.fixture(scope="module")
def site():
    web = Web()
    with Stack({"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1, "log_level": 3,
                "fast_workers": 1, "slow_workers": 1, "fetch_allow": web.address,
                "cache": 0}) as stack:
        stack.web = web
        yield stack
        stack.keep_logs("touched")
    web.close()


@pytest.fixture(scope="module")
def routes(site):
    return {(r["method"], r["path"].removeprefix("/api/")): r
            for r in json.loads(site.run("routes", "--json").stdout)}


def resolve(route, values, viewer):
    """The tags that the answer depends on."""
    tags = set()
    for line in route["reads"]:
        for part in line.split("|"):
            name, mark, field = re.fullmatch(r"(\w*)(?:([:?])\{(\w+)\})?", part).groups()
            value = viewer if field == "viewer" else values.get(field)
            if mark and value is None:
                continue
            if name:
                tags.add(f"{name}:{str(value).lower()}" if mark == ":" else name)
            break
    return tags


class Told:
    """The tags in the log since the last look."""

    def __init__(self, site):
        self.site, self.seen = site, 0
        self.site_has_told()

    def site_has_told(self):
        """All that the program and its triggers said."""
        quiet(self.site)
        lines = self.site.log().splitlines()
        new, self.seen = lines[self.seen:], len(lines)
        return {m[1] for m in (re.search(r" touched id=\S+ tag=(.*)", line) for line in new) if m}


class World:
    """People, pins, boards, and every answer that depends on something."""

    def __init__(self, site, routes):
        self.site, self.routes = site, routes
        self.ann, self.ben = signup(site), signup(site)
        self.pins = [self.ann.upload("pins/", f"one {i} #{unique('t')} #shared", picture(seed=i))
                     ["id"] for i in range(3)]
        self.boards = [self.ann.want(201, "POST", "boards/", json={"title": f"Board {i}"})["id"]
                       for i in range(2)]
        self.ann.want(201, "POST", f"boards/{self.boards[0]}/add_pin", json={"id": self.pins[0]})
        self.tag = self.ann.get(f"pins/{self.pins[0]}").json()["tag_set"][0]["id"]
        self.ben.want(202, "POST", "pinterestAccounts/follow",
                      json={"username": self.ann.username})

    def asked(self):
        """(route, values, query) of each answer."""
        for name in (self.ann.username, self.ben.username):
            yield "pinterestAccounts/user/{username}", {"username": name}, {}
            yield "users/{username}", {"username": name}, {}
            yield "users/{username}/followers", {"username": name}, {}
            yield "users/{username}/followings", {"username": name}, {}
            yield "boards", {}, {"author__username": name}
            yield "pins", {}, {"author__username": name}
            yield "pins", {}, {"author__follower__username": name}
            yield "tags", {}, {"users__username": name}
        for pin in self.pins:
            yield "pins/{pin}", {"pin": pin}, {}
            yield "items/{item}/social", {"item": pin}, {}
            yield "items/{item}/comments", {"item": pin}, {}
            yield "items/{item}/comments", {"item": pin}, {"order": "top"}
        for board in self.boards:
            yield "boards/{board}", {"board": board}, {}
            yield "pins", {}, {"board": board}
        for path, query in (("pins", {}), ("pins", {"boards__title": "Board 0"}),
                            ("pins", {"tag": self.tag}), ("boards", {}), ("tags", {}),
                            ("bookmarks", {}),
                            ("pins/following_pin", {}), ("pinterestAccounts/following-user", {}),
                            ("pinterestAccounts/following-tag", {})):
            yield path, {}, query
        yield "tags/{tag}", {"tag": self.tag}, {}

    def look(self):
        found = {}
        for path, values, query in self.asked():
            route = self.routes["GET", path]
            for who in (None, self.ann, self.ben):
                if who is None and route["auth"] == "user":
                    continue
                reader = who or Client(self.site)
                answer = reader.get(path.format(**values) + "/" * ("{" not in path), params=query)
                tags = resolve(route, {**values, **query},
                               who.user["id"] if who else 0)
                found[path, str(values), str(query), who and who.username] = (
                    answer.status_code, answer.text, tags)
        return found


@pytest.fixture(scope="module")
def world(site, routes):
    return World(site, routes)


def writes(w):
    """What people do, each a function of its name."""
    ann, ben = w.ann, w.ben
    first, board, other = w.pins[0], w.boards[0], w.boards[1]
    new = {}

    def talk(who, path, said):
        made = who.want(201, "POST", path.format(**new), json={"content": said})
        new["comment" if "items" in path else "reply"] = made["id"]

    def make():
        new["pin"] = ben.upload("pins/", "by ben #shared", picture(seed=77))["id"]

    return {
        "make a pin": make,
        "edit a pin": lambda: ann.want(200, "PATCH", f"pins/{first}",
                                       json={"title": "other #words #shared"}),
        "put on a board": lambda: ann.want(201, "POST", f"boards/{other}/add_pin",
                                           json={"id": new["pin"]}),
        "take off a board": lambda: ann.delete(f"boards/{other}/pins/{new['pin']}"),
        "rename a board": lambda: ann.want(200, "PATCH", f"boards/{board}",
                                           json={"title": unique("b")}),
        "put one more": lambda: ann.want(201, "POST", f"boards/{board}/add_pin",
                                         json={"id": w.pins[1]}),
        "move a pin on a board": lambda: ann.want(204, "POST", f"boards/{board}/move_pin",
                                                  json={"id": w.pins[1]}),
        "move a board": lambda: ann.want(204, "POST", f"boards/{board}/move",
                                         json={"before": other}),
        "hide a board": lambda: ann.want(200, "PATCH", f"boards/{board}", json={"secret": True}),
        "show a board": lambda: ann.want(200, "PATCH", f"boards/{board}", json={"secret": False}),
        "hide a pin": lambda: w.site.sql("update item set visibility = 1 where id = %s", (first,)),
        "show a pin": lambda: w.site.sql("update item set visibility = 0 where id = %s", (first,)),
        "follow": lambda: ann.want(202, "POST", "pinterestAccounts/follow",
                                   json={"username": ben.username}),
        "follow a tag": lambda: ann.want(201, "POST", f"tags/{w.tag}/follow_tag"),
        "unfollow a tag": lambda: ann.want(202, "POST", f"tags/{w.tag}/unfollow_tag"),
        "unfollow": lambda: ann.want(202, "POST", "pinterestAccounts/unfollow",
                                     json={"username": ben.username}),
        "rename a tag": lambda: w.site.sql("update tag set tag_name = %s where id = %s",
                                           (unique("t"), w.tag)),
        "an avatar": lambda: ann.want(200, "PATCH", "rest-auth/user",
                                      files={"avatar": ("a.png", picture(seed=5))}),
        "like": lambda: ben.want(200, "PUT", f"items/{first}/like"),
        "save for later": lambda: ben.want(200, "PUT", f"items/{first}/bookmark"),
        "comment": lambda: talk(ben, f"items/{first}/comments", "one"),
        "reply": lambda: talk(ann, "comments/{comment}/replies", f"@{ben.username}"),
        "like a comment": lambda: ann.want(200, "PUT", f"items/{new['comment']}/like"),
        "like a reply": lambda: ben.want(200, "PUT", f"items/{new['reply']}/like"),
        "edit a comment": lambda: ben.want(200, "PATCH", f"comments/{new['comment']}",
                                           json={"content": f"two @{ann.username}"}),
        "remove a comment": lambda: ben.want(204, "DELETE", f"comments/{new['comment']}"),
        "restore it": lambda: ben.want(200, "POST", f"comments/{new['comment']}/restore"),
        "take down a comment": lambda: w.site.sql(
            "update item set visibility = 2 where id = %s", (new["comment"],)),
        "remove a reply": lambda: ann.want(204, "DELETE", f"comments/{new['reply']}"),
        "unlike": lambda: ben.want(200, "DELETE", f"items/{first}/like"),
        "save no longer": lambda: ben.want(200, "DELETE", f"items/{first}/bookmark"),
        "comment again": lambda: talk(ben, f"items/{w.pins[1]}/comments", "last"),
        "remove a tag": lambda: w.site.sql("delete from tag where id = %s", (w.tag,)),
        "make a board": lambda: ben.want(201, "POST", "boards/", json={"title": unique("b")}),
        "invite": lambda: ann.want(201, "POST", f"boards/{other}/members",
                                   json={"username": ben.username, "role": "adder"}),
        "come": lambda: ben.want(200, "POST", f"boards/{other}/accept"),
        "change a role": lambda: ann.want(204, "PATCH", f"boards/{other}/members/{ben.username}",
                                          json={"role": "viewer"}),
        "leave": lambda: ben.want(204, "DELETE", f"boards/{other}/members/{ben.username}"),
        "tell of a board": lambda: ann.want(200, "PATCH", f"boards/{other}",
                                            json={"content": "of cups"}),
        "trash a board": lambda: ann.want(204, "DELETE", f"boards/{other}"),
        "restore a board": lambda: ann.want(200, "POST", f"boards/{other}/restore"),
        "remove a pin": lambda: ann.want(204, "DELETE", f"pins/{first}"),
        "remove a board": lambda: ann.want(204, "DELETE", f"boards/{board}"),
        "rename a person": lambda: w.site.sql(
            "update account set username = %s where id = %s", (unique("p"), ben.user["id"])),
        "close an account": lambda: w.site.sql(
            "update account set is_active = false where id = %s", (ben.user["id"],)),
    }


def schemes():
    """Name -> the tables that have a line for it."""
    found = {}
    for line in (TOP / "sql/schemes").read_text().splitlines():
        words = line.split()
        if words and not line.startswith("#"):
            found.setdefault(words[0], set()).add(words[1])
    return found


def tables_of(site, name):
    """The tables that a statement reads, by its plan."""
    feature, _, query = name.removeprefix("q_").removesuffix("_back").partition("_")
    text = (TOP / f"sql/queries/{feature}/{query}.sql").read_text()
    given = [word.strip() for line in re.findall(r"^-- in: (.*)", text, re.M)
             for word in line.split(",") if word.strip()]
    types = ", ".join("bigint, bigint, bigint" if word.endswith(" page")
                      else TYPES[word.split()[-1]] for word in given)
    nulls = ", ".join("null" for _ in types.split(", ") if types)
    db = site.connect()
    with db.cursor() as sql:
        sql.execute("set plan_cache_mode = force_generic_plan")
        sql.execute("prepare asked" + (f" ({types})" if given else "") + " as " + text)
        sql.execute("explain (format json) execute asked" + (f"({nulls})" if given else ""))
        plan = sql.fetchone()[0]
    db.close()
    return set(re.findall(r"'Relation Name': '(\w+)'", str(plan)))


def test_an_answer_depends_on_every_table_that_it_is_read_from(site, routes, world):
    """Its declared names have a line for each table in the plans of the
    statements that made it."""
    world.look()
    quiet(site)
    route_of, statements = {}, {}
    for line in site.log().splitlines():
        if m := re.search(r" statement id=(\S+) name=(\w+)", line):
            statements.setdefault(m[1], set()).add(m[2])
        elif m := re.search(r" request id=(\S+) method=GET route=(\S+) status=200", line):
            route_of[m[1]] = m[2].removeprefix("/")
    names, missing, seen, plans = schemes(), [], set(), {}
    for request, path in route_of.items():
        reads = routes["GET", path]["reads"]
        depends = {part for line in reads for part in re.findall(r"(?:^|\|)(\w+)", line)}
        told = {table for name in depends for table in names[name]}
        for statement in statements.get(request, ()) if reads else ():
            if statement not in plans:
                plans[statement] = tables_of(site, statement)
            seen.add(path)
            if plans[statement] - told:
                missing.append((path, statement, sorted(plans[statement] - told)))
    assert not missing, sorted(set(map(str, missing)))
    assert len(seen) >= 12, seen


def outbox(site):
    """Tags told by sessions that are not the program's."""
    rows = site.sql("delete from cache_outbox returning tags")
    return {tag for (tags,) in rows for tag in tags}


def test_whoever_changes_an_answer_tells_so(site, world):
    told = Told(site)
    outbox(site)
    silent, changed = [], set()
    before = world.look()
    for name, write in writes(world).items():
        told.site_has_told()
        write()
        tags = told.site_has_told() | outbox(site)
        after = world.look()
        for key, (status, text, depends) in after.items():
            # who may not come in is not answered from what is kept
            if 401 not in (status, before[key][0]) and (status, text) != before[key][:2]:
                changed.add(key[0])
                if not tags & depends:
                    silent.append((name, key, sorted(tags), sorted(depends)))
        before = after
    assert not silent, "\n".join(map(str, silent[:12]))
    assert len(changed) >= 12, changed


def told_by_route(site):
    """(method, path) -> the names that its requests told."""
    names, found = {}, {}
    for line in site.log().splitlines():
        if m := re.search(r" touched id=(\S+) tag=(\w+)", line):
            names.setdefault(m[1], set()).add(m[2])
        elif m := re.search(r" request id=(\S+) method=(\w+) route=/(\S+) status=2", line):
            found.setdefault((m[2], m[3]), set()).update(names.pop(m[1], set()))
    return found


def many_at_once(ann, full, title):
    """A pin at home on a board, with a section and a cover, and what happens to
    many of them."""
    board, pin = full("both")
    ann.want(200, "PATCH", f"pins/{pin}", json={"board": board})
    ann.want(200, "PUT", f"boards/{board}/cover",
             files={"image": ("a.png", picture(size=(8, 6)))})
    ann.want(200, "DELETE", f"boards/{board}/cover")
    section = ann.want(201, "POST", f"boards/{board}/sections", json={"title": "x"})["id"]
    ann.want(200, "POST", f"boards/{board}/items",
             json={"ids": [pin], "action": "move", "section": section})
    ann.want(204, "DELETE", f"boards/{board}/sections/{section}")
    ann.want(204, "DELETE", f"boards/{board}?pins=trash")
    ann.want(200, "POST", f"boards/{board}/restore")
    for action in ("trash", "restore"):
        assert ann.want(200, "POST", "pins/bulk", json={"ids": [pin], "action": action}) == {
            "changed": 1}
    ann.want(200, "POST", f"boards/{full('boards')}/items", json={"ids": [pin], "action": "add"})


def judge(ann, staff, full):
    """What the staff may do to a pin and a board that have all there is, and to
    somebody with both."""
    board, pin = full("both")
    said = ann.want(201, "POST", f"items/{pin}/comments", json={"content": "well"})["id"]
    other = signup(ann.stack)
    theirs = other.upload("pins/", f"a #{unique('t')}", picture(size=(8, 6)))["id"]
    for what, key, actions in (
            (f"boards/{board}", "board", ("take_down", "restore")),
            (f"items/{said}", "item", ("take_down", "restore")),
            (f"items/{pin}", "item", ("take_down", "restore")),
            (f"items/{theirs}", "item", ("suspend",))):
        staff_two = signup(ann.stack)
        staff_two.want(200, "POST", f"{what}/report", json={"reason": "spam"})
        case, = [one["id"] for one in staff.want(200, "GET", "staff/reports")["results"]
                 if str(one[key]) == what.partition("/")[2]]
        for action in actions:
            staff.want(200, "POST", f"staff/reports/{case}/resolve", json={"action": action})
    staff.want(200, "POST", f"staff/users/{other.username}/unsuspend")


def with_all_there_is(site):
    """Writes to things that have all that belongs to them: a pin has tags and
    boards, a board and a tag have pins, and somebody follows."""
    staff, ann = signup(site), signup(site)
    site.run("user", "staff", staff.username)

    def full(kind):
        pin = ann.upload("pins/", f"a #{unique('t')}", picture(size=(8, 6)))["id"]
        board = ann.want(201, "POST", "boards/", json={"title": unique("b")})["id"]
        ann.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin})
        tag = ann.get(f"pins/{pin}").json()["tag_set"][0]["id"]
        staff.want(200, "PUT", f"tags/{tag}/follow")
        staff.want(200, "PUT", f"items/{pin}/like")
        staff.want(200, "PUT", f"items/{pin}/bookmark")
        staff.want(201, "POST", f"items/{pin}/comments", json={"content": "so it is"})
        return {"pins": pin, "boards": board, "tags": tag, "both": (board, pin)}[kind]

    def title(kind):
        name = "tag_name" if kind == "tags" else "title"
        return {name: unique("t") + (" #other" if kind == "pins" else "")}

    for kind, who in (("pins", ann), ("boards", ann), ("tags", staff)):
        for method, status in (("PUT", 200), ("PATCH", 200), ("DELETE", 204)):
            who.want(status, method, f"{kind}/{full(kind)}",
                     **({} if method == "DELETE" else {"json": title(kind)}))
    many_at_once(ann, full, title)
    board, pin = full("both")
    for path in (f"items/{pin}", "items/" + str(
            ann.want(201, "POST", f"items/{pin}/comments", json={"content": "well"})["id"])):
        staff.want(200, "PUT", f"{path}/like")
        staff.want(200, "DELETE", f"{path}/like")
    staff.want(200, "PUT", f"items/{pin}/bookmark")
    staff.want(200, "DELETE", f"items/{pin}/bookmark")
    ann.want(204, "POST", f"boards/{board}/remove_pin", json={"id": pin})
    board, pin = full("both")
    ann.want(204, "DELETE", f"boards/{board}/pins/{pin}")
    board, pin = full("both")
    ann.upload("pins/", f"b #{unique('t')}", picture(size=(8, 6)), board=board)
    tag = full("tags")
    staff.want(200, "DELETE", f"tags/{tag}/follow")
    ann.want(200, "PATCH", "users/me", data={"username": unique("p")},
             files={"avatar": ("a.png", picture(size=(8, 6)))})
    ann.username = ann.want(200, "GET", "users/me")["username"]
    ann.username = unique("p")
    ann.want(200, "PUT", f"accounts/profile/{ann.user['id']}", json={"username": ann.username})
    for method in ("PUT", "PATCH"):
        ann.want(200, method, f"styles/profiles/{ann.user['id']}", data={"user_name": unique("p")},
                 files={"image": ("a.png", picture(size=(8, 6)))})
    staff.want(200, "PUT", f"users/{ann.username}/follow")
    for method in ("PUT", "DELETE"):
        ann.want(200, method, f"users/{staff.username}/block")
    for method, path in (("POST", "items/{}/restore"), ("DELETE", "trash/{}"),
                         ("DELETE", "trash/")):
        pin = full("pins")
        site.sql("update item set visibility = %s, deleted_at = now() where id = %s",
                 (int(method == "DELETE"), pin))
        ann.want(204, method, path.format(pin))
    for path in ("trash/boards/{}", "trash/"):
        board = full("boards")
        site.sql("update board set visibility = 1, deleted_at = now() where id = %s", (board,))
        ann.want(204, "DELETE", path.format(board))
    judge(ann, staff, full)
    for path in ("rest-auth/user", "pinterestAccounts/user/{}"):
        for method in ("PUT", "PATCH"):
            name, was = unique("p"), ann.username
            ann.want(200, method, path.format(was), data={"username": name, "email": ann.email},
                     files={"avatar": ("a.png", picture(size=(8, 6)))})
            ann.username = name


def test_what_a_write_tells_is_declared(site, routes):
    """Every write, by everybody who may make it: the names that its triggers
    tell are those of its row, no more and no less."""
    scene = Scene(site)
    for row in MATRIX + EXTRA:
        for role in ROLES if row.method != "GET" else ():
            for column, states in KINDS[row.kind].items():
                if role not in DEAD and row.expected(role, column) < 300:
                    assert scene.call(row, role, states[0]).ok
    with_all_there_is(site)
    scene.close()
    quiet(site)
    told, wrong = told_by_route(site), []
    for (method, path), route in routes.items():
        if method == "GET":
            continue
        declared, names = set(route["touches"]), told.get((method, path))
        if declared != names:
            wrong.append(f"{method} {path}: " + (
                "was never called" if names is None else f"tells {sorted(names - declared)}, "
                f"never {sorted(declared - names)}"))
    assert not wrong, "\n".join(wrong)
