"""The rule cannot be left out unnoticed: in every query, and in every function
of the database, each question for the rule is replaced by `true`, one at a time,
and the query then does something else in the world of rule_world.py than it did.

A query with parameters that are not known here fails: whoever adds one says what
it is to be asked with."""

import itertools
import random
import re

import psycopg2
import pytest
from checks import settle
from rule_world import World
from stack import TOP, Stack

QUERIES = sorted((TOP / "sql" / "queries").glob("*/*.sql"))
RULE = re.compile(r"\bcan_(?:see|list|do)\w*\(")
TYPES = {"int8": "bigint", "float8": "double precision", "text": "text", "bool": "boolean",
         "time": "timestamptz",
         "int8s": "bigint[]", "texts": "text[]", "json": "json", "bytes": "bytea"}
MOST = 6000  # calls of one query, in a random order

# Questions that change nothing, by file (or function) and place, and why.
SAME = {}


def places(text):
    """(start, end) of each question for the rule in code."""
    code = re.sub(r"--.*", lambda m: " " * len(m[0]), text)
    for found in RULE.finditer(code):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(code[end], 0)
            end += 1
        yield found.start(), end


def without(text, place):
    return text[:place[0]] + "true" + text[place[1]:]


def parameters(text):
    """[(name, type)]; a page is three."""
    found = []
    for line in re.findall(r"^-- in:(.*)", text, re.M):
        for one in filter(None, map(str.strip, line.split(","))):
            name, _, kind = one.rpartition(" ")
            if kind == "page":
                key = "bigint" if name else "timestamptz"
                found += [("at", key), ("key", "bigint"), ("limit", "bigint")]
            else:
                found.append((name, TYPES[kind]))
    return found


class Asker:
    def __init__(self, world):
        self.world = world
        self.db = world.stack.connect()
        self.db.autocommit = False
        self.cursor = self.db.cursor()
        self.cursor.execute("set search_path = public; set jit = off;"
                            " set pinwall.media_url = '/media/'")
        self.db.commit()

    def domain(self, name, kind):
        world = self.world
        people, pins, boards = world.ids("person"), world.ids("pin"), world.ids("board")
        names = [t.marker for t in world.of("person")]
        known = {
            ("at", "timestamptz"): ["infinity"], ("at", "bigint"): [2**62],
            ("key", "bigint"): [2**62], ("limit", "bigint"): [200, 1, 2],
            ("most", "bigint"): [200, 1], ("after", "bigint"): [0], ("before", "bigint"): [0],
            ("items", "bigint[]"): [pins], ("pins", "bigint[]"): [pins],
            ("how", "text[]"): [[""] * len(pins)], ("sha256", "bytea"): [world.digest],
            ("hash", "bytea"): world.hashes, ("board", "bigint"): boards,
            ("board", "text"): [t.marker for t in world.of("board")],
            ("tag", "bigint"): [0, *world.tags.values()], ("item", "bigint"): [
                0, *pins, *world.ids("style"), *world.ids("comment")[::9]],
            ("post", "bigint"): world.ids("style"),
            ("pin", "bigint"): pins, ("secret", "bigint"): [-1], ("word", "text"): [None],
            ("role", "text"): ["editor", "viewer"], ("what", "text"): ["own", "edit", "add"],
            ("home", "boolean"): [False, True], ("title", "text"): ["another"],
            ("content", "text"): [None, " ".join("@" + name for name in names[:10])],
            ("link", "bigint"): world.links,
            ("author", "text"): [None, *names], ("follower", "text"): [None, *names],
            ("person", "text"): [None, *names], ("username", "text"): names,
            ("job", "bigint"): [0], ("comment", "bigint"): world.ids("comment"),
            ("section", "bigint"): [0, *world.sections], ("other", "bigint"): boards,
            ("image_ratio", "double precision"): [1], ("reason", "text"): ["spam"],
            ("note", "text"): [""], ("kind", "text"): ["pin", "style", "comment"],
            ("media", "bigint"): [0], ("order", "text"): ["top"], ("host", "text"): [""],
        }
        for who in ("viewer", "owner", "account", "follower", "followee", "person"):
            known[who, "bigint"] = [0, *people]
        assert (name, kind) in known, f"nothing in the world for a parameter {name} {kind}"
        return known[name, kind]

    def arguments(self, text):
        """Those of a query, in an order that is the same each time."""
        domains = [self.domain(name, kind) for name, kind in parameters(text)]
        found = list(itertools.product(*domains))
        random.Random(7).shuffle(found)
        # what is not given leaves room for what is
        found.sort(key=lambda values: -values.count(None))
        return found[:MOST]

    def prepare(self, name, text):
        kinds = ", ".join(kind for _, kind in parameters(text))
        self.cursor.execute(f"prepare {name}" + (f" ({kinds})" if kinds else "")
                            + " as " + text)

    def call(self, name, values):
        """What it answers and does; nothing of it stays."""
        marks = ", ".join(["%s"] * len(values))
        self.cursor.execute("savepoint before_it")
        try:
            self.cursor.execute(f"execute {name}" + (f" ({marks})" if values else ""), values)
            rows = self.cursor.fetchall() if self.cursor.description else []
            made = (self.cursor.rowcount, sorted(map(repr, rows)))
        except psycopg2.Error as error:
            made = type(error).__name__
        self.cursor.execute("rollback to before_it")
        return made

    def differ(self, text, other):
        """The arguments by which the two do different things."""
        try:
            self.prepare("one", text)
            self.prepare("other", other)
            for values in self.arguments(text):
                if self.call("one", values) != self.call("other", values):
                    return values
            return None
        finally:
            self.db.rollback()
            self.cursor.execute("deallocate all")


@pytest.fixture(scope="module")
def asker():
    with Stack({"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1, "cache": 0}) as stack:
        world = World(stack)
        settle(stack)
        world.links = [row[0] for row in world.sql("select id from board_link order by id")]
        yield Asker(world)


CASES = [(path, n) for path in QUERIES for n, _ in enumerate(places(path.read_text()))]


@pytest.mark.parametrize("path, n", CASES,
                         ids=[f"{p.parent.name}/{p.stem}-{n}" for p, n in CASES])
def test_a_query_without_it_is_noticed(asker, path, n):
    text = path.read_text()
    found = asker.differ(text, without(text, list(places(text))[n]))
    name = (f"{path.parent.name}/{path.stem}", n)
    if name in SAME:
        assert found is None, f"{name} need not be excused"
    else:
        assert found is not None, f"{name}: without the rule it is the same"


def test_the_same_query_is_no_other(asker):
    for name in ("pins/page", "boards/add_item", "safety/block"):
        text = (TOP / "sql" / "queries" / f"{name}.sql").read_text()
        assert asker.differ(text, text) is None


# Functions ----------------------------------------------------------------------

# Those that are the rule: what they ask is looked at above.
THE_RULE = {"can_see", "can_list", "can_see_board"}
# What shows that a function does something else, where no query does.
SHOWN_BY = {
    "list_item_boards": "select list_item_boards(array(select id from item)),"
    " (select string_agg(boards::text, '' order by item) from item_list)",
    "mark_comments": "select mark_comments(array(select id from comment)),"
    " (select string_agg(there::text, '' order by id) from comment)",
    "notices_due": "select c.id, d.receiver from comment c join item i using (id),"
    " notices_due('comment', i.owner, c.id) d order by 1, 2",
    # what was deleted comes back, and the other way round
    "told_item": "delete from notice where kind = 'comment'; delete from job;"
    " with n as (insert into notice (receiver, kind, item, root) select min(a.id), 'comment',"
    " min(p.id), min(p.id) from account a, pin p returning id, receiver)"
    " insert into notice_event (notice, topic, actor, source, receiver)"
    " select n.id, 'comment', i.owner, i.id, n.receiver from n, item i where i.kind = 'comment';"
    " update item set deleted_at = case when deleted_at is null then clock_timestamp() end"
    " where kind = 'comment'; select (select count(*) from notice_event"
    " where topic = 'comment'), (select count(*) from job)",
    "can_see_notice": "select a.id, k, x.id, can_see_notice(a.id, k, x.id, 0) from account a,"
    " (select id from item union all select id from board) x,"
    " unnest('{invite,comment}'::notice_kind[]) k order by 1, 2, 3",
    "notices_look": "select notices_look(array(select id from notice)),"
    " (select string_agg(hidden::text, '' order by id) from notice)",
    "notice_about": "select a.id, x.id, n.title from account a, board x,"
    " notice_about(a.id, 'invite', x.id, 0) n order by 1, 2",
    "notices_wanted": "select t.*, w.receiver from (select 'follow'::notice_kind as topic,"
    " a.id as actor, b.id as source from account a, account b"
    " union all select 'invite', b.owner, b.id from board b) t,"
    " notices_wanted(t.topic, t.actor, t.source) w order by 1, 2, 3, 4",
}


def functions(asker):
    """Name -> what makes it, of those that ask the rule."""
    asker.cursor.execute(
        "select proname, pg_get_functiondef(oid) from pg_proc where prokind = 'f'"
        " and pronamespace = 'public'::regnamespace order by 1")
    found = {name: text for name, text in asker.cursor.fetchall()}
    asker.db.rollback()
    return found


def body_places(text):
    start = text.index("\nAS ")
    return [place for place in places(text) if place[0] > start]


def users_of(name, made):
    """The queries that call a function, by way of others too."""
    names, before = {name}, None
    while names != before:
        before = set(names)
        names |= {one for one, text in made.items()
                  if any(re.search(rf"\b{n}\(", text.partition("\nAS ")[2]) for n in before)}
    return [path for path in QUERIES
            if any(re.search(rf"\b{n}\(", path.read_text()) for n in names)]


def noticed(asker, path, changed):
    text = path.read_text()
    try:
        asker.prepare("one", text)
        calls = asker.arguments(text)[:1500]
        before = [asker.call("one", values) for values in calls]
        asker.cursor.execute(changed)
        return any(asker.call("one", values) != was for values, was in zip(calls, before))
    finally:
        asker.db.rollback()
        asker.cursor.execute("deallocate all")


def shown_by(asker, query, changed):
    try:
        asker.cursor.execute(query)
        asker.cursor.execute(query)
        before = asker.cursor.fetchall()
        asker.cursor.execute(changed)
        asker.cursor.execute(query)
        asker.cursor.execute(query)
        return asker.cursor.fetchall() != before
    finally:
        asker.db.rollback()


def test_a_function_without_it_is_noticed(asker):
    made, same, looked = functions(asker), [], 0
    for name, text in made.items():
        for n, place in enumerate(body_places(text) if name not in THE_RULE else ()):
            looked += 1
            changed = without(text, place)
            if name in SHOWN_BY:
                found = shown_by(asker, SHOWN_BY[name], changed)
            else:
                found = any(noticed(asker, path, changed) for path in users_of(name, made))
            if found is ((name, n) in SAME):
                same.append((name, n))
    assert not same, f"without the rule they are the same (or need not be excused): {same}"
    assert looked >= 6
