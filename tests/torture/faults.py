"""What is done to a running site while its clients work.

Each fault is a method that does it, waits, and undoes it; the journal notes
(name, begin, end) in nanoseconds.  Those of Redis and the guardian must not be
seen by any client.  Those of the program and of Postgres may cost an answer.
"""

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import redis
from crash import Points
from stack import TOP, wait_for

REDIS = ["redis_kill", "redis_flush", "redis_stop", "redis_evict", "redis_tiny", "redis_old",
         "redis_disconnect", "redis_pause", "redis_policy"]
GUARD = ["guard_kill", "guard_stop"]
PROGRAM = ["worker_kill", "worker_stop", "slow_kill"]
HELPERS = ["image_kill", "fetch_kill", "jobs_kill", "long_kill", "index_kill",
           "nginx_kill"]
STATE = ["state_kill"]
MASTERS = ["nginx_master_kill"]
CRASH = ["crash_point"]  # of a program that is built with MODE=crash
POSTGRES = ["pg_restart", "pg_crash", "pg_terminate"]
UNSEEN = {*REDIS, *GUARD, "worker_stop"}

# Entries and tags that nobody fences, as eviction may take them.
EVICT = """
local gone = 0
for i = 1, ARGV[1] do
    local key = redis.call('RANDOMKEY')
    if key and redis.call('PTTL', key) > 0 and string.match(key, '^[qtl]:') then
        gone = gone + redis.call('DEL', key)
    end
end
return gone
"""


def processes(stack, role):
    """Ids of the program's processes of a role, by what they were started
    with."""
    found = []
    for pid in stack.processes("run"):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "--role" in words and words[words.index("--role") + 1] == role:
            found.append(pid)
    return sorted(found)


class Faults:
    def __init__(self, stack, dice):
        self.stack, self.dice = stack, dice
        self.admin = stack.redis("cache", socket_timeout=10)
        self.journal = []
        self.killed = Counter()  # by role
        self.nginx = threading.Lock()  # it is there, or nobody may touch it
        self.dump = stack.dir / "redis-cache" / "dump.rdb"
        self.kept = stack.dir / "old.rdb"

    def do(self, name):
        begin = time.monotonic_ns()
        try:
            getattr(self, name)()
        finally:
            self.journal.append((name, begin, time.monotonic_ns()))

    def a_while(self, least, most):
        time.sleep(self.dice.uniform(least, most))

    def part(self, script):
        """Runs functions of the embedded stack on this one."""
        done = subprocess.run(
            ["bash", "-c", f"set -euo pipefail; umask 077; cd {TOP}/deploy/embedded; "
             "TOP=$PWD/../..; for part in common postgres redis; do . ./$part.sh; done; "
             f"find_base '{self.stack.dir}'; {script}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=120, env=self.stack.environment())
        assert done.returncode == 0, done.stdout

    def start_redis(self):
        self.part('redis_start_one cache "$BASE/redis-cache"')
        self.admin = self.stack.redis("cache", socket_timeout=10)

    def kill_redis(self):
        self.stack.kill_all("redis-cache")

    def freeze(self, pids, least, most):
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            self.a_while(least, most)
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    # The cache.

    def redis_kill(self):
        self.kill_redis()
        self.a_while(0, 1.5)
        self.start_redis()

    def redis_flush(self):
        self.admin.flushall()

    def redis_stop(self):
        self.freeze([self.stack.pids()["cache"]], 0.05, self.dice.choice((2, 6)))

    def redis_evict(self):
        self.admin.eval(EVICT, 0, self.dice.randrange(5, 100))

    def redis_tiny(self):
        """Not even a fence has room; then it has again."""
        was = self.admin.config_get("maxmemory")["maxmemory"]
        self.admin.config_set("maxmemory", 1000)
        self.a_while(0.05, 1)
        self.admin.config_set("maxmemory", was)

    def redis_old(self):
        """It comes back with what it had some time ago."""
        if not self.kept.exists():
            self.admin.save()
            os.rename(self.dump, self.kept)
            return
        self.kill_redis()
        os.rename(self.kept, self.dump)
        self.start_redis()
        self.dump.unlink()

    def redis_disconnect(self):
        self.admin.client_kill_filter(_type="normal", skipme=True)

    def redis_pause(self):
        self.admin.execute_command("CLIENT", "PAUSE", self.dice.randrange(20, 400), "ALL")
        time.sleep(0.5)

    def redis_policy(self):
        """It may evict fences now: nobody must begin an epoch there."""
        self.admin.config_set("maxmemory-policy", "allkeys-lru")
        self.admin.flushall()
        self.a_while(0.3, 1.2)
        granted = self.admin.exists("E", "G")
        self.admin.config_set("maxmemory-policy", "volatile-lru")
        assert not granted, "an epoch was begun where fences may be evicted"

    # The guardian.

    def guard_kill(self):
        for pid in processes(self.stack, "guard"):
            os.kill(pid, signal.SIGKILL)

    def guard_stop(self):
        self.freeze(processes(self.stack, "guard"), 0.05, 4)

    # The program.

    def one(self, role):
        return self.dice.choice(processes(self.stack, role) or [0])

    def kill_one(self, role):
        try:
            os.kill(self.one(role) or os.getpgid(0) + 2**22, signal.SIGKILL)
            self.killed[role] += 1
        except ProcessLookupError:
            pass  # there was none

    def worker_kill(self):
        self.kill_one("fast")

    def slow_kill(self):
        self.kill_one("slow")

    def worker_stop(self):
        pid = self.one("fast")
        if pid:
            self.freeze([pid], 0.05, 3)

    def image_kill(self):
        self.kill_one("image")

    def fetch_kill(self):
        self.kill_one("fetch")

    def jobs_kill(self):
        self.kill_one("jobs")

    def long_kill(self):
        self.kill_one("long")

    def index_kill(self):
        self.kill_one("index")

    def nginx_kill(self):
        """One of its workers; the master starts another.  While that is started,
        what it starts with is left alone, as it would be by a service manager."""
        with self.nginx:
            master = int((self.stack.dir / "run" / "nginx.pid").read_text())
            workers = [pid for pid in self.stack.processes("nginx") if pid != master]
            if workers:
                os.kill(self.dice.choice(workers), signal.SIGKILL)

    def state_kill(self):
        """The Redis of the limits, which are each process's own meanwhile."""
        self.stack.kill_all("redis")
        self.a_while(0, 1)
        self.part('redis_start_one state "$BASE/redis"')

    # A master ends with all that it started, and is started again as a service
    # manager does it.

    def nginx_master_kill(self):
        with self.nginx:
            self.kill_master(self.stack.pids().get("nginx"))
            self.stack.kill_all("nginx")
            self.part('. ./app.sh; . ./nginx.sh; nginx_start "$(<"$DIR/nginx/listen")"')

    def kill_master(self, pid):
        if pid:
            os.kill(pid, signal.SIGKILL)
            self.killed["master"] += 1

    def crash_point(self):
        """Some process is killed before or after some call."""
        points = Points(self.stack)
        known = [p for p in points.passed() if p[0] in ("fast", "slow", "guard")]
        if known:
            points.arm(*self.dice.choice(sorted(known)), self.dice.randrange(1, 10))
        end = time.monotonic() + 2
        while time.monotonic() < end and not points.fired():
            time.sleep(0.02)
        points.disarm()

    # Postgres.

    def pg_restart(self):
        self.stack.kill("pg", signal.SIGQUIT)
        wait_for(lambda: "pg" not in self.stack.pids(), 30)
        self.part("pg_start")

    def pg_crash(self):
        """All sessions end when one of them crashed."""
        rows = self.stack.sql("select pid from pg_stat_activity where usename = 'pinwall'")
        if rows:
            os.kill(self.dice.choice(rows)[0], signal.SIGKILL)
        wait_for(self.pg_answers, 30)

    def pg_answers(self):
        try:
            return self.stack.sql("select 1")
        except Exception:  # noqa: BLE001: it does not yet
            return False

    def pg_terminate(self):
        self.stack.sql("select pg_terminate_backend(pid) from pg_stat_activity "
                       "where usename = 'pinwall' and random() < 0.5")

    # What there is to see.

    def fences(self):
        """Writers in flight, and tags that are fenced."""
        try:
            left = list(self.admin.hkeys("F"))
            for key in self.admin.scan_iter("t:*", count=1000):
                value = self.admin.get(key)
                if value and b"|" in value:
                    left.append(key)
            return left
        except redis.RedisError:
            return ["unknown"]

    def in_service(self, client, path):
        """Is an answer kept?  The same ETag twice, which only an answer has
        that is kept or could be."""
        try:
            etags = {client.get(path).headers.get("ETag") for _ in range(2)}
            return len(etags) == 1 and None not in etags and bool(self.admin.exists("E"))
        except redis.RedisError:
            return False
