"""Processes killed, the database gone, the disk in the way: nothing is ever
half-done, and the site comes back by itself."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from checks import (count, delete_for_good, files, finish, ids, processes, quiet, remove_account,
                    run_job, settle, stopped, unchanged)
from client import Client, picture, signup, unique
from stack import Stack, wait_for

ORPHAN_AGE = 2 * 3600


@pytest.fixture(scope="module")
def far():
    """A server that accepts and then says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(20)
        yield listener


@pytest.fixture(scope="module")
def site(far):
    address = "127.0.0.1:%d" % far.getsockname()[1]
    with Stack({"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1, "fast_workers": 2,
                "slow_workers": 2, "fetch_allow": address}, durable=True) as stack:
        yield stack
        finish(stack, "robust")


@pytest.fixture
def ann(site):
    return signup(site)


def kill(site, role):
    """kill -9; returns when others are in their places."""
    old = processes(site, role)
    assert old
    for pid in old:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_for(lambda: processes(site, role) and not set(processes(site, role)) & set(old))


def far_pin(ann, far):
    return {"title": "far", "image_url": "http://127.0.0.1:%d/" % far.getsockname()[1]}


def make_old(paths):
    then = time.time() - ORPHAN_AGE
    for path in paths:
        for one in (path, path.parent):
            os.utime(one, (then, then))


# A pin is there with its picture, or not at all.


def test_what_is_wrong_beside_the_picture(site, ann):
    """The picture came first and was good."""
    image = ("image", ("a.png", picture()))
    with unchanged(site):
        for part in (("title", (None, "")), ("board", (None, "999999999")), ("x", (None, "y")),
                     ("title", (None, "a\x01"))):
            ann.want(400, "POST", "pins/", files=[image, part])
        ann.want(400, "POST", "pins/", files=[image, ("title", (None, "a")), image])
        body = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n'
        for end in (b"", b"\r\n--b", b"\r\n--b\r\n\r\n", b"\r\n--x--\r\n"):
            ann.want(400, "POST", "pins/", data=body + picture() + end,
                     headers={"Content-Type": "multipart/form-data; boundary=b"})


def test_a_client_that_goes_away(site, ann):
    with unchanged(site):
        for sent in (10, 3000, 100000):
            with socket.create_connection(("127.0.0.1", site.port)) as s:
                s.sendall(b"POST /api/pins/ HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n"
                          b"Content-Type: multipart/form-data; boundary=b\r\n"
                          b"Authorization: JWT %s\r\n\r\n" % ann.token.encode() + b"x" * sent)
        wait_for(lambda: not any((site.dir / "nginx" / "body").iterdir()))


def test_a_worker_killed_while_it_fetches(site, far, ann):
    with unchanged(site), ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ann.post, "pins/", json=far_pin(ann, far))
        with far.accept()[0]:
            kill(site, "slow")
        assert answer.result().status_code == 502
    ann.upload("pins/", "after", picture())


def test_a_fetcher_killed_while_it_fetches(site, far, ann):
    with unchanged(site), ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ann.post, "pins/", json=far_pin(ann, far))
        with far.accept()[0]:
            kill(site, "fetch")
        assert answer.result().status_code in (502, 503)
    wait_for(lambda: ann.post("pins/", json={"title": "x", "image_url": "http://127.0.0.1/"})
             .status_code == 400)


def test_the_image_process_killed(site, ann):
    """Before a picture and after; who comes in between hears 503 at worst."""
    for _ in range(3):
        kill(site, "image")
        before = count(site, "item")[0]
        answer = ann.post("pins/", data={"title": "x"}, files={"image": ("a.png", picture())})
        assert answer.status_code in (201, 502, 503)
        assert count(site, "item")[0] == before + (answer.status_code == 201)
    wait_for(lambda: ann.post("pins/", data={"title": "x"}, files={
        "image": ("a.png", picture())}).status_code == 201)


def test_killed_between_files_and_row(site, ann):
    """What is left are orphans, which a job collects when they are old."""
    mine = ann.upload("pins/", "mine", picture())
    settle(site)
    before, pins = files(site), count(site, "item")
    lock = site.connect()
    lock.autocommit = False
    with lock.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        cursor.execute("lock table media in exclusive mode")
        answer = pool.submit(ann.post, "pins/", data={"title": "x"},
                             files={"image": ("a.png", picture())})
        wait_for(lambda: len(files(site)) == len(before) + 2)
        kill(site, "slow")
        assert answer.result().status_code == 502
    lock.rollback()
    lock.close()
    assert count(site, "item") == pins
    orphans = files(site) - before
    assert len(orphans) == 2
    run_job(site, "sweep_orphans")
    assert files(site) == before | orphans
    make_old(before | orphans)
    run_job(site, "sweep_orphans")
    assert files(site) == before
    assert ann.get(mine["image"]).status_code == 200


def test_an_upload_whose_sizes_are_all_made_is_swept(site, ann):
    """A jobs process that was killed after its commit left it behind."""
    pin = ann.upload("pins/", "mine", picture())
    settle(site)
    before = files(site)
    left = site.spool_dir / pin["image"].split("/")[-2]
    left.write_bytes(picture())
    make_old(before | {left})
    run_job(site, "sweep_orphans")
    assert files(site) == before


def test_an_upload_still_wanted_is_not_swept(site, ann):
    with stopped(site, "jobs"):
        pin = ann.upload("pins/", "waits", picture("JPEG", (800, 600)))
        make_old(files(site))
        site.sql("delete from job where kind = 'image_rest'")
        run_job(site, "sweep_orphans")
        site.sql("insert into job (kind, arg) select 'image_rest', media from pin where id = %s",
                 (pin["id"],))
    settle(site)
    assert len(ann.want(200, "GET", f"pins/{pin['id']}")["media"]["sizes"]) == 5


# Files go after their row, by a job.


def test_files_are_freed_after_the_row(site, ann):
    pin = ann.upload("pins/", "mine", picture())
    settle(site)
    key = pin["image"].split("/")[-2]

    def left():
        return [path for path in files(site) if key in str(path)]

    with stopped(site, "jobs"):
        delete_for_good(ann, pin["id"])
        assert count(site, "pin where id = %d" % pin["id"]) == (0,) and len(left()) == 2
    settle(site)
    assert left() == []
    assert not (site.media_dir / key[:2] / key).exists()


def test_however_a_row_goes_its_files_go(site, ann):
    """A whole account, with all that is in its trash."""
    settle(site)
    before = files(site)
    eve = signup(site)
    for i in range(3):
        eve.upload("pins/", f"pin {i}", picture())
    eve.want(200, "PATCH", "rest-auth/user/", files={"avatar": ("a.png", picture())})
    settle(site)
    assert len(files(site)) == len(before) + 8
    remove_account(site, eve)
    settle(site)
    assert files(site) == before


def test_a_pin_deleted_before_its_sizes_are_made(site, ann):
    settle(site)
    before = files(site)
    with stopped(site, "jobs"):
        pin = ann.upload("pins/", "short-lived", picture("JPEG", (800, 600)))
        delete_for_good(ann, pin["id"])
    settle(site)
    assert files(site) == before


def test_jobs_killed_are_done_by_others(site, ann):
    with stopped(site, "jobs"):
        pins = [ann.upload("pins/", "x", picture("JPEG", (800, 600))) for _ in range(3)]
        kill(site, "jobs")
    settle(site)
    for pin in pins:
        assert len(ann.want(200, "GET", f"pins/{pin['id']}")["media"]["sizes"]) == 5
    assert site.sql("select * from job where dead_at is not null") == []


def test_no_room_for_pictures(site, ann):
    away = site.media_dir.rename(site.dir / "away")
    site.media_dir.write_bytes(b"in the way")
    try:
        before = count(site, "item")
        answer = ann.post("pins/", data={"title": "x"}, files={"image": ("a.png", picture())})
        assert answer.status_code == 507
        assert answer.json()["detail"] == "no space left"
        assert answer.json()["code"] == "ERR_STORAGE"
        assert answer.json()["request"] == answer.headers["X-Request-Id"]
        assert count(site, "item") == before
    finally:
        site.media_dir.unlink()
        away.rename(site.media_dir)
    ann.upload("pins/", "after", picture())


# The database.


class Load:
    """Readers and writers who remember what they were told."""

    def __init__(self, site, ann, threads=6):
        self.site, self.ann, self.answers, self.over = site, ann, [], threading.Event()
        self.pool = ThreadPoolExecutor(threads)
        self.done = [self.pool.submit(self.run, i) for i in range(threads)]

    def run(self, i):
        client = Client(self.site)
        client.use_token(self.ann.token)
        while not self.over.is_set():
            title = unique("t")
            answer = client.get("pins/?limit=1") if i % 2 else client.post(
                "boards/", json={"title": title})
            self.answers.append((answer.status_code, None if i % 2 else title, answer.text))
            time.sleep(0.01)

    def end(self):
        """Checks that every answer was true; the statuses that there were."""
        self.over.set()
        for done in self.done:
            done.result()
        there = {title for title, in self.site.sql("select title from board where owner = %s",
                                                   (self.ann.user["id"],))}
        for status, title, text in self.answers:
            if status == 500:  # told that it is not known; either is true
                assert "ERR_COMMIT_UNKNOWN" in text, text
            else:
                assert status in (200, 201, 503), (status, text)
                assert title is None or (title in there) == (status == 201), (status, title)
        return [status for status, _, _ in self.answers]


def comes_back(site):
    """Both pools: a wrong login is refused by the slow one, which has looked."""
    wrong = {"email": "nobody@example.com", "password": "wrong"}
    wait_for(lambda: all(
        Client(site).get("pins/").status_code == 200
        and Client(site).post("rest-auth/login/", json=wrong).status_code in (400, 429)
        for _ in range(8)), 30, 0.2)


def test_postgres_crashes_under_requests(site, ann):
    """One of its processes is killed, and it begins anew by itself."""
    load = Load(site, ann)
    for _ in range(2):
        time.sleep(0.4)
        pid, = site.sql("select pid from pg_stat_activity where application_name = 'pinwall' "
                        "and usename = 'pinwall' limit 1")[0]
        os.kill(pid, signal.SIGKILL)
        comes_back(site)
    codes = load.end()
    assert codes.count(200) > 10 and codes.count(201) > 10


def start_postgres(site, master, uid, gid):
    """As it was started, and nothing else is touched."""
    other = {} if uid == os.geteuid() else {"user": uid, "group": gid}
    program = Path(master).with_name("pg_ctl")
    subprocess.run([program, "start", "-s", "-w", "-D", site.dir / "pg", "-l",
                    site.log_dir / "postgres.log"], cwd="/", check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **other)


def is_refused(answers, client, path):
    answers.append(client.get(path))
    assert answers[-1].status_code in (200, 503)
    return answers[-1].status_code == 503


def test_postgres_is_away_for_a_while(site, ann):
    """503, and 200 from /healthz; then all is well without a touch."""
    pid = site.pids()["pg"]
    master, owner = os.readlink(f"/proc/{pid}/exe"), os.stat(f"/proc/{pid}")
    load = Load(site, ann)
    time.sleep(0.3)
    os.kill(pid, signal.SIGINT)
    wait_for(lambda: not Path(f"/proc/{pid}").exists(), 30)
    try:
        Client(site).want(503, "GET", "readyz")
        for path in ("pins/", "boards/"):
            # what is kept is right as long as the guardian vouches for it
            answers = []
            wait_for(partial(is_refused, answers, Client(site), path), 4)
            answer = answers[-1]
            assert answer.json()["detail"] == "too busy, try again"
            assert answer.headers["Retry-After"] == "1"
        Client(site).want(200, "GET", "healthz")
        refused = Client(site).post("rest-auth/login/", json={
            "email": ann.email, "password": ann.password})
        assert refused.status_code == 503
    finally:
        start_postgres(site, master, owner.st_uid, owner.st_gid)
    comes_back(site)
    codes = load.end()
    assert 503 in codes and 200 in codes and 201 in codes
    ann.login(ann.email, ann.password)
    ann.upload("pins/", "after", picture())
    settle(site)


def test_connections_that_were_cut_while_idle(site, ann):
    """The next request of each worker makes its own anew and is answered."""
    site.sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'pinwall'")
    site.redis().execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    for i in range(8):
        for client in (Client(site), ann):
            client.want(200, "GET", "pins/?limit=1", headers={"Connection": "close"})
        ann.want(201, "POST", "boards/", json={"title": unique()}, headers={"Connection": "close"})
    ann.login(ann.email, ann.password)


def test_a_statement_that_waits_too_long_is_given_up(site, ann):
    board = ann.want(201, "POST", "boards/", json={"title": "held"})["id"]
    lock = site.connect()
    lock.autocommit = False
    with lock.cursor() as cursor:
        cursor.execute("select 1 from board where id = %s for update", (board,))
        begin = time.monotonic()
        assert ann.want(503, "PATCH", f"boards/{board}", json={"title": "other"})["code"] \
            == "ERR_BUSY"
        assert time.monotonic() - begin < 4
    lock.rollback()
    lock.close()
    assert ann.want(200, "GET", f"boards/{board}")["title"] == "held"


# Idle.


def ticks(site):
    """Processor time of the site's own processes, in seconds."""
    total = 0
    for pid in processes(site, "serve"):
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(words[11]) + int(words[12])
    return total / os.sysconf("SC_CLK_TCK")


def test_an_idle_site_does_nothing(site):
    settle(site)
    quiet(site)
    before, lines = ticks(site), site.log().count("\n")
    time.sleep(2)
    assert ticks(site) - before <= 0.1
    assert site.log().count("\n") - lines <= 5


def test_counters_are_right_after_all_this(site):
    run_job(site, "check_counters")
    assert not site.lines(" counter ")
    assert site.sql("select * from job where dead_at is not null") == []
    assert ids(Client(site).want(200, "GET", "pins/")["results"])
