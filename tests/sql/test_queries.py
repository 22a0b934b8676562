"""Every query against the schema: what checksql says of all of them, that it
finds what is wrong, and that each file runs in psql."""

import re
import subprocess
from pathlib import Path

import pytest

from conftest import TOP, program

QUERIES = sorted((TOP / "sql" / "queries").glob("*/*.sql"))


def check(checksql, database, role="pinwall"):
    return subprocess.run(
        [checksql, database.dsn(role)], capture_output=True, text=True, timeout=120
    )


def test_every_query_is_what_it_declares(migrated):
    done = check(program("checksql"), migrated)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(r"\d+ queries, \d+ of them both ways: 0 differences\n", done.stdout)
    assert int(done.stdout.split()[0]) == len(QUERIES)


def test_an_empty_database_differs_from_all(server):
    done = check(program("checksql"), server.database())
    assert done.returncode == 1
    assert 'relation "account" does not exist' in done.stdout
    # ... and not only from the first
    assert len(done.stdout.splitlines()) > len(QUERIES)


def test_no_database(server):
    done = subprocess.run(
        [program("checksql"), "host=/nonexistent"], capture_output=True, text=True
    )
    assert done.returncode == 2


# A file, and what is said of it; `%` stands for the header of a list.
WRONG = {
    "missing_table": ("-- in: a int8\n-- out: b int8\nselect b from nothing where b = $1",
                      'relation "nothing" does not exist'),
    "no_sql": ("-- out: b int8\nselect b frm account", "syntax error"),
    "other_type": ("-- out: id int4\nselect id from account",
                   "column id is bigint, not integer"),
    "varchar": ("-- out: name text\nselect 'x'::varchar(3) as name",
                "column name is character varying, not text"),
    "other_name": ("-- out: name text\nselect username from account",
                   "column 1 is username, not name"),
    "too_few": ("-- out: id int8\nselect id, username from account",
                "has 2 columns, not 1"),
    "too_many": ("-- out: id int8, name text\nselect id from account",
                 "has 1 columns, not 2"),
    "undeclared": ("select id from account", "has 1 columns, not 0"),
    "no_column": ("-- out: id int8\ndelete from account", "has 0 columns, not 1"),
    "turned": ("-- out: id int8, username text\nselect username, id from account",
               "column 1 is username, not id"),
    "not_used": ("-- in: a int8, b int8\n-- out: id int8\nselect id from account where id = $2",
                 "parameter 1 is not used"),
    "one_too_many": ("-- in: a int8\n-- out: id int8\n"
                     "select id from account where id = $1 and id < $2::int8",
                     "has 2 parameters, not 1"),
    "wrong_operator": ("-- in: a text\n-- out: id int8\nselect id from account where id = $1",
                       "operator does not exist: bigint = text"),
    "no_key": ("-- in: page\n-- out: id int8\nselect id from account\n"
               "where (created_at, id) < ($1, $2) -- keyset\n"
               "order by created_at desc, id desc -- keyset\nlimit $3",
               "a list has its key in _at"),
    "back_only": ("-- in: page\n-- out: _at time, _id int8\n"
                  "select created_at as _at, id as _id from account\n"
                  "where username < 'a' and -- keyset\n"
                  "(created_at, id) < ($1, $2) order by created_at <-> id -- keyset\n"
                  "limit $3", "operator does not exist"),
    "twice": ("-- out: id int8, id int8\nselect id, id from account",
              "column id comes twice"),
    "apart": ("-- out: a.x int8, b int8, a.y int8\n"
              'select 1::int8 as "a.x", 2::int8 as b, 3::int8 as "a.y"',
              "a.y stands apart from a.x"),
}


@pytest.fixture(scope="module")
def found(migrated, tmp_path_factory):
    """What a checksql made of wrong queries says, a list of lines a query."""
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "wrong").mkdir()
    (folder / "gen").mkdir()
    good = TOP / "sql" / "queries" / "pins" / "page.sql"
    (folder / "wrong" / "good.sql").write_text(good.read_text())
    for name, (text, _) in WRONG.items():
        (folder / "wrong" / f"{name}.sql").write_text(f"-- About {name}.\n{text}\n")
    subprocess.run(
        ["gawk", "-f", TOP / "fcgi-app/tools/sqlgen.awk", "-v", f"dir={folder}/gen",
         *sorted((folder / "wrong").glob("*.sql"))],
        check=True,
    )
    core = TOP / "fcgi-app"
    library = program("checksql").parent / "libpinwall.a"
    libpq = subprocess.run(
        ["pkg-config", "--cflags", "libpq"], capture_output=True, text=True, check=True
    ).stdout.split()
    subprocess.run(
        ["gcc", "-std=gnu11", "-D_GNU_SOURCE", f"-I{core}/core", f"-I{core}/infra",
         f"-I{folder}/gen", *libpq, "-o", folder / "checksql",
         core / "tools" / "checksql.c", folder / "gen" / "queries.c", library, "-lpq"],
        check=True,
    )
    done = check(folder / "checksql", migrated)
    assert done.returncode == 1
    lines = {}
    for line in done.stdout.splitlines()[:-1]:
        name, _, what = line.partition(": ")
        lines.setdefault(Path(name.split()[0]).stem, []).append((name, what))
    assert done.stdout.splitlines()[-1].startswith(f"{len(WRONG) + 1} queries, 3 of them")
    return lines


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_query_is_found(found, name):
    assert any(WRONG[name][1] in what for _, what in found[name]), found[name]


def test_a_right_query_is_not_found(found):
    assert "good" not in found


def test_the_way_back_is_looked_at(found):
    assert any("(back)" in where for where, _ in found["back_only"])


TYPES = {
    "int8": "bigint", "text": "text", "bool": "boolean", "time": "timestamptz",
    "float8": "double precision", "int8s": "bigint[]", "texts": "text[]", "bytes": "bytea",
    "json": "json",
}


def parameter_types(text):
    types = []
    for declared in re.findall(r"^-- in:(.*)", text, re.M):
        for one in filter(None, map(str.strip, declared.split(","))):
            name, _, kind = one.partition(" ")
            if name == "page" or kind.strip() == "page":
                types += ["bigint" if kind.strip() == "page" else "timestamptz"]
                types += ["bigint", "bigint"]
            else:
                types.append(TYPES[kind.strip()])
    return types


def test_every_file_runs_in_psql(migrated):
    """Whole, with its comments, as somebody would paste it."""
    script = ["\\set ON_ERROR_STOP 1"]
    for path in QUERIES:
        types = parameter_types(path.read_text())
        script.append(
            f"\\echo {path.parent.name}/{path.name}\nprepare it"
            + (f" ({', '.join(types)})" if types else "")
            + f" as\n{path.read_text()};\ndeallocate it;"
        )
    done = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", migrated.dsn("pinwall")],
        input="\n".join(script), capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stdout.splitlines()[-1:] + [done.stderr]
    assert len(done.stdout.split()) == len(QUERIES)


def test_what_is_prepared_is_what_is_written(migrated):
    """`checksql --prepare` prints what a worker prepares."""
    text = subprocess.run(
        [program("checksql"), "--prepare"], capture_output=True, text=True, check=True
    ).stdout
    connection = migrated.connect("pinwall")
    with connection.cursor() as cursor:
        cursor.execute(text)
        cursor.execute("select name from pg_prepared_statements")
        names = {name for (name,) in cursor.fetchall()}
    connection.close()
    for path in QUERIES:
        name = f"q_{path.parent.name}_{path.stem}"
        assert name in names
        assert ("-- keyset" in path.read_text()) == (f"{name}_back" in names)


# Who may see a row ---------------------------------------------------------

# Queries that read items or boards without asking can_see, and why.
WITHOUT_CAN_SEE = {
    "backup/facts.sql": "counts what a backup has, and shows nobody any of it",
    "portable/board.sql": "an account's own, for its owner: owner or account = $1",
    "portable/board_cover.sql": "an account's own, for its owner: owner or account = $1",
    "portable/board_item.sql": "an account's own, for its owner: owner or account = $1",
    "portable/board_items.sql": "an account's own, for its owner: owner or account = $1",
    "portable/boards.sql": "an account's own, for its owner: owner or account = $1",
    "portable/bookmarks.sql": "an account's own, for its owner: owner or account = $1",
    "portable/comment.sql": "an account's own, for its owner: owner or account = $1",
    "portable/comments.sql": "an account's own, for its owner: owner or account = $1",
    "portable/covers.sql": "an account's own, for its owner: owner or account = $1",
    "portable/likes.sql": "an account's own, for its owner: owner or account = $1",
    "portable/member.sql": "an account's own, for its owner: owner or account = $1",
    "portable/members.sql": "an account's own, for its owner: owner or account = $1",
    "portable/mutes.sql": "an account's own, for its owner: owner or account = $1",
    "portable/pin.sql": "an account's own, for its owner: owner or account = $1",
    "portable/pin_tag.sql": "an account's own, for its owner: owner or account = $1",
    "portable/pin_tags.sql": "an account's own, for its owner: owner or account = $1",
    "portable/pins.sql": "an account's own, for its owner: owner or account = $1",
    "portable/section.sql": "an account's own, for its owner: owner or account = $1",
    "portable/sections.sql": "an account's own, for its owner: owner or account = $1",
    "portable/style.sql": "an account's own, for its owner: owner or account = $1",
    "portable/style_picture.sql": "an account's own, for its owner: owner or account = $1",
    "portable/style_pictures.sql": "an account's own, for its owner: owner or account = $1",
    "portable/styles.sql": "an account's own, for its owner: owner or account = $1",
    "portable/trash_import.sql": "an account's own, for its owner: owner or account = $1",
    "meta/counters.sql": "a job that counts all there is, and shows nobody any of it",
    "index/size.sql": "the last id there is, of whatever it may be",
    "boards/add.sql": "makes the viewer's own",
    "boards/hold_items.sql": "locks items that can_see is asked for by the next statement",
    "boards/hold_two.sql": "locks boards that can_do is asked for by the next statement",
    "boards/leave_home.sql": "locks the viewer's own, and one that can_do is asked for",
    "boards/hold_all.sql": "the viewer's own alone: owner = $1",
    "boards/move.sql": "the viewer's own alone: owner = $2",
    "items/tag.sql": "by an id whose owner was checked in the same transaction",
    "comments/add.sql": "makes the viewer's own",
    "comments/remove.sql": "its author's, or on the viewer's own item: owner",
    "pins/edit.sql": "by an id whose owner was checked in the same transaction",
    "pins/mine.sql": "the viewer's own alone: owner = $2",
    "pins/add.sql": "makes the viewer's own",
    "styles/add.sql": "makes the viewer's own",
    "trash/purge.sql": "a job that removes what nobody has seen for thirty days",
    "trash/purge_boards.sql": "a job that removes what nobody has seen for thirty days",
}

OWNED = {"item", "board", "shown_pin", "shown_board", "shown_comment", "shown_style"}
HIDDEN = {"item", "board", "board_item", "item_tag", "pin", "shown_pin", "shown_board",
          "comment", "shown_comment", "style", "style_image", "shown_style"}


RULE = re.compile(r"\bcan_(see|list|see_board|see_invited|do)\(")


def tables_of(text):
    """The tables named after from, join, using, update, into, and commas."""
    code = re.sub(r"--.*", "", text).lower()
    names = set()
    for clause in re.findall(
        r"\b(?:from|join|using|update|into)\s+((?:\w+(?:\s+(?:as\s+)?\w+)?\s*,\s*)*\w+)", code
    ):
        names |= {part.split()[0] for part in clause.split(",") if part.split()}
    return names


def without_fences(code):
    """A lateral select that ends with `offset 0` is a join that is not begun from
    elsewhere (0039_plans.sql): its tables are those of the select around it."""
    fence = (r"\b((?:from|join|lateral)\s*)\(\s*"
             r"(select\b[^()]*(?:\([^()]*\)[^()]*)*?\boffset 0)\s*\)")
    while re.search(fence, code):
        code = re.sub(fence, r"\1 \2 ", code)
    return code


def selects_of(text):
    """Each select with what it selects from: text between its parentheses."""
    code = without_fences(re.sub(r"--.*", "", text))
    found, stack = [], [0]
    for i, char in enumerate(code):
        if char == "(":
            stack.append(i + 1)
        elif char == ")":
            found.append(code[stack.pop():i])
    return [code] + [part for part in found if re.match(r"\s*select\b", part)]


def own_text(select):
    """The select without the selects inside of it."""
    while True:
        shorter = re.sub(r"\(\s*select\b[^()]*(?:\([^()]*\)[^()]*)*\)", " (sub) ", select)
        if shorter == select:
            return select
        select = shorter


def guarded_names(text):
    """The names given by `with` to rows that can_see was asked for."""
    names = set()
    for start in re.finditer(r"(?:\bwith|,)\s+(\w+)\s+as\s+(?:materialized\s*)?\(", text):
        depth, end = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        body = text[start.end():end]
        if RULE.search(body) or tables_of(body) & names:
            names.add(start.group(1))
    return names


def unguarded(text):
    """The selects that read from an owned table and do not ask can_see."""
    named = guarded_names(text)
    bad = []
    for select in selects_of(text):
        own = own_text(select)
        tables = tables_of(own)
        # rows of a `with` were asked for there
        if tables & OWNED and not RULE.search(own) and not tables & named:
            bad.append(own)
    return bad


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_can_see_is_asked(path):
    name = f"{path.parent.name}/{path.name}"
    text = path.read_text()
    if name in WITHOUT_CAN_SEE:
        assert unguarded(text), f"{name} need not be excused"
    else:
        assert not unguarded(text), unguarded(text)
        # a row of a table that hangs on items is read with its item or board
        if tables_of(text) & HIDDEN:
            assert RULE.search(text), f"{name} reads {tables_of(text) & HIDDEN}"


def test_an_unguarded_query_is_noticed():
    assert unguarded("select i.id from item i where i.id = $1")
    assert unguarded("select p.id from shown_pin p where p.id = $1")
    assert unguarded(
        "select i.id, (select count(*) from board_item x join board b on b.id = x.board"
        " where x.item = i.id) from item i where can_see(i.owner, 0, null, $1)"
    )
    assert not unguarded(
        "select i.id, (select coalesce(max(b.id), 0) from board b where can_see_board(true, b.owner,"
        " b.visibility, null, b.id, $1)) from item i where can_see(true, i.owner, 0, null, $1)"
    )
    fenced = "select p.id from (select * from shown_pin where id = $1 offset 0) p"
    assert unguarded(fenced)
    assert not unguarded(fenced + " where can_see(p.active, p.owner, 0, null, $1)")
    assert unguarded("select exists (select from item where id = $1 offset 0)"
                     " from account where can_see(true, id, 0, null, $1)")


def test_can_see_is_the_only_rule():
    """No query has a visibility rule of its own; some set it, or tell it."""
    setting = {"boards/add.sql", "boards/edit.sql", *(f"portable/{name}.sql" for name in (
        "pin", "pins", "style", "styles", "board", "boards"))}
    for path in QUERIES:
        if f"{path.parent.name}/{path.name}" in setting:
            continue
        code = re.sub(r"--.*|(can_(see|list|see_board|see_invited|do)|is_live|is_listed)\([^()]*\)", "",
                      path.read_text())
        assert not re.search(r"\bvisibility\b", code), path
