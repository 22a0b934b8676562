"""What triggers keep, under threads: counters equal the rows they count, the
lists in an item equal the rows they list, and nobody waits in a circle.

The threads run the program's own statements in transactions as its workers
do; a deadlock is an error, and any error but an expected answer fails."""

import random
import subprocess
import threading

import psycopg2
import pytest

from conftest import program

PREPARE = subprocess.run(
    [program("checksql"), "--prepare"], capture_output=True, text=True, check=True
).stdout

PEOPLE, PINS, BOARDS, TAGS = 8, 12, 6, 5

MEDIA = """insert into media (owner, image, files, width, height, frames, source,
    colour, palette, placeholder, dhash, sha256)
    select %(owner)s, 'x', 'key' || n, 1, 1, 1, 'jpeg', '', '{}', '', n, 'x'
    from generate_series(1, %(n)s) n returning id"""


@pytest.fixture
def world(fresh):
    fresh.sql(
        "insert into account (username, email, password)"
        f" select 'p' || n, n || '@x.y', 'x' from generate_series(1, {PEOPLE}) n"
    )
    fresh.sql(MEDIA, {"owner": 1, "n": PINS})
    for n in range(1, PINS + 1):
        fresh.sql(
            "with i as (insert into item (kind, owner) values ('pin', %s) returning id)"
            " insert into pin (id, title, media) select id, 'x', %s from i",
            (1 + n % PEOPLE, n),
        )
    fresh.sql(
        "insert into board (owner, title) select 1 + n %% %s, 'b' || n"
        " from generate_series(1, %s) n", (PEOPLE, BOARDS),
    )
    fresh.sql(f"insert into tag (tag_name) select 't' || n from generate_series(1, {TAGS}) n")
    return fresh


def prepared(database):
    """A connection of the program; it waits long enough for the deadlock detector to
    speak first."""
    connection = database.connect(
        "pinwall", autocommit=False, options="-c lock_timeout=20s")
    connection.cursor().execute(PREPARE)
    connection.commit()
    return connection


class Worker(threading.Thread):
    """Runs one kind of transaction after another on a connection of its own."""

    def __init__(self, database, seed, steps, n, expected=()):
        super().__init__()
        self.connection = prepared(database)
        self.cursor = self.connection.cursor()
        self.random = random.Random(seed)
        self.steps, self.n, self.expected = steps, n, expected
        self.errors, self.done = [], 0

    def call(self, name, *values):
        self.cursor.execute(f"execute q_{name} ({', '.join(['%s'] * len(values))})", values)
        return self.cursor.fetchall() if self.cursor.description else []

    def pick(self, n):
        return self.random.randint(1, n)

    def run(self):
        for _ in range(self.n):
            step = self.random.choice(self.steps)
            try:
                step(self)
                self.connection.commit()
                self.done += 1
            except psycopg2.errors.IntegrityError as e:
                self.connection.rollback()
                if e.diag.constraint_name not in self.expected:
                    self.errors.append(f"{step.__name__}: {e}")
            except psycopg2.Error as e:
                self.connection.rollback()
                self.errors.append(f"{step.__name__}: {e}")
        self.connection.close()


def work(database, n, *kinds, expected=(), threads=8):
    workers = [
        Worker(database, seed, kinds[seed % len(kinds)], n, expected)
        for seed in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    errors = [error for worker in workers for error in worker.errors]
    assert not errors, f"{len(errors)}: {errors[:3]}"
    return sum(worker.done for worker in workers)


def assert_all_equal(database):
    cursor = database.connect("pinwall").cursor()
    cursor.execute(PREPARE)
    cursor.execute("execute q_meta_counters")
    assert cursor.fetchall() == []
    assert database.sql("""
        select i.id, l.tags::text, l.boards::text
        from (select * from item where kind <> 'comment') i
        full join item_list l on l.item = i.id
        where i.id is null or l.item is null
        or l.tags::jsonb <> coalesce((select jsonb_agg(jsonb_build_object(
            'tag_name', t.tag_name, 'id', t.id) order by t.id)
            from item_tag it join tag t on t.id = it.tag where it.item = i.id), '[]')
        or l.boards::jsonb <> coalesce((select jsonb_agg(jsonb_build_object(
            'id', b.id, 'title', b.title) order by b.at desc, b.id desc)
            from (select b.id, b.title, bi.created_at as at from board_item bi
                join board b on b.id = bi.board
                where bi.item = i.id and b.visibility = 0 and b.deleted_at is null
                order by bi.created_at desc, b.id desc limit 20) b), '[]')""") == []
    cursor.connection.close()


def test_counters_that_differ_are_noticed(world):
    work(world, 20, [add_pin], expected=EXPECTED)
    assert_all_equal(world)
    world.sql("update board set item_count = item_count + 1 where id = 1")
    with pytest.raises(AssertionError):
        assert_all_equal(world)
    world.sql("update board set item_count = item_count - 1 where id = 1")
    world.sql("update item_list set boards = '[{\"id\": 1, \"title\": \"x\"}]' where item = 1")
    with pytest.raises(AssertionError):
        assert_all_equal(world)


# Steps ------------------------------------------------------------------------

def follow(w):
    a, b = w.random.sample(range(1, PEOPLE + 1), 2)
    w.call("follows_add", a, f"p{b}")


def unfollow(w):
    a, b = w.random.sample(range(1, PEOPLE + 1), 2)
    w.call("follows_remove", a, f"p{b}")


def add_pin(w):
    board = w.pick(BOARDS)
    w.call("boards_add_item", board, 1 + board % PEOPLE, w.pick(PINS), False)


def add_pins(w):
    board, items = w.pick(BOARDS), [w.pick(PINS) for _ in range(4)]
    w.call("boards_hold_items", items)
    w.call("boards_hold_two", board, board)
    w.call("boards_add_items", board, 1 + board % PEOPLE, items, 0)


def remove_pin(w):
    board = w.pick(BOARDS)
    w.call("boards_remove_item", board, 1 + board % PEOPLE, w.pick(PINS))


def rename_board(w):
    board = w.pick(BOARDS)
    w.call("boards_edit", board, 1 + board % PEOPLE, f"b{board}-{w.pick(1000)}", w.pick(3) - 2,
           None)


def move_board(w):
    """As the handler does it; some are put where there is no room."""
    board = w.pick(BOARDS)
    owner = 1 + board % PEOPLE
    w.call("boards_hold_all", owner)
    w.call("boards_move", board, owner, w.random.choice([0, board, w.pick(BOARDS)]))


def move_pin(w):
    board = w.pick(BOARDS)
    if w.call("boards_hold", board, 1 + board % PEOPLE, 0):
        w.call("boards_move_item", board, 1 + board % PEOPLE, w.pick(PINS),
               w.random.choice([0, w.pick(PINS)]))


def remove_board(w):
    board = w.pick(BOARDS)
    w.call("boards_remove", board, 1 + board % PEOPLE)


def restore_board(w):
    board = w.pick(BOARDS)
    w.call("boards_restore", board, 1 + board % PEOPLE)


def purge_boards(w):
    """As after a month."""
    w.cursor.execute("update board set deleted_at = now() - interval '31 days' "
                     "where id = %s and deleted_at is not null", (w.pick(BOARDS),))
    w.call("trash_purge_boards", 30 * 86400, 100)


def edit_pin(w):
    """As the handler does it: change it, make tags, set them."""
    pin = w.pick(PINS)
    names = w.random.sample([f"t{n}" for n in range(1, TAGS + 3)], w.pick(4))
    if w.call("pins_edit", pin, 1 + pin % PEOPLE, None, 0, None, None):
        w.call("tags_make", names)
        w.call("items_tag", pin, names)


def rename_tag(w):
    tag = w.pick(TAGS)
    w.call("tags_rename", tag, f"t{tag}-{w.random.random()}")


def remove_tag(w):
    w.call("tags_remove", w.pick(TAGS))


def delete_item(w):
    pin = w.pick(PINS)
    w.call("items_delete", pin, 1 + pin % PEOPLE, "pin")


def delete_all_of(w):
    owner = w.pick(PEOPLE)
    w.call("items_trash_many", [pin for pin in range(1, PINS + 1)
                                if 1 + pin % PEOPLE == owner][:3], owner)


def restore_item(w):
    pin = w.pick(PINS)
    w.call("items_restore", pin, 1 + pin % PEOPLE)


def purge(w):
    """What was deleted goes at once here."""
    w.call(w.random.choice(["trash_purge", "trash_purge_boards"]), -1, 2)


def take_down(w):
    w.cursor.execute("update item set visibility = %s where id = %s",
                     (w.random.choice([0, 2]), w.pick(PINS)))


def restore(w):
    """What was removed comes again, so that there is something to remove."""
    kind, n = w.random.choice(["item", "board", "tag"]), w.pick(TAGS)
    if kind == "board":
        w.cursor.execute(
            "insert into board (id, owner, title) overriding system value"
            " values (%s, %s, 'new' || random()) on conflict do nothing", (n, 1 + n % PEOPLE))
    elif kind == "tag":
        w.cursor.execute(
            "insert into tag (id, tag_name) overriding system value"
            " values (%s, 'new' || random()) on conflict do nothing", (n,))
    else:
        w.cursor.execute(
            "with m as (" + MEDIA % {"owner": 1, "n": 1} + "), i as (insert into item"
            " (id, kind, owner) overriding system value values (%s, 'pin', %s)"
            " on conflict do nothing returning id)"
            " insert into pin (id, title, media) select i.id, 'x', m.id from i, m",
            (n, 1 + n % PEOPLE))


# Answers, not faults: constraints.def, and rows that went at that moment.
EXPECTED = (
    "board_item_pkey", "board_item_item_fkey", "board_item_board_fkey",
    "tag_name_key", "item_tag_tag_fkey", "board_title_key",
)


def test_follows(world):
    assert work(world, 500, [follow, follow, unfollow]) == 4000
    assert world.sql("select count(*) > 5 from follow") == [(True,)]
    assert_all_equal(world)


def test_each_other_at_once(world):
    """A follows B while B follows A, and both stop again."""
    def there(w):
        w.call("follows_add", 1, "p2")

    def back(w):
        w.call("follows_add", 2, "p1")

    def stop_there(w):
        w.call("follows_remove", 1, "p2")

    def stop_back(w):
        w.call("follows_remove", 2, "p1")

    pairs = [[there, stop_there], [back, stop_back]]
    assert work(world, 1000, *pairs, threads=4) == 4000
    assert_all_equal(world)


def test_each_other_in_one_step(world):
    """Both start at the same instant, each time."""
    gate = threading.Barrier(2)

    def step(w, a, b, n):
        gate.wait(30)
        w.call("follows_add", a, f"p{b}")
        w.connection.commit()
        gate.wait(30)
        w.call("follows_remove", a, f"p{b}")

    def there(w):
        step(w, 1, 2, 1)

    def back(w):
        step(w, 2, 1, 1)

    assert work(world, 2000, [there], [back], threads=2) == 4000
    assert world.sql("select count(*) from follow") == [(0,)]
    assert_all_equal(world)


def test_follows_beside_blocks(world):
    """Whoever is blocked is followed no longer, while others stop following, and
    while somebody's rows are removed."""
    def on_two(query):
        def step(w):
            one, other = w.random.sample(range(1, PEOPLE), 2)
            w.call(query, one, f"p{other}")
        step.__name__ = query
        return step

    follow, stop = on_two("follows_add"), on_two("follows_remove")
    block, unblock = on_two("safety_block"), on_two("safety_unblock")

    def turn(w, *two):
        """The published toggle, as its handler does it."""
        two = two or w.random.sample(range(1, PEOPLE), 2)
        w.call("follows_hold", *two)
        w.call("follows_toggle", *two)

    def follow_gone(w):
        w.cursor.execute("insert into follow (follower, followee) select %s, %s"
                         " where hold_people(%s) on conflict do nothing",
                         (one := w.pick(PEOPLE - 1), PEOPLE, [one, PEOPLE]))

    def stop_gone(w):
        turn(w, w.pick(PEOPLE - 1), PEOPLE)

    def remove(w):
        w.call("accounts_remove_rows", PEOPLE, 2)

    world.sql("update account set is_active = false, deleted_at = now() where id = %s", (PEOPLE,))
    assert work(world, 400, [follow, turn], [stop, turn, stop_gone], [block, unblock, unblock],
                [remove, follow_gone]) == 3200
    assert_all_equal(world)
    assert world.sql("select count(*) from follow f join block b on is_apart(f.follower,"
                     " f.followee)") == [(0,)]


def test_boards(world):
    work(world, 300, [add_pin, add_pins, remove_pin, rename_board, move_board, move_pin],
         expected=EXPECTED)
    assert world.sql("select count(*) > 5 from board_item") == [(True,)]
    assert_all_equal(world)


def test_boards_that_go(world):
    work(world, 60, [add_pin, add_pins, add_pins, remove_pin, rename_board],
         [add_pin, remove_board, rename_board, restore_board, purge_boards],
         expected=EXPECTED)
    assert_all_equal(world)


def test_tags(world):
    work(world, 200, [edit_pin], [edit_pin, edit_pin, rename_tag], expected=EXPECTED)
    assert world.sql("select count(*) > 5 from item_tag") == [(True,)]
    assert_all_equal(world)


def test_items_that_come_and_go(world):
    work(world, 200, [add_pin, add_pins, remove_pin, restore_item, delete_item],
         [edit_pin, restore_item, delete_item, take_down], [delete_all_of, restore_item, edit_pin],
         expected=EXPECTED)
    for live in (False, True):
        assert world.sql("select count(*) > 5 from board_item") == [(True,)]
        assert_all_equal(world)
        world.sql("update item set visibility = 0, deleted_at = %s", (None if live else "now",))
        assert world.sql("select count(*) from board_item where live <> %s", (live,)) == [(0,)]
        assert world.sql("select sum(item_count) > 0 from board") == [(live,)]
    assert_all_equal(world)


def test_what_is_live_never_goes(world):
    with pytest.raises(psycopg2.Error, match="item 1 is in use"):
        world.sql("delete from item where id = 1")
    with pytest.raises(psycopg2.Error, match="item .* is in use"):
        world.sql("delete from account where id = 2")
    world.sql("update item set deleted_at = now() where id = 1 or owner = 2")
    world.sql("delete from item where id = 1")
    world.sql("delete from account where id = 2")
    assert_all_equal(world)


@pytest.mark.parametrize("round_", range(4))
def test_all_at_once(world, round_):
    """Pins, boards and tags are removed while others change them."""
    work(world, 100,
         [add_pin, remove_pin, rename_board, edit_pin, move_pin, restore],
         [add_pin, add_pins, edit_pin, rename_tag, restore],
         [add_pin, remove_pin, edit_pin, delete_item, restore_item, restore],
         [add_pin, edit_pin, delete_item, delete_all_of, restore_item, purge, take_down, restore],
         [add_pin, edit_pin, rename_board, move_board, remove_board, remove_tag, restore],
         expected=EXPECTED)
    assert_all_equal(world)
