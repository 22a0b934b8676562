"""Who waits for whom, step by step: what test_counters.py finds by chance."""

import threading

import psycopg2
from test_counters import assert_all_equal, prepared, world  # noqa: F401


class Later(threading.Thread):
    """A transaction of one statement, under way; it is the nth that waits."""

    def __init__(self, database, n, connection, statement):
        super().__init__()
        self.connection, self.statement, self.error = connection, statement, None
        self.start()
        database.wait_for_waiting(n, self)

    def run(self):
        try:
            self.connection.cursor().execute(self.statement)
            self.connection.commit()
        except psycopg2.Error as e:
            self.error = e

    def end(self):
        """What it failed by, if it did; it had to wait until now."""
        self.join()
        return self.error


def test_a_block_waits_for_whoever_stops_following(world):  # noqa: F811
    """The one that holds the people comes first: not the row of one and the people
    of the other."""
    first, second, third = (prepared(world) for _ in range(3))
    world.sql("insert into follow (follower, followee) values (1, 2)")
    first.cursor().execute("select 1 from account where id = 1 for no key update")
    blocks = Later(world, 1, second, "execute q_safety_block (1, 'p2')")
    stops = Later(world, 2, third, "execute q_follows_remove (1, 'p2')")
    first.commit()
    assert blocks.end() is stops.end() is None
    assert world.sql("select count(*) from follow") == [(0,)]
    assert_all_equal(world)


def test_one_is_put_on_a_board_while_many_are(world):  # noqa: F811
    """Whoever puts something there holds the board before the row is there."""
    many, one = (prepared(world) for _ in range(2))
    (board, owner), = world.sql("select id, owner from board order by id limit 1")
    does = many.cursor()
    does.execute("execute q_boards_hold_items (%s)", ([1, 2],))
    does.execute("execute q_boards_hold_two (%s, %s)", (board, board))
    waits = Later(world, 1, one, f"execute q_boards_add_item ({board}, {owner}, 1, false)")
    assert waits.is_alive()
    does.execute("execute q_boards_add_items (%s, %s, %s, 0)", (board, owner, [1, 2]))
    assert does.rowcount == 2
    many.commit()
    assert isinstance(waits.end(), psycopg2.errors.UniqueViolation)
    assert_all_equal(world)


def test_what_cannot_be_seen_is_held_too(world):  # noqa: F811
    """It may come back before the others are put on the board, which is held by
    then."""
    many, one = (prepared(world) for _ in range(2))
    world.sql("update item set deleted_at = now() where id = 1")
    (owner,), = world.sql("select owner from item where id = 1")
    many.cursor().execute("execute q_boards_hold_items (%s)", ([1],))
    waits = Later(world, 1, one, f"execute q_items_restore (1, {owner})")
    assert waits.is_alive()
    many.commit()
    assert waits.end() is None
    assert world.sql("select deleted_at from item where id = 1") == [(None,)]
    assert_all_equal(world)


def test_a_token_is_not_spent_by_who_began_before(world):  # noqa: F811
    """Its transaction is older than the use it waited for: no reason to take it."""
    early, late = (prepared(world) for _ in range(2))
    world.sql("insert into session (account, user_agent) values (1, 'x')")
    world.sql("insert into refresh_token (hash, session, expires_at)"
              " values ('\\xaa', 1, now() + interval '1 day')")

    def use(connection, grace):
        cursor = connection.cursor()
        cursor.execute("execute q_accounts_refresh_use ('\\xaa', %s)", (grace,))
        return cursor.fetchall()

    early.cursor().execute("select now()")
    assert use(late, 0) == [(1, 1, True, False)]
    late.commit()
    assert use(early, 0) == [(1, 1, False, False)]
    assert use(early, 5) == [(1, 1, False, True)]
