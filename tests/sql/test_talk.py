"""Likes, bookmarks and comments under threads: counters equal rows, nobody
waits in a circle, and doing a thing twice is doing it once (R7).

TOGGLES=100000 is the whole of it: `make test-toggles`."""

import os

import pytest

from test_counters import (EXPECTED, PEOPLE, PINS, PREPARE, assert_all_equal, work,
                           world)  # noqa: F401

TOGGLES = int(os.environ.get("TOGGLES", "16000"))
SAID = 24  # comments and replies at first, on the first four pins
GONE = (*EXPECTED, "item_like_item_fkey", "bookmark_item_fkey", "comment_on_item_fkey",
        "comment_parent")


@pytest.fixture
def talk(world):  # noqa: F811
    """Every third is a comment, and those behind it are its replies."""
    for n in range(SAID):
        item, owner = world.sql(
            "insert into item (kind, owner) values ('comment', %s) returning id, owner",
            (1 + n % PEOPLE,))[0]
        parent = item - n % 3 if n % 3 else None
        world.sql("insert into comment (id, on_item, parent, content) values (%s, %s, %s, 'x')",
                  (item, 1 + n // 6, parent))
    return world


def any_item(w):
    """A pin or a comment; the few that everybody likes."""
    return w.random.choice([1, 2, 3, w.pick(PINS), PINS + w.pick(SAID)])


def like(w):
    item, who = any_item(w), w.pick(PEOPLE)
    if w.call("items_reach_held", item, who):
        w.call("likes_add", item, who)


def unlike(w):
    item, who = any_item(w), w.pick(PEOPLE)
    if w.call("items_reach_held", item, who):
        w.call("likes_remove", item, who)


def save(w):
    item, who = w.pick(3), w.pick(PEOPLE)
    if w.call("items_reach_held", item, who):
        w.call(w.random.choice(["likes_save", "likes_unsave"]), item, who)


def turn(w):
    """The published toggle, as its handler does it."""
    item, who = any_item(w), w.pick(PEOPLE)
    w.call("likes_turn", item, who)
    if w.call("items_reach_held", item, who):
        w.call("likes_remove", item, who)
        if w.cursor.rowcount == 0:
            w.call("likes_add", item, who)


def comment(w):
    item, who = w.pick(4), w.pick(PEOPLE)
    if w.call("items_reach_held", item, who):
        w.call("comments_add", who, item, 0, 0, "x")


def reply(w):
    who = w.pick(PEOPLE)
    for item, parent, author in w.call("comments_place", PINS + w.pick(2 * SAID), who):
        w.call("comments_add", who, item, parent, author, "x")


def remove(w):
    w.call("comments_remove", PINS + w.pick(2 * SAID), w.pick(PEOPLE))


def bring_back(w):
    w.call("comments_restore", PINS + w.pick(2 * SAID), w.pick(PEOPLE))


def purge(w):
    """What removes an item for good."""
    item = PINS + w.pick(2 * SAID)
    w.cursor.execute("select owner from item where id = %s and kind = 'comment'", (item,))
    for (owner,) in w.cursor.fetchall():
        w.call("items_delete", item, owner, "comment")
        w.connection.commit()  # the trash is emptied later
        w.cursor.execute("delete from item where id = %s and deleted_at is not null", (item,))


def remove_pin(w):
    pin = w.pick(4)
    w.call("items_delete", pin, 1 + pin % PEOPLE, "pin")
    w.connection.commit()
    w.call("trash_remove", pin, 1 + pin % PEOPLE)


def come_and_go(w):
    w.cursor.execute("update account set is_active = not is_active where id = %s",
                     (w.pick(PEOPLE),))


def test_r7_toggles(talk):
    """As many as were asked for, none of them refused or lost."""
    assert work(talk, TOGGLES // 8, [like, like, unlike, unlike, save, turn, turn]) \
        == TOGGLES // 8 * 8
    assert talk.sql("select sum(likes) > 10, sum(bookmarks) > 3 from item_count") == [(True, True)]
    assert_all_equal(talk)


def test_comments_that_come_and_go(talk):
    work(talk, 150, [comment, reply, remove, bring_back, turn], [reply, reply, like, remove])
    assert talk.sql("select count(*) > 20 from comment") == [(True,)]
    assert_all_equal(talk)


@pytest.mark.parametrize("round_", range(3))
def test_whatever_goes(talk, round_):
    """Comments are purged and people leave while others talk."""
    work(talk, 80,
         [comment, reply, remove, bring_back, like],
         [reply, purge, turn],
         [come_and_go, comment, reply],
         [comment, like, unlike, save, *([remove_pin] if round_ == 2 else [])], expected=GONE)
    assert_all_equal(talk)
    assert talk.sql("""select c.id from comment c where parent is null
        and not exists (select from item where id = c.id)
        and not exists (select from comment r where r.parent = c.id)""") == []


def test_removing_a_comment_waits_for_nothing_else(talk):
    """Whoever removes a pin holds it and waits for its comments: those who remove a
    comment must not wait for the pin."""
    first, second = (talk.connect("pinwall", autocommit=False) for _ in range(2))
    cursor = first.cursor()
    cursor.execute("select 1 from item where id = 1 for update")
    comment, owner = talk.sql("select c.id, owner from comment c join item using (id)"
                              " where on_item = 1 and parent is not null limit 1")[0]
    cursor.execute("select 1 from comment where id = (select parent from comment"
                   " where id = %s) for update", (comment,))
    removes = second.cursor()
    removes.execute(PREPARE)
    removes.execute("set lock_timeout = '2s'")
    removes.execute("execute q_comments_remove (%s, %s)", (comment, owner))
    assert removes.fetchall() == [(comment,)]
    second.commit()
    first.commit()
    assert_all_equal(talk)


def test_a_comment_without_its_item_is_a_stub(talk):
    talk.sql("delete from item where id = %s", (PINS + 1,))
    assert talk.sql("select content, there from comment where id = %s", (PINS + 1,)) == [
        ("-", False)]
    assert talk.sql("select comments, likes from item_count where item = %s", (PINS + 1,)) == [
        (2, 0)]
    talk.sql("delete from item where id in (%s, %s)", (PINS + 2, PINS + 3))
    assert talk.sql("select count(*) from comment where parent = %s", (PINS + 1,)) == [(0,)]
    assert_all_equal(talk)


def test_a_difference_is_noticed(talk):
    talk.sql("update item_count set comments = comments + 1 where item = 1")
    with pytest.raises(AssertionError):
        assert_all_equal(talk)


@pytest.mark.parametrize("values", ["(9001, 1, %s, 'x')", "(9001, 2, %s, 'x')"])
def test_a_reply_is_where_its_parent_is(talk, values):
    """The key of the database says so, not only the program."""
    import psycopg2
    parent = PINS + 1
    query = "insert into comment (id, on_item, parent, content) values " + values % parent
    if "2, %s" in values:
        with pytest.raises(psycopg2.errors.ForeignKeyViolation):
            talk.sql(query)
    else:
        talk.sql("insert into item (id, kind, owner) overriding system value"
                 " values (9001, 'comment', 1)")
        talk.sql(query)
