"""How popular style posts are: the scores are what 0013 and 0014 define, and the
order by them is that of the definition, computed from the rows."""

import random
import threading

import pytest

from conftest import TOP

COUNTERS = (TOP / "sql/queries/meta/counters.sql").read_text()

PEOPLE = 12


@pytest.fixture
def world(fresh):
    fresh.sql("insert into account (username, email, password)"
              f" select 'p' || n, n || '@x.y', 'x' from generate_series(1, {PEOPLE}) n")
    return fresh


def post(world, owner=1, days_old=0.0):
    return world.sql(
        "with i as (insert into item (kind, owner, created_at) values ('style', %s,"
        " timestamptz '2026-06-01Z' - %s * interval '1 day') returning id)"
        " insert into style (id, content) select id, 'x' from i returning id",
        (owner, days_old))[0][0]


def like(world, style, account, days_old=0.0, table="item_like"):
    world.sql(f"insert into {table} (item, account, created_at) values (%s, %s,"
              " timestamptz '2026-06-01Z' - %s * interval '1 day')", (style, account, days_old))


def comment(world, style, account, parent=None):
    return world.sql(
        "with i as (insert into item (kind, owner) values ('comment', %s) returning id)"
        " insert into comment (id, on_item, parent, content, created_at)"
        " select id, %s, %s, 'x', '2026-06-01Z' from i returning id",
        (account, style, parent))[0][0]


def order(world):
    return [row[0] for row in world.sql(
        "select style from style_score order by score desc, style desc")]


# The definition, from the rows, in floating point and with another epoch.
DEFINED = """
    select i.id, log(2.0, (power(2.0, {at}) + coalesce((
        select sum(e.amount * power(2.0, {then})) from (
            select created_at, 1.0 as amount from item_like
            where item = i.id and account <> i.owner
            union all select created_at, 1.0 from bookmark
            where item = i.id and account <> i.owner
            union all select c.created_at, 2.0 from comment c join item w on w.id = c.id
            where c.on_item = i.id and c.there and w.owner <> i.owner) e), 0))::numeric)
    from item i where i.kind = 'style'""".format(
    at="extract(epoch from i.created_at - timestamptz '2026-05-01Z')::float8 / 172800",
    then="extract(epoch from e.created_at - timestamptz '2026-05-01Z')::float8 / 172800")


def check(world):
    """Kept scores differ from the definition by the epoch alone."""
    kept = dict(world.sql("select style, score from style_score"))
    found = {style: float(score) for style, score in world.sql(DEFINED)}
    assert kept.keys() == found.keys()
    shift = 1e6 * 120 / 2  # January to May
    for style, score in found.items():
        assert abs(kept[style] - 1e6 * score - shift) < 3, style
    assert world.sql(COUNTERS) == []


def test_newer_first_without_anything_else(world):
    posts = [post(world, days_old=age) for age in (3, 1, 2)]
    assert order(world) == [posts[1], posts[2], posts[0]]
    check(world)


def test_likes_move_a_post_up_and_age_moves_it_down(world):
    old, new = post(world, days_old=2), post(world)
    assert order(world) == [new, old]
    like(world, old, 2)  # 1/2 + 1 > 1
    assert order(world) == [old, new]
    like(world, new, 2)
    assert order(world) == [new, old]
    # the same likes on a post a month older do not suffice
    ancient = post(world, days_old=30)
    for who in range(2, 6):
        like(world, ancient, who, days_old=29)
    assert order(world)[-1] == ancient
    check(world)


def test_one_half_life_is_worth_a_half(world):
    """Two likes two days ago are as much as one now."""
    one, two = post(world, days_old=2), post(world, days_old=2)
    like(world, one, 2)
    like(world, two, 2, days_old=2)
    like(world, two, 3, days_old=2)
    scores = dict(world.sql("select style, worth from style_score"))
    assert scores[one] == scores[two] == 3
    check(world)


def test_what_is_taken_back_is_taken_exactly(world):
    style = post(world, days_old=17.3)
    before = world.sql("select worth, score from style_score")
    for who in range(2, PEOPLE):
        like(world, style, who, days_old=who / 7)
        like(world, style, who, days_old=who / 9, table="bookmark")
    said = [comment(world, style, who) for who in range(2, 6)]
    check(world)
    assert world.sql("select worth, score from style_score") != before
    world.sql("delete from item_like")
    world.sql("delete from bookmark")
    world.sql("update item set deleted_at = now() where id = any (%s)", (said,))
    assert world.sql("select worth, score from style_score") == before
    world.sql("update item set deleted_at = null where id = any (%s)", (said,))
    check(world)
    world.sql("update item set deleted_at = now() where kind = 'comment'")
    world.sql("delete from item where kind = 'comment'")
    assert world.sql("select worth, score from style_score") == before


def test_a_score_that_is_off_is_noticed(world):
    """By one in a million."""
    style = post(world)
    like(world, style, 2)
    comment(world, style, 3)
    check(world)
    score, = world.sql("select score from style_score")[0]
    world.sql("update style_score set score = score + 1")
    assert world.sql(COUNTERS) == [("style_score.score", style, score + 1, score)]


def test_ones_own_does_not_count(world):
    style = post(world, owner=3)
    like(world, style, 3)
    like(world, style, 3, table="bookmark")
    comment(world, style, 3)
    assert world.sql("select worth from style_score") == [(1,)]
    comment(world, style, 4)
    assert world.sql("select worth > 1 from style_score") == [(True,)]
    check(world)


def test_who_goes_takes_what_he_did(world):
    style = post(world, owner=1)
    like(world, style, 2)
    comment(world, style, 2)
    world.sql("update account set is_active = false where id = 2")
    assert world.sql("select worth from style_score") == [(2,)]
    world.sql("update account set is_active = true where id = 2")
    check(world)
    world.sql("update item set deleted_at = now() where owner = 2")
    world.sql("delete from account where id = 2")
    assert world.sql("select worth from style_score") == [(1,)]
    world.sql("update item set deleted_at = now()")
    world.sql("delete from item")
    assert world.sql("select count(*) from style_score") == [(0,)]
    assert world.sql("select count(*) from style_comment") == [(0,)]


def test_many_at_once(world):
    """Eight people like and unlike the same posts at the same time."""
    posts = [post(world, owner=1, days_old=n) for n in range(4)]
    failures = []

    def work(who):
        dice = random.Random(who)
        connection = world.connect("pinwall")
        try:
            with connection.cursor() as cursor:
                for _ in range(60):
                    style = dice.choice(posts)
                    if dice.random() < 0.6:
                        cursor.execute("insert into item_like (item, account) values (%s, %s)"
                                       " on conflict do nothing", (style, who))
                    else:
                        cursor.execute("delete from item_like where item = %s and account = %s",
                                       (style, who))
        except Exception as e:  # told below
            failures.append(e)
        connection.close()

    threads = [threading.Thread(target=work, args=(who,)) for who in range(2, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert world.sql("select count(*) > 0 from item_like") == [(True,)]
    assert world.sql("""
        select count(*) from style_score s where worth <> 1 + coalesce((
            select sum(style_worth(s.born, l.created_at, 1)) from item_like l
            where l.item = s.style), 0)""") == [(0,)]
