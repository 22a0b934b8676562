"""What the cache costs: an answer that is kept one round trip to Redis and five
system calls, a write two commands, one of which is not waited for."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import client as tools
import pytest
from checks import many_pins, settle
from stack import Stack, wait_for

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

import calls  # noqa: E402

# What the guardian says all the time, or when it has something to do.
GUARDIANS = re.compile(r'"(TIME|GET|HGETALL|CONFIG|ROLE|PING|SCRIPT|HELLO|AUTH)"'
                       r'|"EVALSHA" "\w+" "2" "E" "G"', re.I)


@pytest.fixture(scope="module")
def site():
    """A site with one fast worker, and a page full of pins."""
    with Stack({"fast_workers": 1, "log_level": 0, "limit_scale": 1000, "cache": 1,
                "hash_kb": 64, "hash_ops": 1}) as stack:
        stack.ann = tools.signup(stack)
        many_pins(stack, stack.ann, 60)
        stack.pin = stack.ann.upload("pins/", "one #tag", tools.picture())["id"]
        stack.board = stack.ann.want(201, "POST", "boards/", json={"title": "one"})["id"]
        settle(stack)
        wait_for(lambda: not stack.sql("select 1 from cache_outbox"))
        yield stack
        stack.keep_logs("cache-cost")


@pytest.fixture(params=["pins/", "pins/{pin}", "boards/", "boards/{board}", "tags/"])
def path(site, request):
    return "/api/" + request.param.format(pin=site.pin, board=site.board)


class Monitor:
    """Commands that workers send to redis-cache meanwhile.  Stopped, as it
    releases what it finds committed: the guardian, which the cache can do
    without for two seconds."""

    def __init__(self, site):
        self.redis, self.lines = site.redis("cache"), []
        self.guardians = calls.workers(site, "guard")

    def tell_guardian(self, what):
        for pid in self.guardians:
            os.kill(pid, what)

    def __enter__(self):
        self.tell_guardian(signal.SIGSTOP)
        self.monitor = self.redis.monitor()
        self.monitor.__enter__()
        self.thread = threading.Thread(target=self.read)
        self.thread.start()
        return self

    def read(self):
        while True:
            said = self.monitor.next_command()
            if said["command"] == "PING the-end":
                return
            if not said["command"].strip():
                continue  # a line that the client library could not read
            words = " ".join(f'"{w}"' for w in said["command"].split(" "))
            if said["client_type"] != "lua" and not GUARDIANS.match(words):
                self.lines.append(said["command"])

    def __exit__(self, *_):
        # whatever was sent before the first is read with it at the latest
        self.redis.execute_command("PING", "nearly")
        self.redis.execute_command("PING", "the-end")
        self.thread.join(10)
        self.tell_guardian(signal.SIGCONT)
        self.monitor.__exit__(None, None, None)


def commands(site, work, before=lambda: None):
    """What work() makes workers send; once more if one of them connected anew
    meanwhile, as it does when Redis was late."""
    for _ in range(5):
        before()
        with Monitor(site) as monitor:
            work()
        if not any(line.startswith("INFO") for line in monitor.lines):
            break
    return monitor.lines


def test_a_hit_costs_5_calls(site, path):
    for headers in ({}, {"Authorization": "Bearer " + site.ann.token}):
        used = calls.per_request(site, path, headers)
        assert sum(used.values()) <= 5.05, used
        assert used["sendto"] <= 1.05 and used["recvfrom"] <= 1.05, used


def test_a_304_costs_no_more(site, path):
    ask = site.ann.get
    etag = ask(path).headers["ETag"]
    names = calls.steady(calls.workers(site), lambda: [
        ask(path, headers={"If-None-Match": etag}) for _ in range(50)])
    assert len(names) / 50 <= 5.1, names[:12]


def test_a_hit_is_one_command(site, path):
    for _ in range(2):
        site.ann.want(200, "GET", path)
    lines = commands(site, lambda: [site.ann.want(200, "GET", path) for _ in range(50)])
    assert len(lines) == 50, lines[:5]
    assert all(line.startswith("MGET E q:") for line in lines)


def test_a_miss_is_three_commands_at_most(site):
    """A question, the tags if nobody has asked for them before, the answer."""
    path = f"pins/{site.pin}"
    redis = site.redis("cache")
    site.ann.want(200, "GET", path)
    for names in (["MGET", "EVALSHA", "SET"], ["MGET", "SET"]):
        def missing(names=names):
            site.ann.want(200, "PATCH", path, json={"title": tools.unique("b")})
            if "EVALSHA" in names:
                redis.delete(f"t:pin:{site.pin}")
            redis.ping()  # and the release before it is done

        lines = commands(site, lambda: site.ann.want(200, "GET", path), missing)
        assert [line.split()[0] for line in lines] == names, lines


def writes(site):
    number = tools.unique("x")
    return [("PATCH", f"pins/{site.pin}", {"title": f"two {number}"}),
            ("POST", "boards/", {"title": f"two {number}"}),
            ("PATCH", f"boards/{site.board}", {"title": f"three {number}"}),
            ("POST", "tags/", {"tag_name": number})]


def test_a_write_is_two_commands(site):
    for method, path, body in writes(site) + writes(site):
        def write(method=method, path=path, body=body):
            body = {name: tools.unique(value) for name, value in body.items()}
            assert site.ann.request(method, path, json=body).status_code in (200, 201)

        lines = commands(site, write)
        names = [line.split()[:4] for line in lines]
        assert [n[0] for n in names] == ["EVALSHA", "EVALSHA"], "\n".join(lines)
        assert names[0][1] != names[1][1] and all(n[3] == "F" for n in names), lines


def test_a_write_that_changes_nothing_kept_asks_nothing(site):
    assert not commands(site, lambda: site.ann.want(200, "POST", "rest-auth/login/", json={
        "email": site.ann.email, "password": site.ann.password}))


def steps(site, work):
    """What the only fast worker does, a word each."""
    (pid,) = calls.workers(site)
    out = site.dir / "steps"
    tracer = subprocess.Popen(["strace", "-yy", "-s", "400", "-o", out, "-p", str(pid)],
                              stderr=subprocess.PIPE)
    try:
        assert b"attached" in tracer.stderr.readline()
        work()
        time.sleep(0.05)
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(10)
    redis, found = None, []
    for line in out.read_text().splitlines():
        call, fd = (re.match(r"(\w+)\((\d+)?", line) or ["", "", ""]).groups()
        if "EVALSHA" in line and '"F' not in line and r"\r\nF\r\n" in line:
            redis = fd
            found.append("script")
        elif fd is not None and fd == redis and call == "recvfrom":
            found.append("answer")
        elif call == "sendto" and r"\0commit\0" in line:
            found.append("COMMIT")
        elif call == "sendmsg" and "Status: " in line:
            found.append("told")
    return found


def test_a_write_waits_for_its_fence_and_for_no_release(site):
    for method, path, body in writes(site):
        site.ann.request(method, path, json=body)  # scripts are loaded
    for method, path, body in writes(site)[1:]:
        found = steps(site, lambda m=method, p=path, b=body: site.ann.request(m, p, json=b))
        # with the answer of the fence may come that of the release before
        assert re.fullmatch("script( answer)+ COMMIT script told", " ".join(found)), (path, found)
