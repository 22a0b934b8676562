"""Notices: who is told of what, how it is grouped, what is counted."""

import contextlib
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from checks import ids, run_job, settle, time_of
from client import signup
from stack import wait_for

NOTICE = {"id", "kind", "actors", "num_actors", "item", "url", "created_at", "read", "action",
          "note"}
KINDS = {"follow", "like", "comment", "reply", "mention", "invite"}


def follow(client, whom):
    client.want(200, "PUT", f"users/{whom.username}/follow")


def unfollow(client, whom):
    client.want(200, "DELETE", f"users/{whom.username}/follow")


def count(person):
    return person.want(200, "GET", "notices/count")["unread"]


def told(person):
    """All that a person is told, when the jobs are done; the bell says how much
    of it is unread."""
    settle(person.stack)
    found = list(person.pages("notices/?limit=3"))
    for one in found:
        assert set(one) == NOTICE and one["num_actors"] >= len(one["actors"])
        time_of(one["created_at"])
    assert len(set(ids(found))) == len(found)
    assert ids(found) == sorted(ids(found), reverse=True)
    assert count(person) == sum(not one["read"] for one in found)
    return found


def names(notice):
    return [actor["username"] for actor in notice["actors"]]


@pytest.fixture
def crowd(stack):
    return [signup(stack) for _ in range(4)]


def board_of(person, title="Harbours", secret=False):
    return person.want(201, "POST", "boards/", json={"title": title, "secret": secret})["id"]


def invite(stack, board, whom):
    stack.change("insert into board_member (board, account, role) values (%s, %s, 'adder')",
                 (board, whom.user["id"]))


# Groups.

def test_a_follow_is_told(person, other):
    assert told(person) == [] and count(person) == 0
    follow(other, person)
    one, = told(person)
    assert one["kind"] == "follow" and not one["read"] and one["num_actors"] == 1
    assert one["actors"] == [{"id": other.user["id"], "username": other.username,
                              "avatar": None}]
    assert one["item"] is None and one["url"] == f"/@{other.username}"
    assert told(other) == []


def test_what_happens_while_it_is_unread_is_one(person, crowd):
    for one in crowd:
        follow(one, person)
        settle(person.stack)
    group, = told(person)
    assert group["num_actors"] == 4 and group["url"] == f"/@{person.username}/followers"
    assert names(group) == [one.username for one in reversed(crowd[1:])]


def test_what_was_read_begins_a_new_one(person, crowd):
    follow(crowd[0], person)
    first, = told(person)
    assert person.want(200, "POST", f"notices/{first['id']}/read") == {"unread": 0}
    follow(crowd[1], person)
    second, again = told(person)
    assert names(second) == [crowd[1].username] and not second["read"]
    assert again == {**first, "read": True}
    # read twice is read once
    assert person.want(200, "POST", f"notices/{first['id']}/read") == {"unread": 1}
    assert person.want(200, "POST", "notices/read", json={"id": second["id"]}) == {"unread": 0}
    assert all(one["read"] for one in told(person))


def test_what_came_since_stays_unread(person, crowd):
    """All up to what was shown: a group that grew since was not."""
    follow(crowd[0], person)
    shown, = told(person)
    follow(crowd[1], person)
    settle(person.stack)
    assert person.want(200, "POST", "notices/read", json={"id": shown["id"]}) == {"unread": 1}
    # who opens it by the id that was shown has read it
    grown, = told(person)
    assert grown["id"] > shown["id"]
    assert person.want(200, "POST", f"notices/{shown['id']}/read") == {"unread": 0}


def test_taken_back_before_it_was_read(person, crowd):
    for one in crowd[:2]:
        follow(one, person)
    settle(person.stack)
    unfollow(crowd[0], person)
    group, = told(person)
    assert group["num_actors"] == 1 and names(group) == [crowd[1].username]
    unfollow(crowd[1], person)
    assert told(person) == []


def test_what_was_read_stays_and_is_not_told_again(person, other):
    follow(other, person)
    one, = told(person)
    person.want(200, "POST", "notices/read", json={"id": one["id"]})
    for _ in range(2):
        unfollow(other, person)
        settle(person.stack)
        follow(other, person)
        assert told(person) == [{**one, "read": True}]


def test_a_job_may_run_again(stack, person, crowd):
    follow(crowd[0], person)
    follow(crowd[1], person)
    before = told(person)
    for one in crowd[:3] * 3:  # the third does not follow
        stack.sql("select add_notice_job('follow', %s, %s)",
                  (one.user["id"], person.user["id"]))
    assert told(person) == before


# Who is not told.

def test_nothing_of_those_who_are_blocked_or_muted(stack, person, crowd):
    me = person.user["id"]
    stack.change("insert into mute (account, person) values (%s, %s)", (me, crowd[0].user["id"]))
    follow(crowd[0], person)
    assert told(person) == []
    follow(crowd[1], person)
    follow(crowd[2], person)
    assert told(person)[0]["num_actors"] == 2
    stack.change("insert into block values (%s, %s)", (me, crowd[1].user["id"]))
    assert names(told(person)[0]) == [crowd[2].username]
    stack.change("insert into block values (%s, %s)", (crowd[2].user["id"], me))
    assert told(person) == []
    follow(crowd[3], person)
    told(person)
    stack.change("insert into mute (account, person) values (%s, %s)", (me, crowd[3].user["id"]))
    assert told(person) == []


def test_nothing_of_closed_accounts_nor_for_them(stack, person, crowd):
    follow(crowd[0], person)
    follow(crowd[1], person)
    assert told(person)[0]["num_actors"] == 2
    close = "update account set is_active = false where id = %s"
    stack.change(close, (crowd[0].user["id"],))
    assert names(told(person)[0]) == [crowd[1].username]
    stack.change(close, (crowd[1].user["id"],))
    assert told(person) == []
    with stack.connect() as db, db.cursor() as sql:  # at once
        sql.execute(close, (crowd[3].user["id"],))
        sql.execute("insert into follow values (%s, %s)",
                    (crowd[2].user["id"], crowd[3].user["id"]))
    settle(stack)
    assert stack.sql("select 1 from notice where receiver = %s", (crowd[3].user["id"],)) == []


def test_a_removed_account_leaves_nothing(stack, person, crowd):
    follow(crowd[0], person)
    follow(crowd[1], person)
    told(person)
    stack.change("delete from account where id = %s", (crowd[0].user["id"],))
    assert names(told(person)[0]) == [crowd[1].username]
    stack.change("delete from account where id = %s", (person.user["id"],))
    settle(stack)
    assert stack.sql("select 1 from notice_event where receiver = %s",
                     (person.user["id"],)) == []
    run_job(stack, "check_counters")
    assert not stack.lines("counter notice")


def test_settings(person, crowd):
    assert person.want(200, "GET", "notices/settings") == dict.fromkeys(KINDS, True)
    assert person.want(200, "PATCH", "notices/settings", json={"follow": False}) == {
        **dict.fromkeys(KINDS, True), "follow": False}
    follow(crowd[0], person)
    assert told(person) == []
    assert person.want(200, "PATCH", "notices/settings", json={"like": False}) == {
        **dict.fromkeys(KINDS, True), "follow": False, "like": False}
    assert person.want(200, "PATCH", "notices/settings", json={"follow": True, "like": True}) \
        == person.want(200, "GET", "notices/settings") == dict.fromkeys(KINDS, True)
    follow(crowd[1], person)
    assert names(told(person)[0]) == [crowd[1].username]
    for wrong in ({"follow": "perhaps"}, {"staff": False}, {"unread": 5}):
        person.want(400, "PATCH", "notices/settings", json=wrong)


# Invitations.

def test_an_invitation(stack, person, other):
    board = board_of(other, secret=True)
    invite(stack, board, person)
    one, = told(person)
    assert one["kind"] == "invite" and names(one) == [other.username]
    assert one["item"] == {"id": board, "kind": "board", "title": "Harbours", "image": None}
    assert one["url"] == f"/board/{board}"
    stack.change("delete from board_member where board = %s", (board,))
    assert told(person) == []


def test_a_board_that_is_there_no_longer(stack, person, other):
    boards = [board_of(other, f"Board {i}") for i in range(3)]
    for board in boards:
        invite(stack, board, person)
    assert len(told(person)) == 3
    stack.change("update board set deleted_at = now() where id = %s", (boards[0],))
    assert {one["item"]["id"] for one in told(person)} == set(boards[1:])
    stack.change("update board set deleted_at = null where id = %s", (boards[0],))
    assert len(told(person)) == 3
    stack.change("update board set visibility = 2 where id = %s", (boards[1],))
    assert len(told(person)) == 2
    other.want(204, "DELETE", f"boards/{boards[2]}")
    assert [one["item"]["id"] for one in told(person)] == boards[:1]
    stack.change("insert into block values (%s, %s)", (other.user["id"], person.user["id"]))
    assert told(person) == []


def test_people_are_locked_before_boards(stack, person, other):
    """As a new pin locks its maker, whose posts it counts, before the board that it
    is put on: who tells of an invitation has not that board while it waits for
    its owner."""
    board = board_of(other)
    invite(stack, board, person)
    pin, job = stack.connect(), stack.connect()
    pin.autocommit = False
    with contextlib.closing(job), ThreadPoolExecutor(1) as pool, contextlib.closing(pin):
        one, two = pin.cursor(), job.cursor()
        one.execute("select 1 from account where id = %s for no key update", (other.user["id"],))
        telling = pool.submit(two.execute, "select notice_write('invite', %s, %s)",
                              (other.user["id"], board))
        wait_for(lambda: stack.sql(
            "select 1 from pg_stat_activity where pid = %s and wait_event_type = 'Lock'",
            (job.info.backend_pid,)))
        one.execute("select 1 from board where id = %s for no key update nowait", (board,))
        pin.commit()
        telling.result()


# Whose.

def test_only_ones_own(person, other):
    follow(other, person)
    one, = told(person)
    for path in (f"notices/{one['id']}/read", "notices/999999999/read"):
        assert other.want(404, "POST", path) == {"detail": "not found"}
    assert other.want(200, "POST", "notices/read", json={"id": one["id"] + 10}) == {"unread": 0}
    assert told(person) == [one]


def test_a_walk_while_it_grows(person, crowd, stack):
    """Pages go by the newest event; what grows comes first, under a new id."""
    boards = [board_of(crowd[0], f"Board {i}") for i in range(6)]
    for board in boards:
        invite(stack, board, person)
    whole = told(person)
    page = person.want(200, "GET", "notices/?limit=2")
    follow(crowd[1], person)
    stack.change("delete from board_member where board = %s", (boards[5],))
    settle(stack)
    rest = list(person.pages(page["next"]))
    assert ids(page["results"]) + ids(rest) == ids(whole)
    assert [one["kind"] for one in told(person)] == ["follow"] + 5 * ["invite"]


# The number is that of the list, whatever happens.

class Life:
    """People who do at random whatever makes or takes notices."""

    def __init__(self, stack, seed):
        self.stack, self.dice = stack, random.Random(seed)
        self.people = [signup(stack) for _ in range(5)]
        self.boards = [(one, board_of(one, f"Board {i}", i == 2))
                       for one in self.people for i in range(3)]

    def two(self):
        return self.dice.sample(self.people, 2)

    def ids(self):
        one, two = self.two()
        return one.user["id"], two.user["id"]

    def sql(self, text, *values):
        self.stack.change(text, values)

    def follow(self, method="PUT"):
        """Whom one may not see one cannot follow."""
        one, two = self.two()
        answer = one.request(method, f"users/{two.username}/follow")
        assert answer.status_code in (200, 404), answer.text

    def unfollow(self):
        self.follow("DELETE")

    def block(self):
        self.sql("insert into block values (%s, %s) on conflict do nothing", *self.ids())

    def unblock(self):
        self.sql("delete from block where blocker = %s and blocked = %s", *self.ids())

    def invite(self):
        owner, board = self.dice.choice(self.boards)
        whom = self.dice.choice([one for one in self.people if one is not owner])
        self.sql("insert into board_member (board, account, role) values (%s, %s, 'viewer') "
                 "on conflict do nothing", board, whom.user["id"])

    def uninvite(self):
        self.sql("delete from board_member where board = %s", self.dice.choice(self.boards)[1])

    def hide(self):
        owner, board = self.dice.choice(self.boards)
        owner.request("PATCH", f"boards/{board}", json={"secret": self.dice.random() < .5})

    def remove(self):
        self.sql("update board set deleted_at = case when deleted_at is null then now() end "
                 "where id = %s", self.dice.choice(self.boards)[1])

    def read(self):
        one = self.dice.choice(self.people)
        found = one.want(200, "GET", "notices/")["results"]
        if found:
            one.want(200, "POST", "notices/read",
                     json={"id": self.dice.choice(found)["id"]})

    def read_one(self):
        one = self.dice.choice(self.people)
        found = one.want(200, "GET", "notices/")["results"]
        if found:
            one.request("POST", f"notices/{self.dice.choice(found)['id']}/read")

    def close(self):
        one = self.dice.choice(self.people[3:]).user["id"]
        self.sql("update account set is_active = false where id = %s", one)
        self.sql("update account set is_active = true where id = %s", one)

    def steps(self):
        return [self.follow, self.follow, self.unfollow, self.block, self.unblock, self.unblock,
                self.invite, self.invite, self.uninvite, self.hide, self.remove, self.read,
                self.read_one]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_number_is_that_of_the_list(stack, seed):
    life = Life(stack, seed)
    seen = 0
    for _ in range(12):
        for _ in range(8):
            life.dice.choice(life.steps())()
        for one in life.people:
            found = told(one)
            seen += len(found)
            # twice: as it is when all jobs have been done again, it stays
    assert seen > 50
    for _ in range(3):
        life.close()
    run_job(stack, "check_counters")
    assert not stack.lines("counter notice")


def test_the_number_is_exact_under_concurrency(stack):
    """Many at once, and jobs in two processes: nobody waits in a circle, every
    number is that of the rows."""
    life = Life(stack, 3)
    before = len(stack.log())
    dead = stack.sql("select count(*) from job where dead_at is not null")

    def act(seed):
        mine = Life.__new__(Life)
        mine.__dict__ = {**life.__dict__, "dice": random.Random(seed)}
        for _ in range(12):
            mine.dice.choice(mine.steps())()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(16)))
    for one in life.people:
        told(one)
    run_job(stack, "check_counters")
    assert not stack.lines("counter notice", "deadlock", since=before)
    assert stack.sql("select count(*) from job where dead_at is not null") == dead


# How long.

def test_they_are_kept_for_90_days(stack, person, crowd):
    follow(crowd[0], person)
    one, = told(person)
    person.want(200, "POST", "notices/read", json={"id": one["id"]})
    follow(crowd[1], person)
    told(person)
    old = "update notice set created_at = now() - interval '%s days' where newest = %s"
    stack.change(old, (89, one["id"]))
    run_job(stack, "sweep_notices")
    assert len(told(person)) == 2
    stack.change(old, (91, one["id"]))
    run_job(stack, "sweep_notices")
    assert names(told(person)[0]) == [crowd[1].username] and len(told(person)) == 1
    # what was told and forgotten is not told again
    stack.change("update follow set created_at = now() - interval '91 days' where follower = %s",
                 (crowd[0].user["id"],))
    stack.sql("select add_notice_job('follow', %s, %s)",
              (crowd[0].user["id"], person.user["id"]))
    assert len(told(person)) == 1
