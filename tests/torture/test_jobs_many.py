"""C7: five processes take jobs from one database, are killed at random, and
their clocks are wrong by an hour.  No job is lost, none is at work twice at
once, one is done again only when who had done it was killed before it was said,
and the slots of schedules are taken once.

What is due is a matter of the database's clock alone.
"""

import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from audit import settle
from bars import bar
from faults import processes
from stack import TOP, Stack, wait_for

sys.path.insert(0, str(TOP / "tests" / "keys"))

import smtp  # noqa: E402

SEED = int(os.environ.get("TORTURE_SEED", int.from_bytes(os.urandom(3), "big")))
OTHERS = 4  # masters beside that of the site
SECONDS, MAILS = bar(90, 15), bar(2500, 300)
HELD_S = 0.03  # a mail takes so long
EVERY_S = 2    # a slot of the schedules meanwhile
SLOTS = ("sweep_tokens", "sweep_notices", "sweep_exports")
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
CLOCKS = ("+3600", "-3600", "+0")

# What was done and what the schedules added, noted by Postgres.
NOTES = """
    create table job_done (id bigint, kind text);
    create table job_added (kind text, at timestamptz);
    create function note_job() returns trigger language plpgsql security definer as $$
    begin
        if tg_op = 'DELETE' then
            insert into public.job_done values (old.id, old.kind);
        else
            insert into public.job_added values (new.kind, now());
        end if;
        return null;
    end $$;
    create trigger note_job after insert or delete on job for each row
        execute function note_job();
"""
WORK = """
    with added as (
        insert into job (kind, data)
        select 'mail', json_build_object('to', 'p' || n || '@example.com', 'subject', 'x',
            'text', 'y')
        from generate_series(%s, %s) n returning id)
    select id from added
"""


class Letter(smtp.Session):
    """Held for a while before it is taken over, unless its sender dies."""

    def do_data(self, text):
        to, post = self.receivers[0], self.server
        with post.lock:
            other = post.going.get(to)
            if other and not select.select([other], [], [], 0)[0]:
                post.twice.append(to)
            post.going[to] = self.client
        try:
            if select.select([self.client], [], [], HELD_S)[0]:
                raise EOFError
            super().do_data(text)
        finally:
            with post.lock:
                if post.going.get(to) is self.client:
                    del post.going[to]


class Post(smtp.Server):
    def __init__(self):
        super().__init__()
        self.lock, self.going, self.twice = threading.Lock(), {}, []

    def serve(self, client):
        client.settimeout(60)
        with client:
            try:
                Letter(self, client).run()
            except (OSError, EOFError):
                pass


class Other:
    """A further master of jobs alone, on the same database, with a clock of its
    own."""

    def __init__(self, stack, n, dice):
        self.stack, self.dice, self.name = stack, dice, f"run-{n}"
        self.folder = stack.dir / self.name
        self.folder.mkdir()
        self.master = None

    def start(self):
        env = {**self.stack.environment(), "PINWALL_RUN_DIR": str(self.folder)}
        if FAKETIME.exists():
            env |= {"LD_PRELOAD": str(FAKETIME), "FAKETIME": self.dice.choice(CLOCKS),
                    "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}
        with open(self.stack.log_dir / f"{self.name}.log", "ab") as log:
            self.master = subprocess.Popen(
                [self.stack.program, "serve", "jobs", "--conf", self.stack.conf], env=env,
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def kill(self):
        """The master with its process, or that alone; how many took jobs."""
        pids = self.stack.processes(self.name)
        below = [pid for pid in pids if pid != self.master.pid]
        if self.dice.random() < 0.5:
            below = below[:1]
            pids = below
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return len(below)

    def stop(self):
        self.stack.kill_all(self.name)
        self.master.wait()


@pytest.fixture
def site():
    with Post() as post, Stack({
            "limit_scale": 100000, "fast_workers": 1, "smtp_url": f"smtp://127.0.0.1:{post.port}"},
            durable=True) as stack:
        yield stack, post
        stack.keep_logs("jobs_many")


def torment(stack, others, dice, end):
    """How many processes were killed that take jobs."""
    killed = 0
    while time.monotonic() < end:
        time.sleep(dice.uniform(0.1, 0.6))
        one = dice.choice([None, *others])
        if one:
            killed += one.kill()
            if one.master.poll() is not None:
                one.stop()
                one.start()
        else:
            for pid in processes(stack, "jobs"):
                os.kill(pid, signal.SIGKILL)
                killed += 1
    return killed


def add_mails(stack, end):
    """Some now, some then; the ids of the jobs."""
    ids, steps = [], 10
    for step in range(steps):
        most = MAILS * (step + 1) // steps
        ids += [n for (n,) in stack.sql(WORK, (MAILS * step // steps + 1, most))]
        time.sleep(max(0, (end - time.monotonic()) / (steps - step) - 0.2))
    return ids


def by_many(stack, dice):
    """Mails and slots for five masters: (ids, how many processes were killed)."""
    stack.sql(NOTES)
    stack.sql("update schedule set every = %s * interval '1 second', next_at = now() "
              "where kind = any (%s)", (EVERY_S, list(SLOTS)))
    others = [Other(stack, n, dice).start() for n in range(OTHERS)]
    ids, end = [], time.monotonic() + SECONDS
    adding = threading.Thread(target=lambda: ids.extend(add_mails(stack, end)))
    adding.start()
    try:
        killed = torment(stack, others, dice, end)
        adding.join()
        stack.sql("update schedule set every = '1 day', next_at = now() + interval '1 day'")
        settle(stack)
        wait_for(lambda: stack.sql("select 1 from job where kind = 'mail'") == [], 60)
    finally:
        adding.join()
        for one in others:
            one.stop()
    return ids, killed


def test_jobs_of_many_processes(site):
    stack, post = site
    ids, killed = by_many(stack, random.Random(SEED))
    sent = Counter(to for _, receivers, _ in post.mails for to in receivers)
    again = sum(sent.values()) - len(sent)
    done = Counter(stack.sql("select id, kind from job_done"))
    slots = stack.sql("select kind, at, lag(at) over (partition by kind order by at) "
                      "from job_added where kind = any (%s)", (list(SLOTS),))
    near = [row for row in slots if row[2] and (row[1] - row[2]).total_seconds() < EVERY_S]
    print(f"seed {SEED}: {len(ids)} mails, {len(slots)} slots, {OTHERS + 1} masters, {killed} "
          f"processes killed; {again} mails sent again, {len(post.twice)} twice at once, "
          f"{len(near)} slots taken twice" + ("" if FAKETIME.exists() else "; clocks were right"))
    assert len(ids) == MAILS and killed > SECONDS / 2
    assert post.twice == []
    assert set(sent) == {f"<p{n}@example.com>" for n in range(1, MAILS + 1)}
    # who was killed between the mail and COMMIT
    assert again <= killed
    assert max(done.values()) == 1 and {n for n, kind in done if kind == "mail"} == set(ids)
    assert near == [] and len(slots) >= len(SLOTS) * 2
    assert Counter(kind for kind, _, _ in slots) == Counter(
        kind for _, kind in done if kind in SLOTS)
