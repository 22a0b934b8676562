"""Whoever changes what is shown somewhere, and whoever makes it be shown there,
wait for each other: otherwise the first could not tell the cache of the second
(sql/migrations/0005_cache.sql)."""

import threading

import psycopg2
import pytest

MAKE = """
insert into account (username, email, password) values ('ann', 'a@x.y', 'x'), ('ben', 'b@x.y', 'x');
insert into media (owner, image, files, width, height, frames, source, colour, palette,
    placeholder, dhash, sha256) values (1, 'x', 'key', 1, 1, 1, 'jpeg', '', '{}', '', 1, 'x');
insert into item (kind, owner) values ('pin', 1);
insert into pin (id, title, media) values (1, 'x', 1);
insert into board (owner, title) values (2, 'b');
insert into tag (tag_name) values ('t');
"""

SHOW = {
    "put on a board": "insert into board_item (board, item, added_by) values (1, 1, 2)",
    "tagged": "insert into item_tag (item, tag, created_at) values (1, 1, now())",
}
CHANGE = {
    "item": "update item set visibility = 1 where id = 1",
    "pin": "update pin set title = 'y' where id = 1",
    "media": "update media set image = 'y' where id = 1",
    "removed": "update item set deleted_at = now() where id = 1",
}
RENAME = "update account set username = 'eve' where id = 1"
BY_NAME = {
    "pin": "update pin set title = 'y' where id = 1",
    "media": "update media set image = 'y' where id = 1",
    "board": "insert into board (owner, title) values (1, 'c')",
    "follow": "insert into follow (follower, followee) values (2, 1)",
}
PAIRS = [pytest.param(a, b, id=f"{m}, {n}") for m, a in SHOW.items() for n, b in CHANGE.items()]
PAIRS += [pytest.param(RENAME, b, id=f"renamed, {n}") for n, b in BY_NAME.items()]


@pytest.fixture
def world(fresh):
    fresh.sql(MAKE)
    return fresh


def session(world):
    return world.connect("pinwall", autocommit=False, options="-c lock_timeout=300ms")


@pytest.mark.parametrize("turned", [False, True], ids=["", "the other way round"])
@pytest.mark.parametrize("one, other", PAIRS)
def test_one_waits_for_the_other(world, one, other, turned):
    if turned:
        one, other = other, one
    first, second = session(world), session(world)
    first.cursor().execute(one)
    with pytest.raises(psycopg2.errors.LockNotAvailable):
        second.cursor().execute(other)
    second.rollback()
    first.commit()
    second.cursor().execute(other)
    second.commit()


def test_who_waited_tells_of_what_came_before(world):
    """The change that waited for the board tells the board."""
    first, second = session(world), session(world)
    second.cursor().execute("set pinwall.cache = notice; set lock_timeout = 0")
    second.commit()
    first.cursor().execute(SHOW["put on a board"])

    waits = threading.Thread(target=lambda: second.cursor().execute(CHANGE["pin"]))
    waits.start()
    waits.join(0.3)
    assert waits.is_alive()
    first.commit()
    waits.join()
    told = "".join(second.notices)
    second.commit()
    assert "board:1" in told.split(), told
