"""Everything that people write to each other's things, at once: they wait for
each other in one order, so nobody is sent away, and afterwards every number is
that of the rows.

    SECONDS=300 pytest tests/api/test_all_at_once.py      for longer
"""

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from checks import finish, many_pins, run_job, settle
from client import Client, signup, unique
from stack import Stack

PEOPLE, THREADS = 3, 12
SECONDS = float(os.environ.get("SECONDS", 8))
SEED = int(os.environ.get("SEED", int.from_bytes(os.urandom(3), "big")))


class Life:
    """A few people, their things, and one of their steps after the other."""

    def __init__(self, stack):
        self.stack, self.people = stack, [signup(stack) for _ in range(PEOPLE)]
        self.names = [one.username for one in self.people]
        self.pins, self.boards, self.comments = [], [], []  # (whose: a number, id)
        self.tags = [self.people[0].want(201, "POST", "tags/", json={
            "tag_name": unique("tag")})["id"] for _ in range(3)]
        for n, one in enumerate(self.people):
            self.pins += [(n, pin) for pin in many_pins(stack, one, 3)]
            self.boards.append((n, one.want(201, "POST", "boards/", json={
                "title": unique("b")})["id"]))
        self.done, self.failed, self.over = set(), [], threading.Event()
        self.requests = 0

    def left(self):
        """The steps that nobody has done yet."""
        return {name for name in dir(Somebody) if name.startswith("do_")} - self.done

    def run(self, seed):
        """Who, what and on which thing are drawn."""
        one = Somebody(self, random.Random(seed))
        steps = [name for name in dir(one) if name.startswith("do_")]
        while not self.over.is_set():
            name = one.dice.choice(steps)
            answer = getattr(one, name)()
            self.requests += 1
            if answer.status_code < 300:
                self.done.add(name)
            if answer.status_code >= 500:
                self.failed.append((name, answer.status_code, answer.text[:200]))


class Somebody:
    """Each step asks as whose it is, most of the time."""

    def __init__(self, life, dice):
        self.life, self.dice, self.clients = life, dice, []
        for one in life.people:
            self.clients.append(Client(life.stack))
            self.clients[-1].use_token(one.token)

    def seldom(self):
        return self.dice.random() < 0.15

    def who(self):
        return self.dice.choice(self.clients)

    def name(self):
        return self.dice.choice(self.life.names)

    def of(self, things):
        """(who, id)"""
        if not things:
            return self.who(), 999999999
        owner, thing = self.dice.choice(things)
        return (self.who() if self.seldom() else self.clients[owner]), thing

    def pin(self):
        return self.dice.choice(self.life.pins)[1]

    def some_pins(self, n):
        return [pin for _, pin in self.dice.sample(self.life.pins, n)]

    def do_pin(self):
        who, pin = self.of(self.life.pins)
        return who.patch(f"pins/{pin}", json={
            "title": f"{unique('t')} #{self.dice.choice('abc')}"})

    def do_remove(self):
        who, pin = self.of(self.life.pins)
        return who.delete(f"pins/{pin}")

    def do_restore(self):
        who, pin = self.of(self.life.pins)
        return who.post(f"items/{pin}/restore")

    do_restore_more = do_restore

    def do_bulk(self):
        n = self.dice.randrange(PEOPLE)
        mine = [pin for owner, pin in self.life.pins if owner == n]
        return self.clients[n].post("pins/bulk", json={
            "ids": self.dice.sample(mine, 3),
            "action": self.dice.choice(["delete", "restore", "restore"])})

    def do_add(self):
        who, board = self.of(self.life.boards)
        return who.post(f"boards/{board}/items", json={
            "ids": self.some_pins(3), "action": self.dice.choice(["add", "remove"])})

    def do_add_one(self):
        who, board = self.of(self.life.boards)
        return who.post(f"boards/{board}/add_pin", json={"id": self.pin()})

    def do_take_off(self):
        who, board = self.of(self.life.boards)
        on = who.get(f"pins/?board={board}")
        ids = [pin["id"] for pin in on.json()["results"]] if on.status_code == 200 else []
        return who.delete(f"boards/{board}/pins/{self.dice.choice(ids or [1])}")

    def do_board(self):
        who, board = self.of(self.life.boards)
        return who.patch(f"boards/{board}", json={
            "title": unique("b"), "secret": self.seldom()})

    def do_board_goes(self):
        who, board = self.of(self.life.boards)
        return who.delete(f"boards/{board}")

    def do_board_comes(self):
        who, board = self.of(self.life.boards)
        return who.post(f"boards/{board}/restore")

    do_board_comes_more = do_board_comes

    def do_invite(self):
        who, board = self.of(self.life.boards)
        return who.post(f"boards/{board}/members", json={
            "username": self.name(), "role": self.dice.choice(["editor", "adder"])})

    def do_accept(self):
        board = self.dice.choice(self.life.boards)[1]
        for who in self.clients:
            answer = who.post(f"boards/{board}/accept")
            if answer.status_code < 300:
                break
        return answer

    def do_leave(self):
        who, board = self.of(self.life.boards)
        return who.delete(f"boards/{board}/members/{self.name()}")

    def do_follow(self):
        return self.who().put(f"users/{self.name()}/follow")

    def do_unfollow(self):
        return self.who().delete(f"users/{self.name()}/follow")

    def do_follow_tag(self):
        return self.who().put(f"tags/{self.dice.choice(self.life.tags)}/follow")

    def do_unfollow_tag(self):
        return self.who().delete(f"tags/{self.dice.choice(self.life.tags)}/follow")

    def do_block(self):
        return self.who().put(f"users/{self.name()}/block")

    def do_unblock(self):
        for name in self.life.names:
            answer = self.who().delete(f"users/{name}/block")
        return answer

    def do_mute(self):
        return self.who().post("mutes", json={"person": self.name()})

    def do_unmute(self):
        who = self.who()
        mutes = who.get("mutes").json()["results"]
        return who.delete(f"mutes/{mutes[0]['id'] if mutes else 1}")

    def thing(self):
        return self.dice.choice(self.life.pins + self.life.comments)[1]

    def do_like(self):
        return self.who().put(f"items/{self.thing()}/like")

    def do_unlike(self):
        return self.who().delete(f"items/{self.thing()}/like")

    def do_keep(self):
        return self.who().put(f"items/{self.pin()}/bookmark")

    def do_keep_no_more(self):
        return self.who().delete(f"items/{self.pin()}/bookmark")

    def say(self, path):
        n = self.dice.randrange(PEOPLE)
        answer = self.clients[n].post(path, json={"content": f"hello @{self.name()}"})
        if answer.status_code == 201:
            self.life.comments.append((n, answer.json()["id"]))
        return answer

    def do_comment(self):
        return self.say(f"items/{self.pin()}/comments")

    def do_reply(self):
        return self.say(f"comments/{self.of(self.life.comments)[1]}/replies")

    def do_change(self):
        who, comment = self.of(self.life.comments)
        return who.patch(f"comments/{comment}", json={"content": f"@{self.name()} again"})

    def do_unsay(self):
        who, comment = self.of(self.life.comments)
        return who.delete(f"comments/{comment}")

    def do_resay(self):
        who, comment = self.of(self.life.comments)
        return who.post(f"comments/{comment}/restore")

    def do_read(self):
        who = self.who()
        told = who.get("notices").json()["results"]
        return who.post(f"notices/{told[0]['id'] if told else 1}/read")

    def do_profile(self):
        return self.who().patch("users/me", json={"introduction": unique("i")})

    def do_empty(self):
        """Only the first one, so that the others' things can come back."""
        return self.clients[0].delete("trash")


def test_all_at_once():
    with Stack({"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1, "fast_workers": 6,
                "slow_workers": 2}) as stack:
        life = Life(stack)
        with ThreadPoolExecutor(THREADS) as pool:
            running = [pool.submit(life.run, SEED + n) for n in range(THREADS)]
            time.sleep(SECONDS)
            until = time.monotonic() + 60
            while life.left() and time.monotonic() < until:
                time.sleep(0.1)
            life.over.set()
            for one in running:
                one.result()
        settle(stack)
        run_job(stack, "check_counters")
        print(f"seed {SEED}: {life.requests} requests")
        finish(stack, "all-at-once")
        assert not stack.lines("deadlock", " counter "), f"seed {SEED}"
        assert not life.failed, life.failed[:10]
        assert not life.left(), f"seed {SEED}: never done: {life.left()}"
