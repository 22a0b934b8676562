"""The drill: a site that people write on is backed up, everything of it is
destroyed, and another one is made of the backup."""

import random
import re
import shutil
import subprocess

import pytest
from checks import settle
from drill import backup, check_site, crowd, restore, rows

import client as tools
from stack import Stack, wait_for

SETTINGS = {"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1}


def numbers(done):
    return {name: int(n) for name, n in re.findall(r"(\w+)=(\d+)", done.stdout)}


def acknowledged(writers):
    found = {}
    for one in writers:
        found.update(one.acknowledged())
    return found


def load(writers, steps):
    """Until everybody has done so much more."""
    goal = [one.steps + steps for one in writers]
    wait_for(lambda: all(one.steps >= n for one, n in zip(writers, goal, strict=True)), 60)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def test_the_drill(folder):
    with Stack(SETTINGS) as old:
        keeper = tools.signup(old)
        for _ in range(3):
            keeper.upload("pins/", "Here to stay", tools.picture(size=(300, 200)))
        settle(old)
        writers = crowd(old, 2)
        load(writers, 7)
        first = numbers(backup(old, folder))
        load(writers, 4)
        before = acknowledged(writers)
        second = numbers(backup(old, folder))
        kept = {pin: title for pin, title in before.items() if pin in acknowledged(writers)}
        assert old.run("backup", "--verify", folder).returncode == 0
        load(writers, 1)  # the site was there all the time
        old.kill_all()
        for one in writers:
            one.ending.set()
        shutil.rmtree(old.media_dir)
    assert len(kept) > 2
    # only what is new was copied
    assert first["new_files"] == first["files"] >= 9
    assert 0 < second["new_files"] <= second["files"] - 9
    assert first["missing"] == second["missing"] == 0

    fresh = Stack(SETTINGS)
    try:
        restore(fresh, folder)
        fresh.start()
        check_site(fresh)
        found = dict(fresh.sql("select id, title from pin"))
        assert {pin: found.get(pin) for pin in kept} == kept
        assert fresh.sql("select count(*) from account") == [(second["accounts"],)]
        again = tools.login(fresh, writers[0].me.email, writers[0].me.password)
        again.upload("pins/", "After it", tools.picture())
        similar = next(iter(kept))
        assert again.want(200, "GET", f"pins/{similar}/similar_pin") is not None
        check_site(fresh)
        third = numbers(backup(fresh, folder))
        assert third["new_files"] <= third["files"] - 9
        fresh.keep_logs("backup")
    finally:
        fresh.destroy()


def kill_after(seconds, stack, command, *args):
    """Starts a command of the stack and kills it after a while, the program
    alone: pg_dump and psql must notice by themselves.  Was it faster?"""
    with subprocess.Popen(
            [str(stack.program), command, "--conf", str(stack.conf), *map(str, args)],
            env={**stack.environment(), "PINWALL_DATABASE": stack.dsn("pinwall_owner")},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            running.kill()
        return running.wait() == 0


def moments():
    """Seconds: at once, and then ever later."""
    dice = random.Random(5)
    return (0.02 * 1.3 ** i * dice.uniform(0.9, 1.1) for i in range(40))


def test_kill_in_the_midst_of_a_backup(folder):
    with Stack(SETTINGS) as stack:
        ann = tools.signup(stack)
        for _ in range(12):
            ann.upload("pins/", "A pin", tools.picture(size=(300, 200)))
        made = killed = 0
        for seconds in moments():
            ann.upload("pins/", "Another", tools.picture(size=(300, 200)))
            good = kill_after(seconds, stack, "backup", folder)
            listed = stack.run("backup", "--list", folder, check=False).stdout.splitlines()
            # one that was cut off is not among them, unless nothing but its
            # report was
            assert len(listed) in ((made + 1,) if good else (made, made + 1))
            made, killed = len(listed), killed + (not good)
            if made:
                stack.run("backup", "--verify", folder)
            if good:
                break
        assert good and killed > 5
        done = backup(stack, folder)
        assert numbers(done)["missing"] == 0
        stack.run("backup", "--verify", folder)
        # nobody was kept from removing files for longer
        assert stack.sql("select count(*) from pg_locks where objid = 7274992") == [(0,)]


def test_kill_in_the_midst_of_a_restore(folder):
    stack = Stack(SETTINGS)
    try:
        stack.start()
        ann = tools.signup(stack)
        for _ in range(12):
            ann.upload("pins/", "In the backup", tools.picture(size=(300, 200)))
        check_site(stack)
        inside = rows(stack)
        backup(stack, folder)
        for pin in list(ann.pages("pins/"))[:4]:
            ann.want(204, "DELETE", f"pins/{pin['id']}")
        ann.upload("pins/", "After the backup", tools.picture(size=(300, 200)))
        check_site(stack)
        outside = rows(stack)
        assert inside != outside
        stack.kill_all("nginx", "run")
        killed = 0
        for seconds in moments():
            good = kill_after(seconds, stack, "restore", "--replace", folder)
            # what psql had begun ends with it
            wait_for(lambda: stack.sql("select count(*) from pg_stat_activity where pid <> "
                                       "pg_backend_pid() and usename = 'pinwall_owner'")
                     == [(0,)], 30)
            now = rows(stack)
            assert now == inside if good else now in (inside, outside)
            killed += not good
            if now == inside:
                break
        assert now == inside and killed > 5
        restore(stack, folder, "--replace")
        stack.start()
        check_site(stack)
        assert rows(stack) == inside
    finally:
        stack.destroy()
