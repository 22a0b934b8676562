"""The whole site for tests: the embedded stack in a folder and on a port of
its own.

    with Stack({"limit_scale": 1000}) as stack:
        requests.get(stack.url + "/api/healthz")

It is started by deploy/embedded/stack, as `make run` does it, so what is
tested is what runs: Nginx, the program, Postgres and Redis.  Settings given
here stand in local.conf.  By default Postgres does not wait for the disk
(durable=False); tests about crashes ask for durable=True.  The program is
build/release-gcc/pinwall, or the one that the environment names as PINWALL.

Both Redis have a further user here, admin, who may do what nobody may who
belongs to a site: FLUSHALL, CONFIG SET, DEBUG.  redis() gives its connection.
"""

import hashlib
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2
import redis

TOP = Path(__file__).resolve().parent.parent
COMMAND = TOP / "deploy" / "embedded" / "stack"
LOGS = Path(os.environ.get("TEST_LOGS") or TOP / "build" / "test-logs")

QUICK_POSTGRES = """\
fsync = off
full_page_writes = off
synchronous_commit = off
shared_buffers = 64MB
"""

FAULTY_REDIS = """\
enable-debug-command local
enable-protected-configs local
"""


def listens(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    """A port that nobody listens on, below those from which the kernel takes the
    other ends of connections: none of these has it when the site starts, or
    starts again."""
    while True:
        port = random.SystemRandom().randrange(10240, 32768)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


class StackError(Exception):
    pass


class Stack:
    def __init__(self, settings=None, durable=False, folder=None, program=None):
        self.settings = dict(settings or {})
        self.durable = durable
        self.own_folder = folder is None
        self.dir = Path(folder or tempfile.mkdtemp(prefix="pinwall-test-"))
        self.program = Path(
            program
            or os.environ.get("PINWALL")
            or TOP / "build" / "release-gcc" / "pinwall"
        )
        self.port = free_port()
        self.admin_password = secrets.token_hex(16)

    # What is where.

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self):
        return self.url + "/api/"

    @property
    def conf(self):
        return self.dir / "pinwall.conf"

    @property
    def mail_dir(self):
        return self.dir / "mail"

    @property
    def media_dir(self):
        return self.dir / "media"

    @property
    def spool_dir(self):
        return self.dir / "spool"

    @property
    def log_dir(self):
        return self.dir / "log"

    def log(self):
        """The program's log so far."""
        return (self.log_dir / "pinwall.log").read_text(errors="replace")

    def lines(self, *words, since=0):
        """Lines of the log with one of these words: a test that wants none
        shows those alone, and not a log of megabytes."""
        return [line for line in self.log()[since:].splitlines()
                if any(word in line for word in words)]

    def setting(self, name):
        """The value of a setting in the program's configuration file."""
        found = re.search(rf"^{name} = (.*)$", self.conf.read_text(), re.M)
        return found and found.group(1)

    # Its life.

    def environment(self):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PINWALL_")}
        kept["PINWALL"] = str(self.program)
        # The demo draws its pictures: photographs take their time.
        kept["PICTURES"] = ""
        if not self.durable:
            kept["PG_NO_SYNC"] = "1"
        return kept

    def command(self, *args, check=True, timeout=240):
        """Runs deploy/embedded/stack; its output is in the exception."""
        done = subprocess.run(
            [str(COMMAND), *map(str, args)],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )
        if check and done.returncode != 0:
            raise StackError(f"stack {' '.join(map(str, args))}:\n{done.stdout}")
        return done

    def write_settings(self):
        (self.dir / "local.conf").write_text(
            "".join(f"{k} = {v}\n" for k, v in self.settings.items())
        )
        if not self.durable:
            (self.dir / "postgresql.local.conf").write_text(QUICK_POSTGRES)
        self.write_admin()

    def write_admin(self):
        digest = hashlib.sha256(self.admin_password.encode()).hexdigest()
        (self.dir / "redis.local.acl").write_text(f"user admin on #{digest} ~* &* +@all\n")
        for name in ("state", "cache"):
            (self.dir / f"redis-{name}.local.conf").write_text(FAULTY_REDIS)

    def start(self):
        self.write_settings()
        self.command("up", self.dir, self.port)
        return self

    def stop(self):
        self.command("down", self.dir)

    def restart(self, **settings):
        """Stops all and starts again, with some settings changed."""
        self.settings.update(settings)
        self.stop()
        return self.start()

    def reload(self, **settings):
        """New workers take over from the old, as after an update."""
        self.settings.update(settings)
        self.write_settings()
        self.command("reload", self.dir)

    def pids(self):
        """The masters' process ids by service: pg, redis, cache, app, nginx."""
        text = self.command("status", self.dir, check=False).stdout
        return {
            name: int(pid) for name, pid in re.findall(r"^(\w+) +runs \((\d+)\)", text, re.M)
        }

    def processes(self, *folders):
        """Every process that was started in one of the stack's folders:
        pg, redis, redis-cache, nginx, run (the program)."""
        wanted = {str((self.dir / f).resolve())
                  for f in folders or ("pg", "redis", "redis-cache", "nginx", "run")}
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if os.readlink(entry / "cwd") in wanted:
                        found.append(int(entry.name))
                except OSError:
                    pass
        return found

    def kill_all(self, *folders):
        """Kills what processes() finds, and waits for its end."""
        for pid in self.processes(*folders):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # its parent was killed before it
        wait_for(lambda: not self.processes(*folders))

    def kill(self, service, number=signal.SIGKILL):
        pid = self.pids()[service]
        os.kill(pid, number)
        return pid

    def destroy(self):
        self.stop()
        if self.own_folder:
            shutil.rmtree(self.dir)

    def keep_logs(self, name):
        """Copies the logs to where `make test` shows them."""
        target = LOGS / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.log_dir, target)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.destroy()
            raise

    def __exit__(self, *_):
        self.destroy()

    # Its parts.

    def run(self, command, *args, check=True, timeout=240):
        """Runs a command of the program on this stack's settings."""
        return subprocess.run(
            [str(self.program), command, "--conf", str(self.conf), *map(str, args)],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=check,
            timeout=timeout,
        )

    def dsn(self, role="postgres"):
        return re.sub(r"\buser=\w+", f"user={role}", self.setting("database"))

    def connect(self, role="postgres"):
        """A connection that commits each statement.  Roles: postgres may do
        anything, pinwall_owner owns the schema, pinwall is the program's."""
        connection = psycopg2.connect(self.dsn(role))
        connection.autocommit = True
        return connection

    def sql(self, query, values=None, role="postgres"):
        """Runs one statement; rows as a list of tuples."""
        connection = self.connect(role)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                # () of rows without columns
                return cursor.fetchall() if cursor.description is not None else []
        finally:
            connection.close()

    def change(self, query, values=None):
        """As sql, of what the program does not do; until the cache was told."""
        rows = self.sql(query, values)
        self.told()
        return rows

    def told(self):
        """Waits until the cache was told of what others than the program changed."""
        wait_for(lambda: self.sql("select from cache_outbox limit 1") == [], step=0.01)

    def redis(self, name="state", user="admin", **options):
        """A connection to redis-state or redis-cache.  Users: admin may do
        anything, app is a worker's, guard (of the cache) the guardian's."""
        if user == "admin":
            password = self.admin_password
        else:
            secret = "guard" if user == "guard" else name
            password = Path(self.setting(f"redis_{secret}_password_file")).read_text().strip()
        return redis.Redis(unix_socket_path=self.setting(f"redis_{name}"), username=user,
                           password=password, **options)

    def wait_for_cache(self, seconds=20.0):
        """Until there is a lease: answers are kept from then on."""
        with self.redis("cache") as server:
            wait_for(lambda: server.exists("E"), seconds, 0.01)


def wait_for(question, seconds=60.0, step=0.05):
    """Asks until the answer is true, and returns it; fails after a while, which is
    long enough for a machine that has other things to do."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} seconds: {question}")
        time.sleep(step)
