"""Notices under threads: jobs write them while people follow, block, read and
close their accounts.  Afterwards what is told is what is so, each thing once."""

import threading

import pytest

from test_counters import PEOPLE, assert_all_equal, follow, unfollow, work, world

__all__ = ["world"]


def two(w):
    return w.random.sample(range(1, PEOPLE + 1), 2)


def do_job(w):
    """As the jobs process does it."""
    w.cursor.execute("execute q_jobs_take('{}', false)")
    for number, kind, *_ in w.cursor.fetchall():
        assert kind in ("notice", "end_logins"), kind
        if kind == "notice":
            w.call("notices_write", number)
        w.call("jobs_done", number)


def do_again(w):
    """A job that is run a second time, or long after."""
    w.cursor.execute("select notice_write('follow', %s, %s)", two(w))


def read(w):
    a, _ = two(w)
    w.call("notices_hold", a)
    w.call("notices_read_to", a, 2**62)


def block(w):
    w.cursor.execute("insert into block values (%s, %s) on conflict do nothing", two(w))


def unblock(w):
    w.cursor.execute("delete from block where blocker = %s", two(w)[:1])


def close(w):
    w.cursor.execute("update account set is_active = not is_active where id = %s", (PEOPLE,))


def invite(w):
    w.cursor.execute(
        "insert into board_member (board, account, role)"
        " select id, %s, 'viewer' from board where id = %s and owner <> %s"
        " on conflict do nothing", (two(w)[0], w.pick(6), two(w)[0]))


def uninvite(w):
    w.cursor.execute("delete from board_member where board = %s", (w.pick(6),))


def hide_board(w):
    w.cursor.execute(
        "update board set deleted_at = case when deleted_at is null then now() end"
        " where id = %s", (w.pick(6),))


def drain(database):
    """What is left of the jobs."""
    while database.sql("select 1 from job where dead_at is null and kind = 'notice'"):
        work(database, 50, [do_job], threads=2)


def assert_told(database):
    """Unread or read, everything that is so has one event, and nothing unread
    is told that is not so."""
    assert database.sql("""
        select follower, followee from follow f
        join account a on a.id = f.follower join account b on b.id = f.followee
        where a.is_active and b.is_active and not is_apart(a.id, b.id) and not exists (
            select from notice_event e where (e.topic, e.actor, e.receiver)
            = ('follow', follower, followee))""") == []
    assert database.sql("""
        select e.actor, e.receiver from notice_event e join notice n on n.id = e.notice
        where e.topic = 'follow' and n.read_at is null and not exists (
            select from follow where (follower, followee) = (e.actor, e.receiver))""") == []
    assert database.sql("""
        select e.id from notice_event e join notice n on n.id = e.notice
        where e.receiver <> n.receiver or e.actor = e.receiver
        or is_apart(e.actor, e.receiver)
        or not exists (select from account where id = e.actor and is_active)""") == []
    assert database.sql("select id from notice where num_actors = 0") == []
    assert database.sql("""select n.id from notice n where n.hidden = can_see_notice(
        n.receiver, n.kind, n.item, n.root)""") == []


@pytest.mark.parametrize("round_", range(2))
def test_follows_are_told_once(world, round_):  # noqa: F811
    work(world, 150, [follow, follow, unfollow], [do_job, do_again, read],
         [follow, unfollow, do_job])
    drain(world)
    assert world.sql("select count(*) > 5 from notice_event") == [(True,)]
    assert_told(world)
    assert_all_equal(world)


@pytest.mark.parametrize("round_", range(2))
def test_blocks_accounts_and_boards(world, round_):  # noqa: F811
    """Nobody waits in a circle, whatever is taken away."""
    work(world, 100, [follow, unfollow, block, unblock], [do_job, do_again, do_job],
         [follow, follow, close, read], [invite, invite, uninvite, hide_board, do_job])
    drain(world)
    world.sql("update account set is_active = true where not is_active")
    # what was closed when a job came is told when it runs again
    world.sql("select add_notice_job('follow', follower, followee) from follow")
    drain(world)
    assert_told(world)
    assert_all_equal(world)


def change_beside_a_job(world, topic, change, *values):  # noqa: F811
    """A job is about to commit what it told of when that changes: one waits."""
    first, second = (world.connect("pinwall", autocommit=False) for _ in range(2))
    told = first.cursor()
    told.execute("select notice_write(%s, %s, %s)", topic)
    told.execute("select id, hidden from notice order by id desc limit 1")
    (notice, hidden), = told.fetchall()
    assert not hidden

    def run():
        second.cursor().execute(change, values)
        second.commit()

    thread = threading.Thread(target=run)
    thread.start()
    world.wait_for_waiting(1, thread)
    first.commit()
    thread.join()
    assert world.sql("select hidden from notice where id = %s", (notice,)) == [(True,)]
    assert_all_equal(world)


def test_a_board_goes_while_one_is_told_of_it(world):  # noqa: F811
    (board, owner), = world.sql("select id, owner from board limit 1")
    whom = 1 + owner % PEOPLE
    world.sql("insert into board_member (board, account, role, invited_by)"
              " values (%s, %s, 'viewer', %s)", (board, whom, owner))
    change_beside_a_job(world, ("invite", owner, board),
                        "update board set deleted_at = now() where id = %s", board)
    assert_told(world)


def test_an_owner_goes_while_one_is_told_of_a_reply(world):  # noqa: F811
    """Of three people: whose pin it is, who said something, who replies to that."""
    said, reply = (world.sql("insert into item (kind, owner) values ('comment', %s)"
                             " returning id", (who,))[0][0] for who in (4, 5))
    (pin, owner), = world.sql("select id, owner from item where kind = 'pin'"
                              " and owner not in (4, 5) limit 1")
    world.sql("insert into comment (id, on_item, content) values (%s, %s, 'x')", (said, pin))
    world.sql("insert into comment (id, on_item, parent, content)"
              " values (%s, %s, %s, 'x')", (reply, pin, said))
    change_beside_a_job(world, ("comment", 5, reply),
                        "update account set is_active = false where id = %s", owner)
    world.sql("update account set is_active = true where id = %s", (owner,))
    assert_told(world)
