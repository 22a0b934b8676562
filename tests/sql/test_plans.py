"""Plans on a database of 20,000 pins: no query reads a big table from end to
end, forwards or back, and a page costs what a page holds.

The session is set up as infra/pg.c does it: every plan is the generic one."""

import re
import subprocess

import pytest

import filled
from conftest import program

OPTIONS = (
    "-c plan_cache_mode=force_generic_plan -c jit=off -c search_path=public"
    " -c max_parallel_workers_per_gather=0"
    " -c timezone=UTC -c pinwall.media_url=/media/"
)

BIG = {
    "account", "media", "item", "item_list", "pin", "board", "board_item", "tag", "item_tag",
    "follow", "tag_follow", "board_member", "session", "refresh_token", "mail_token", "job",
    "notice", "notice_event", "notice_state",
    "style", "style_image", "style_score",
    "item_count", "item_like", "bookmark", "comment", "comment_mention",
    "report", "report_case", "staff_log",
}

# These may read everything, and why.
WHOLE = {
    "q_meta_counters": "compares every counter, once a day, in a job",
    "q_accounts_sweep": "once an hour, in a job; what is left is little",
    "q_backup_facts": "once a backup, which reads everything: how much there is of it",
}

SAMPLES = {
    "int8": "1", "text": "'person1'", "bool": "true", "timestamptz": "'infinity'",
    "int8[]": "'{1}'", "text[]": "'{a}'", "bytea": "'x'", "float8": "1", "json": "'{}'",
}


def prepared():
    """[(name, [types])] and the text that prepares them."""
    text = subprocess.run(
        [program("checksql"), "--prepare"], capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r"^prepare (\w+)(?: \(([^)]*)\))? as$", text, re.M)
    return [(name, types.split(", ") if types else []) for name, types in found], text


STATEMENTS, PREPARE = prepared()


@pytest.fixture(scope="module")
def database(server):
    one = server.database()
    one.migrate()
    filled.fill(one)
    return one


@pytest.fixture(scope="module")
def session(database):
    connection = database.connect("pinwall", options=OPTIONS)
    with connection.cursor() as cursor:
        cursor.execute(PREPARE)
        yield cursor
    connection.close()


def nodes(plan):
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def explain(session, call, options="format json"):
    session.execute(f"explain ({options}) execute {call}")
    return session.fetchone()[0][0]


def read_whole(plan, kinds=("Seq Scan",)):
    return {
        node["Relation Name"]
        for node in nodes(plan)
        if node["Node Type"] in kinds and node["Relation Name"] in BIG
        and "Index Cond" not in node
    }


def test_the_options_are_those_of_the_program():
    source = (program("pinwall").parents[2] / "fcgi-app/infra/pg_link.c").read_text()
    text = "".join(re.findall(r'"([^"]*)"', source))
    for option in ("plan_cache_mode=force_generic_plan", "jit=off", "search_path=public",
                   "max_parallel_workers_per_gather=0"):
        assert f"\\n{option}\\n" in text


def test_it_is_of_the_size(database):
    for table, least in (
        ("pin", filled.PINS), ("comment", filled.COMMENTS), ("account", filled.PEOPLE),
        ("board", filled.BOARDS),
        ("follow", filled.FOLLOWS), ("tag", filled.TAGS),
    ):
        assert database.sql(f"select count(*) from {table}") == [(least,)]
    for table in BIG:
        assert database.sql(f"select count(*) >= 2000 from {table}") == [(True,)]


@pytest.mark.parametrize("name, types", STATEMENTS, ids=[n for n, _ in STATEMENTS])
def test_no_big_table_is_read_whole(session, name, types):
    call = name + (f"({', '.join(SAMPLES[t] for t in types)})" if types else "")
    plan = explain(session, call)["Plan"]
    if name in WHOLE:
        # all of an index is all of the table, and may be less to read
        assert read_whole(plan, ("Seq Scan", "Index Only Scan")), f"{name} need not be excused"
    else:
        assert not read_whole(plan)


def test_a_whole_read_is_noticed(session):
    session.execute("prepare by_password (text) as select id from account where password = $1")
    assert read_whole(explain(session, "by_password('x')")["Plan"]) == {"account"}
    session.execute("deallocate by_password")


# What a page may read ----------------------------------------------------------

FIRST, LAST = "'infinity', 9223372036854775807", "'-infinity', 0"
MANY = "9223372036854775807, 9223372036854775807"
FEW = "-9223372036854775807, -9223372036854775807"
DEEP = "now() - interval '4 hours', 9223372036854775807"

# Call, and the most rows it may touch.  person1 has the most of everything.
COSTS = [
    *(
        (f"q_pins_page{back}(1, {key}, 53)", 5 * 54)
        for back, key in (("", FIRST), ("", DEEP), ("_back", LAST), ("_back", DEEP))
    ),
    *(
        (f"{name}{back}({args}, {key}, 53)", 8 * 54)
        for name, args in (
            ("q_pins_page_by_author", "1, 'person1'"),
            ("q_pins_page_by_author", "0, 'PERSON1999'"),
            ("q_pins_page_of_board", "1, 1"),
            ("q_pins_page_of_tag", "1, 1"),
        )
        for back, key in (("", FIRST), ("", DEEP), ("_back", LAST))
    ),
    ("q_pins_one(1, 1)", 10),
    # three pictures each, with what is in the rule and who made it
    *(
        (f"{name}{back}({args}, {key}, 21)", 21 * 20)
        for name, args in (("q_styles_latest", "1"), ("q_styles_of_person", "2, 1"))
        for back, key in (("", FIRST), ("_back", LAST))
    ),
    ("q_styles_popular(1, 9223372036854775807, 9223372036854775807, 21)", 21 * 20),
    (f"q_styles_following(1900, {FIRST}, 21)", 2000),
    # everybody's newest, then a page's worth of a page's worth
    *((f"q_pins_following{b}(1, {k}, 53)", 12000) for b, k in (("", FIRST), ("_back", LAST))),
    *((f"q_pins_following{b}(1900, {k}, 53)", 1500) for b, k in (("", FIRST), ("_back", LAST))),
    *(
        (f"q_pins_page_by_follower{b}(1, null, 'person1', {k}, 53)", 4500)
        for b, k in (("", FIRST), ("_back", LAST))
    ),
    (f"q_pins_page_by_follower(1, null, 'nobody', {FIRST}, 53)", 10),
    # what is on the boards of the title
    (f"q_pins_page_of_title(1, null, null, 'Board 1', {FIRST}, 53)", 3000),
    (f"q_pins_page_of_title(1, null, null, 'no such board', {FIRST}, 53)", 10),
    # twelve pictures a board, with their owners
    *(
        (f"{name}{back}({args}, {key}, 41)", 41 * (12 * 6 + 20))
        for name, args in (
            ("q_boards_page", "1"), ("q_boards_page_by_author", "2, 'person1'"),
            ("q_boards_page_of_viewer", "1"),
        )
        for back, key in (("", FIRST), ("_back", LAST))
    ),
    ("q_boards_one(1, 1)", 200 * 6 + 20), ("q_boards_shared(1)", 20 * (12 * 6 + 20)),
    ("q_boards_members(1, 1)", 40), ("q_boards_invitations(1)", 20),
    ("q_boards_allowed(1, 1, 'add')", 1), ("q_boards_entry(1, 1, 1)", 5),
    # the boards of a person, the pins of a board: each once or twice
    ("q_boards_hold_all(1)", 200), ("q_boards_hold(1, 1, 1)", 5),
    ("q_boards_of_item(1, 1)", 900),
    ("q_tags_beginning('TAG11')", 111), ("q_tags_beginning('없')", 0),
    *(
        (f"{name}{back}({args}, {key}, 41)", 41 * 4)
        for name, args in (
            ("q_follows_followers", "'person1', 2"), ("q_follows_followings", "'person1', 2"),
            ("q_compat_profiles_followers", "1, 2"), ("q_compat_profiles_followings", "1, 2"),
            ("q_people_page", "1"),
            ("q_follows_mine", "1"), ("q_follows_my_tags", "1"),
            ("q_tags_page_of_user", "'person1', 2"),
        )
        for back, key in (("", FIRST), ("_back", LAST))
    ),
    # of a group the newest 24 events, and three of those who made them
    *(
        (f"q_notices_page{back}(1, {key}, 21)", 21 * (1 + 24 + 3 * 2))
        for back, key in (("", f"{2**62}, {2**62}"), ("", "500, 500"), ("_back", "0, 0"))
    ),
    ("q_notices_count(1)", 1), ("q_notices_settings(1)", 1),
    ("q_notices_read_one(1, 500)", 5),
    (f"q_tags_page({FIRST}, 41)", 41),
    ("q_tags_one(1, 1)", 5), ("q_tags_by_name('TAG5')", 5), ("q_people_named('person5', 1)", 5),
    ("q_people_profile(0, 'person5', 1)", 9), ("q_people_published(5, 1)", 9), ("q_people_me(5)", 9),
    ("q_pins_visible(1, 1)", 5), ("q_boards_visible(1, 1)", 5),
    # a comment, its item, author and counters; ten replies of such
    *(
        (f"q_comments_{name}{back}(1, 1, {key}, 21)", most)
        for name, first, last, most in (
            ("page", FIRST, LAST, 21 * 11 * 12), ("top", MANY, FEW, 21 * 11 * 12),
            ("replies", MANY, FEW, 21 * 12),
        )
        for back, key in (("", first), ("_back", last))
    ),
    ("q_comments_one(20001, 1)", 11 * 12), ("q_comments_thread(20001, 1)", 8),
    ("q_comments_place(20001, 1)", 8), ("q_items_reach(1, 1)", 8), ("q_likes_social(1, 1)", 8),
    *(
        (f"{name}{back}({args}, {key}, 41)", 41 * most)
        for name, args, most in (("q_likes_page", "1, 1", 3), ("q_likes_saved", "1", 8))
        for back, key in (("", FIRST), ("_back", LAST))
    ),
    ("q_compat_accounts_profile(1)", 2500),
    # likes of a thousand comments, the last there are, are passed over
    *((f"q_likes_liked{b}(1, {k}, 41)", 2000) for b, k in (("", FIRST), ("_back", LAST))),
    # a case with its thing, whose page, its owner and their picture
    *((f"q_staff_{name}({FIRST}, 41)", 41 * 8) for name in ("open", "closed")),
    *((f"q_staff_{name}({DEEP}, 41)", 41 * 8) for name in ("open", "closed")),
    *((f"q_staff_one({case})", 20) for case in (1, 2, 3500, 4999)),
    *((f"q_staff_{name}({key}, 41)", 41 * 2) for name in ("log", "users")
      for key in (FIRST, DEEP)),
    # found by their names, and by their addresses
    (f"q_staff_users_like('PERSON19', {FIRST}, 41)", 111 * 4),
    (f"q_staff_users_like('person1999', {FIRST}, 41)", 4),
    (f"q_staff_users_like('nobody', {FIRST}, 41)", 0),
    (f"q_staff_jobs({FIRST}, 41)", 41), (f"q_staff_dead({2**62}, {2**62}, 41)", 41),
    # whoever is logged in
    ("q_session_me(1)", 4),
    # a thousand each of three lists, a hundred boards of twelve
    ("q_people_one(1, null, 2)", 5000 + 100 * (12 * 5 + 20)),
]


def rows_read(plan):
    """Rows that the scans of tables gave or threw away."""
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in nodes(plan)
        if "Relation Name" in node and "Scan" in node["Node Type"]
    )


@pytest.mark.parametrize("call, most", COSTS, ids=[c for c, _ in COSTS])
def test_a_page_costs_what_it_holds(session, call, most):
    plan = explain(session, call, "analyze, timing off, format json")["Plan"]
    assert rows_read(plan) <= most


# The right rows ----------------------------------------------------------------

def fetch(session, call, column="id"):
    session.execute(f"execute {call}")
    names = [c.name for c in session.description]
    return [row[names.index(column)] for row in session.fetchall()]


VISIBLE = "i.kind = 'pin' and can_see(true, i.owner, i.visibility, i.deleted_at, 1)"
NAIVE = {
    "q_pins_following(1, {})": f"""select i.id, i.created_at from item i where {VISIBLE}
        and (exists (select from follow where follower = 1 and followee = i.owner)
        or exists (select from item_tag it join tag_follow tf on tf.tag = it.tag
            where tf.account = 1 and it.item = i.id))""",
    "q_pins_following(1500, {})": """select i.id, i.created_at from item i
        where i.kind = 'pin' and can_see(true, i.owner, i.visibility, i.deleted_at, 1500)
        and (exists (select from follow where follower = 1500 and followee = i.owner)
        or exists (select from item_tag it join tag_follow tf on tf.tag = it.tag
            where tf.account = 1500 and it.item = i.id))""",
    "q_pins_page_by_follower(1, null, 'Person7', {})": f"""select i.id, i.created_at
        from item i where {VISIBLE} and i.owner in
        (select followee from follow where follower = 7)""",
    "q_pins_page_by_follower(1, 'Person3', 'person7', {})": f"""select i.id, i.created_at
        from item i where {VISIBLE} and i.owner = 3 and i.owner in
        (select followee from follow where follower = 7)""",
    "q_pins_page_of_title(1, null, null, 'Board 3', {})": f"""select i.id, i.created_at
        from item i where {VISIBLE} and i.id in (select item from board_item
        join board b on b.id = board where title = 'Board 3' and b.visibility = 0)""",
    "q_pins_page_of_title(1, 'person1', 'person7', 'Board 3', {})": f"""select i.id,
        i.created_at from item i where {VISIBLE} and i.id in (select item from board_item
        join board b on b.id = board where title = 'Board 3' and b.visibility = 0)
        and i.owner = 1 and i.owner in (select followee from follow where follower = 7)""",
    "q_pins_page(1, {})": f"select i.id, i.created_at from item i where {VISIBLE}",
    "q_pins_page_by_author(1, 'Person2', {})":
        f"select i.id, i.created_at from item i where {VISIBLE} and i.owner = 2",
}


@pytest.fixture(scope="module")
def some_hidden(database):
    """A tenth of the pins is their owner's alone."""
    database.sql("update item set visibility = 1 where id % 10 = 3")
    database.sql("update board set visibility = 0 where id = 3")
    yield
    database.sql("update item set visibility = 0")


@pytest.mark.parametrize("call", NAIVE)
def test_pages_have_the_rows_of_a_naive_reading(session, database, some_hidden, call):
    want = [
        row[0] for row in database.sql(NAIVE[call] + " order by i.created_at desc, i.id desc")
    ]
    assert call.startswith("q_pins_page_by_follower(1, 'P") or len(want) > 20 or "'person7'" in call
    back = call.replace("(", "_back(", 1)
    for start in range(0, min(len(want), 400), 37):
        if start == 0:
            key = FIRST
        else:
            at = database.sql("select created_at from item where id = %s", (want[start - 1],))
            key = f"'{at[0][0].isoformat()}', {want[start - 1]}"
            assert fetch(session, back.format(f"{key}, 40")) == want[:start - 1][::-1][:40]
        assert fetch(session, call.format(f"{key}, 40")) == want[start:start + 40]
