"""Plans where nothing is known of the tables: of a new site in its first minutes,
of one whose Postgres was killed and forgot what it had counted, of one that was
upgraded.  What people look at costs then about what it costs after ANALYZE.

Buffers are counted, those of functions too, and no time."""

import re

import pytest

import filled
from conftest import TOP
from test_plans import COSTS, FIRST, LAST, MANY, OPTIONS, PREPARE, explain

# What test_plans has no use for: places of others, what is hidden, and from whom.
# Person 3 blocks and mutes, and is blocked.
SCRIPT = """
select setseed(0.25);
set session_replication_role = replica;
insert into block (blocker, blocked, created_at)
select 1 + i % 1500, 1 + (i * 7) % 1999, now() - (i || ' seconds')::interval
from generate_series(1, 3000) i where 1 + i % 1500 <> 1 + (i * 7) % 1999
on conflict do nothing;
insert into block (blocker, blocked) select 3, i from generate_series(100, 140) i
on conflict do nothing;
delete from block where 1 in (blocker, blocked) or 1900 in (blocker, blocked);
insert into mute (account, person, created_at)
select case when i < 50 then 3 else 10 + i % 500 end, 200 + i,
    now() - (i || ' seconds')::interval
from generate_series(1, 1500) i where 200 + i <> 10 + i % 500;
insert into mute (account, tag) select 3, 700 + i from generate_series(1, 20) i;
insert into mute (account, item) select 3, 700 + i from generate_series(1, 20) i;
insert into mute (account, word) values (3, 'nothing');
insert into board_section (board, title)
select 1 + i % 500, 'Section ' || i from generate_series(1, 2000) i;
update board_item x set section = s.id from board_section s
where s.board = x.board and x.item % 4 = s.id / 500 % 4;
insert into board_link (board, role, hash, made_by, expires_at)
select 1 + i % 700, 'adder', sha256(i::text::bytea), 1 + i % 500, now() + interval '1 day'
from generate_series(1, 3000) i;
insert into index_outbox (item, owner)
select 1 + i % 900, 1 + i % 900 from generate_series(1, 900) i;
update item set deleted_at = now() - (id || ' seconds')::interval where id % 13 = 5;
update item set visibility = 1 where id % 31 = 7;
update board set deleted_at = now() - (id || ' seconds')::interval where id % 29 = 7;
set session_replication_role = origin;
"""

NEAR = ",".join(str(n) for n in range(1, 61))
HOW = ",".join(['""'] * 60)

# What people ask for beside COSTS.
MORE = [
    *(
        f"q_comments_{name}{back}({item}, {viewer}, {key}, 21)"
        for item in (1, 900) for viewer in (0, 3)
        for name, first, last in (("page", FIRST, LAST), ("top", MANY, "-1, -1"))
        for back, key in (("", first), ("_back", last))
    ),
    f"q_comments_replies(20001, 3, {MANY}, 21)", "q_comments_one(20001, 3)",
    "q_comments_one(24000, 0)", "q_comments_person(5, 1)", "q_items_reach(20001, 3)",
    "q_likes_turn(20001, 3)", f"q_likes_page(1, 3, {FIRST}, 41)",
    f"q_likes_saved(3, {FIRST}, 41)", f"q_likes_liked(3, {FIRST}, 41)",
    "q_likes_social(1, 3)",
    *(f"q_pins_page({viewer}, {FIRST}, 53)" for viewer in (0, 3, -1)),
    *(f"q_pins_page_by_author({viewer}, 'person2', {FIRST}, 53)" for viewer in (0, 3, -1)),
    *(f"q_pins_page_of_board({viewer}, 1, {FIRST}, 53)" for viewer in (0, 3)),
    *(f"q_pins_page_of_section{back}(0, 1, 500, {key}, 53)"
      for back, key in (("", FIRST), ("_back", LAST))),
    *(f"q_pins_page_of_tag({viewer}, 1, {FIRST}, 53)" for viewer in (0, 3)),
    f"q_pins_following(3, {FIRST}, 53)",
    f"q_pins_page_by_follower(3, null, 'person3', {FIRST}, 53)",
    f"q_pins_page_by_follower(1, 'person2', 'person3', {FIRST}, 53)",
    f"q_pins_page_of_title(0, 'person1', 'person7', 'Board 3', {FIRST}, 53)",
    f"q_pins_page_of_title(3, null, null, 'Board 1', {FIRST}, 53)",
    "q_pins_one(2, 3)", "q_pins_mine(1, 1)", "q_pins_gone(5, 1)",
    "q_media_duplicate(1, sha256('5'))", "q_media_known('{key5,key7}')",
    *(f"q_boards_page({viewer}, {FIRST}, 41)" for viewer in (0, 3, -1)),
    *(f"q_boards_page_by_author({viewer}, 'person1', {FIRST}, 41)" for viewer in (0, 3)),
    f"q_boards_page_of_viewer(3, {FIRST}, 41)", "q_boards_one(1, 0)", "q_boards_one(2, 3)",
    "q_boards_shared(3)", "q_boards_invitations(3)", "q_boards_of_item(3, 1)",
    "q_boards_links(2, 1)", "q_boards_link_look(sha256('5'), 4)", "q_boards_section(1, 500)",
    "q_boards_foreign_items(1, 1, '{1,2,3}')",
    *(f"q_follows_{name}('person1', 3, {FIRST}, 41)" for name in ("followers", "followings")),
    f"q_follows_mine(3, {FIRST}, 41)", f"q_tags_page_of_user('person1', 3, {FIRST}, 41)",
    "q_people_one(0, 'person1', 0)", "q_people_one(3, null, 3)", "q_people_visible(1, 3)",
    "q_people_profile(0, 'person1', 3)", f"q_people_page(3, {FIRST}, 41)",
    "q_compat_accounts_profile(3)", "q_compat_accounts_user(1)",
    f"q_compat_profiles_followers(1, 3, {FIRST}, 41)",
    f"q_notices_page(1900, {2**62}, {2**62}, 21)", "q_notices_hold(1)",
    *(f"q_trash_page{back}(1, {key}, 41)" for back, key in (("", FIRST), ("_back", LAST))),
    "q_trash_one(5, 1)",
    *(f"q_safety_{name}{back}(3, {key}, 41)" for name in ("mutes", "blocks")
      for back, key in (("", FIRST), ("_back", LAST))),
    "q_safety_muted(3, null, 705, 0, null)", "q_safety_muted(3, 'person210', 0, 0, null)",
    "q_safety_turn(3)",
    *(f"q_styles_{name}(3, {FIRST}, 21)" for name in ("latest", "following")),
    *(f"q_styles_latest({viewer}, {FIRST}, 21)" for viewer in (0, -1)),
    f"q_styles_of_person(3, 1, {FIRST}, 21)", f"q_styles_following(1, {FIRST}, 21)",
    f"q_styles_popular(3, {MANY}, 21)", f"q_styles_popular(0, {MANY}, 21)",
    "q_styles_popular_back(0, -1, -1, 21)", "q_styles_person(1, 3)",
    *(f"q_styles_{name}(40001, 3)" for name in ("one", "visible")),
    *(f"q_similar_list({viewer}, '{{{NEAR}}}', '{{{HOW}}}', 40)" for viewer in (0, 3)),
    "q_similar_of(1, 1, 'a')", "q_similar_waiting(5, 1, 1, 'a')",
    *(f"q_similar_tagged(1, {viewer}, 40)" for viewer in (0, 1, 3)),
    "q_pages_account('person5')", "q_pages_board(1, 0)", "q_pages_person('person5', 0)",
    "q_pages_pin(1, 0)", "q_pages_style(40001, 0)",
    "q_pages_tag(1, 0)", "q_pages_tag(1, 3)",
    "q_session_own(1, 1)", "q_session_page(1, 1)", "q_accounts_by_id(1)",
    "q_accounts_by_email('person5@example.org')", "q_accounts_plain(1)", "q_accounts_plain(3)",
    "q_accounts_staff(1, 1)", "q_accounts_session_live(1, 1)",
    "q_accounts_refresh_live(sha256('5'))", "q_accounts_session_of_refresh(sha256('5'))",
    "q_accounts_mail_turn(1, 'verify')", "q_accounts_names_like('{person1,person2}')",
    "q_download_state(1, 'x')", "q_download_file(1)",
]

CALLS = list(dict.fromkeys([call for call, _ in COSTS] + MORE))

# Not for who waits for a page: of jobs, commands and checks, or of what is written.
FOLDERS = {"backup", "check", "download", "guard", "index", "jobs", "link", "meta", "observe",
           "portable", "trash"}
OTHERS = {
    "accounts_close", "accounts_remove_rows", "accounts_removed", "accounts_revoked",
    "boards_list_account", "follows_hold", "media_may_remove", "notices_sweep",
    "notices_write", "people_edit", "staff_resolve", "staff_unsuspend",
}
WRITES = re.compile(r"\b(insert|update|delete|for (no )?key|for share)\b")

FORGET = """
delete from pg_statistic where starelid in (
    select oid from pg_class where relnamespace = 'public'::regnamespace);
update pg_class set reltuples = -1, relpages = 0, relallvisible = 0
where relnamespace = 'public'::regnamespace and relkind in ('r', 'i');
"""

# How tags were listed once: it began with all pins, each time.
JOINED = """
prepare joined (int8) as
select p.id from item_tag it join shown_pin p on p.id = it.item
where it.tag = $1 and can_list(p.active, p.owner, p.visibility, p.deleted_at, p.id, 0)
order by it.created_at desc, it.item desc limit 53
"""


def buffers(session, call):
    """Of the second time: the first reads the catalogue for what it plans."""
    explain(session, call, "analyze, timing off, format json")
    plan = explain(session, call, "analyze, buffers, timing off, format json")["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def counted(database):
    connection = database.connect("pinwall", options=OPTIONS)
    with connection.cursor() as session:
        session.execute(PREPARE)
        session.execute(JOINED)
        found = {call: buffers(session, call) for call in [*CALLS, "joined(1)"]}
    connection.close()
    return found


@pytest.fixture(scope="module")
def figures(server):
    """(known, bare): what each call reads with statistics and without."""
    database = server.database()
    database.migrate()
    for name, in database.sql(
            "select relname from pg_class where relkind = 'r'"
            " and relnamespace = 'public'::regnamespace"):
        database.sql(f"alter table {name} set (autovacuum_enabled = off)")
    filled.fill(database)
    database.sql(SCRIPT)
    database.sql("vacuum analyze")
    known = counted(database)
    database.sql(FORGET)
    return known, counted(database)


@pytest.mark.parametrize("call", CALLS)
def test_it_costs_what_it_costs_with_statistics(figures, call):
    known, bare = figures
    assert bare[call] <= 1.5 * known[call] + 50


def test_a_plan_that_begins_elsewhere_is_noticed(figures):
    known, bare = figures
    assert bare["joined(1)"] > 10 * known["joined(1)"]


def test_all_that_people_read_is_called():
    called = {call.split("(")[0] for call in CALLS}
    for path in sorted((TOP / "sql" / "queries").glob("*/*.sql")):
        name = f"{path.parent.name}_{path.stem}"
        code = re.sub(r"--.*", "", path.read_text()).lower()
        if path.parent.name not in FOLDERS and name not in OTHERS and not WRITES.search(code):
            assert f"q_{name}" in called, name
