"""C3: the disks of pictures, of Postgres and of the logs are full, one after the
other: who wants to write is told so (507, 503), nothing is half-done, and when
there is room again all is well without a restart.

Each is a small file system in memory of its own; where none can be mounted
these tests are skipped."""

import os
import shutil
import subprocess

import pytest
from audit import counters, pictures, settle
from stack import Stack, wait_for

import client as tools

MB = 1024 * 1024
SIZES = {"store": 24, "pgdisk": 400, "log": 16}  # MB


def mount(folder, megabytes):
    folder.mkdir(parents=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder],
                          capture_output=True, text=True)
    return done.returncode == 0


class Disks:
    def __init__(self, stack):
        self.stack = stack
        self.mounted = [stack.dir / name for name, size in SIZES.items()
                        if mount(stack.dir / name, size)]

    def prepare(self):
        """Postgres at its own place, as where it cannot reach the folder."""
        for name in ("media", "spool"):
            (self.stack.dir / "store" / name).mkdir()
            (self.stack.dir / name).symlink_to(f"store/{name}")
        place = self.stack.dir / "pgdisk"
        if os.geteuid() == 0:
            os.chmod(self.stack.dir, 0o711)
            shutil.chown(place, "postgres", "postgres")
        (self.stack.dir / "pg").symlink_to(place / "pg")

    def fill(self, name):
        """To the last byte."""
        with open(self.stack.dir / name / "filler", "wb", buffering=0) as file:
            size = MB
            while size:
                try:
                    while file.write(b"x" * size) == size:
                        pass
                except OSError:
                    pass
                size //= 16

    def free(self, name):
        (self.stack.dir / name / "filler").unlink()

    def close(self):
        for folder in self.mounted:
            subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture(scope="module")
def disks():
    stack = Stack({"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1, "fast_workers": 2},
                  durable=True)
    made = Disks(stack)
    try:
        if len(made.mounted) < len(SIZES):
            pytest.skip("file systems cannot be mounted here")
        made.prepare()
        stack.start()
        yield made
    finally:
        stack.stop()
        made.close()
        stack.destroy()


@pytest.fixture
def ann(disks):
    return tools.signup(disks.stack)


def upload(person, title, size=(900, 700)):
    return person.post("pins/", data={"title": title}, files={
        "image": ("a.png", tools.picture(size=size))})


def titles(stack, table, person):
    where = "board b where owner = %s" if table == "board" else \
        "pin p join item i on i.id = p.id where i.owner = %s"
    return {title for title, in stack.sql(f"select title from {where}", (person.user["id"],))}


def test_the_disk_of_pictures(disks, ann):
    stack = disks.stack
    upload(ann, "before")
    settle(stack)
    disks.fill("store")
    try:
        answers = [upload(ann, f"full {n}") for n in range(4)]
        assert [answer.status_code for answer in answers] == [507] * 4
        assert answers[0].json()["detail"] == "no space left"
        ann.want(201, "POST", "boards/", json={"title": "needs no room"})
        ann.want(200, "GET", "pins/")
    finally:
        disks.free("store")
    assert upload(ann, "after").status_code == 201
    settle(stack)
    assert titles(stack, "pin", ann) == {"before", "after"}


def test_the_disk_becomes_full_behind_an_upload(disks, ann):
    """The other sizes of a picture are made later: then, or when there is
    room."""
    stack = disks.stack
    assert upload(ann, "early", (1600, 1200)).status_code == 201
    disks.fill("store")
    assert upload(ann, "late").status_code == 507
    disks.free("store")
    settle(stack)
    assert stack.sql("select 1 from media where not complete") == []
    assert titles(stack, "pin", ann) == {"early"}


def test_the_disk_of_postgres(disks, ann):
    """What is answered is there, what is refused is not."""
    stack, text = disks.stack, "x" * 900
    pin = upload(ann, "a pin").json()["id"]
    disks.fill("pgdisk")
    try:
        said = []
        for n in range(120):
            answer = ann.post(f"items/{pin}/comments", json={"content": f"{n} {text}"})
            assert answer.status_code in (201, 503), answer.text
            said.append(answer.status_code)
        assert 503 in said
        ann.want(200, "GET", "pins/")
    finally:
        disks.free("pgdisk")
    wait_for(lambda: ann.post(f"items/{pin}/comments", json={"content": "after"})
             .status_code == 201, 20)
    there = {content.partition(" ")[0] for content, in stack.sql("select content from comment")}
    assert there - {"after"} == {str(n) for n, status in enumerate(said) if status == 201}


def test_the_disk_of_the_logs(disks, ann):
    """Lines are lost, requests are not."""
    stack = disks.stack
    disks.fill("log")
    try:
        for n in range(40):
            ann.want(201, "POST", "boards/", json={"title": f"unlogged {n}"})
        assert upload(ann, "unlogged").status_code == 201
    finally:
        disks.free("log")
    mark = tools.unique("agent")
    wait_for(lambda: ann.get("pins/", headers={"User-Agent": mark}).status_code == 200)
    before = stack.log().count("route=/boards")
    ann.want(201, "POST", "boards/", json={"title": "logged"})
    wait_for(lambda: stack.log().count("route=/boards") > before)


def test_nothing_is_wrong_after_all_this(disks):
    settle(disks.stack)
    assert counters(disks.stack) == [] and pictures(disks.stack) == []
