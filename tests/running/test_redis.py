"""The two Redis of the stack: who may do what there, and that their passwords
are kept, and kept to themselves.

Which rights there are is in deploy/redis/*.acl.in; here is what they are for.
"""

import os
import re
import signal
import stat
from pathlib import Path

import pytest
import redis
import requests

from stack import Stack, wait_for

USERS = [("state", "app"), ("cache", "app"), ("cache", "guard")]
FOLDERS = {"state": "redis", "cache": "redis-cache"}
FILES = ["redis/app.pass", "redis-cache/app.pass", "redis-cache/guard.pass"]

# Nobody of the site may do these, on any key.
NOBODY = """\
FLUSHALL; FLUSHDB; CONFIG SET maxmemory 1; CONFIG REWRITE; CONFIG RESETSTAT; DEBUG SLEEP 0;
KEYS *; SHUTDOWN NOSAVE; SAVE; BGSAVE; BGREWRITEAOF; REPLICAOF NO ONE; SCRIPT FLUSH;
SCRIPT KILL; FUNCTION FLUSH; FUNCTION LIST; CLIENT KILL TYPE normal; CLIENT PAUSE 1;
CLIENT LIST; MONITOR; ACL LIST; ACL SETUSER app allcommands; ACL WHOAMI; MODULE LIST; SWAPDB 0 1;
SELECT 1; MIGRATE host 1 q:a 0 1; RESTORE q:a 0 x; DUMP q:a; RENAME q:a t:b; MOVE q:a 1; COPY q:a q:b;
OBJECT HELP; LATENCY RESET; SLOWLOG GET; MEMORY PURGE; MULTI; RANDOMKEY; PSUBSCRIBE *;
SUBSCRIBE other; PUBLISH other x; SORT q:a; GET other; SET other 1; EVAL 'return 1' 1 other;
EXPIRE t:a 1; PERSIST E; APPEND q:a x; GETEX t:a EX 1
"""

FORBIDDEN = {
    ("state", "app"): """\
SCAN 0; CONFIG GET maxmemory; DBSIZE; DEL rl:a; SET live:a 1; GET live:a; MGET rl:a rl:b;
SET q:a 1; GET E; PUBLISH t:a x; ZADD once:a 1 a; HSET live:a b c; UNLINK once:a
""",
    ("cache", "app"): """\
SCAN 0; CONFIG GET maxmemory; DBSIZE; TIME; DEL q:a; DEL t:a; DEL E; UNLINK t:a; SET E 1; SET G 1;
SET P 1; SET F 1; GET G; GET P; GET F; MGET q:a E G; HGETALL F; HSET t:a b c; HDEL t:a b;
GETDEL t:a; PUBLISH live:a x; SUBSCRIBE live:a; SET rl:a 1; GET rl:a; EVAL 'return 1' 1 G;
EVAL 'return 1' 2 q:a P; EVAL "return redis.call('SET', 'E', 'x')" 0;
EVAL "return redis.call('SET', KEYS[1], 'x')" 1 E; EVAL "return redis.call('DEL', KEYS[1])" 1 t:a;
EVAL "return redis.call('FLUSHALL')" 0; EVAL "return redis.call('KEYS', '*')" 0;
EVAL "return redis.call('GET', 'G')" 0
""",
    ("cache", "guard"): """\
PUBLISH live:a x; SUBSCRIBE live:a; SET rl:a 1; GET rl:a; DEL other;
EVAL "return redis.call('FLUSHALL')" 0; EVAL "return redis.call('DEL', 'other')" 0
""",
}

ALLOWED = {
    ("state", "app"): """\
PING; INFO server; CLIENT SETNAME x; TIME; SET rl:a 1 PX 100; GET rl:a; SET once:a 1 NX PX 100;
GET once:a; GETDEL once:a; DEL once:a; ZADD live:a 1 b; ZREM live:a c; ZCARD live:a;
ZRANGE live:a 0 -1; ZREMRANGEBYSCORE live:a 0 1; PEXPIRE live:a 100; PUBLISH live:a x;
EVAL "redis.call('TIME') return redis.call('SET', KEYS[1], '1', 'PX', 100)" 1 rl:a;
SCRIPT LOAD 'return 1'; EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0
""",
    ("cache", "app"): """\
PING; INFO server; CLIENT SETNAME x; SET q:a 1 PX 100; GET q:a; MGET q:a E t:a t:b l:a; GET E;
SCRIPT LOAD 'return 1'; EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 3 q:a t:a F;
EVAL "return redis.call('GET', KEYS[1])" 3 E l:a t:a;
EVAL "return redis.call('SET', KEYS[1], '1')" 2 t:a F;
EVAL "return redis.call('SET', KEYS[1], '1', 'NX', 'PX', 100)" 1 l:a;
EVAL "return redis.call('HSET', KEYS[1], 'w', '1')" 1 F;
EVAL "return redis.call('HDEL', KEYS[1], 'w')" 1 F
""",
    ("cache", "guard"): """\
PING; INFO; CLIENT SETNAME x; TIME; CONFIG GET maxmemory-policy; SCAN 0; DBSIZE; HGETALL F; HLEN F;
SET P 1; GET P; DEL P; SET E 1 PX 100; SET G 1; MGET E G P t:a q:a; DEL E; UNLINK G; PTTL t:a;
SET t:a 1 PX 100; DEL t:a; DEL q:a; DEL l:a; SCRIPT LOAD 'return 1';
EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 3 E G P;
EVAL "redis.call('TIME') return redis.call('SET', KEYS[1], '1', 'PXAT', 99999999999999)" 1 E;
EVAL "return redis.call('HDEL', KEYS[1], 'w')" 2 F t:a
""",
}

NO_RIGHT = r"permissions|can't run this command|can't access at least one of the keys"


@pytest.fixture(scope="module")
def stack():
    with Stack() as running:
        yield running


@pytest.fixture
def fresh():
    """A stack that was never started."""
    stack = Stack()
    yield stack
    stack.destroy()


def words_of(line):
    return [a or b or c for a, b, c in re.findall(r"""'([^']*)'|"([^"]*)"|(\S+)""", line)]


def cases(table, extra=""):
    for instance, user in USERS:
        for line in (extra + ";" + table[instance, user]).split(";"):
            if line.strip():
                yield pytest.param(instance, user, words_of(line),
                                   id=f"{instance}-{user}-{' '.join(line.split())}")


def run(connection, words):
    """By hand: a client of Redis has ideas of its own of some commands."""
    connection = connection.connection_pool.get_connection("_")
    try:
        connection.send_command(*words)
        return connection.read_response()
    finally:
        connection.disconnect()


@pytest.mark.parametrize("instance, user, words", cases(FORBIDDEN, NOBODY))
def test_what_is_forbidden(stack, instance, user, words):
    with pytest.raises(redis.ResponseError, match=NO_RIGHT):
        run(stack.redis(instance, user), words)


@pytest.mark.parametrize("instance, user, words", cases(ALLOWED))
def test_what_is_allowed(stack, instance, user, words):
    run(stack.redis(instance, user), words)


@pytest.mark.parametrize("instance", FOLDERS)
def test_nobody_comes_in_without_a_login(stack, instance):
    path = stack.setting(f"redis_{instance}")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
    for words in (["PING"], ["GET", "E"], ["INFO"], ["ACL", "WHOAMI"]):
        with pytest.raises(redis.AuthenticationError):
            run(redis.Redis(unix_socket_path=path), words)
    for login in ({"password": ""}, {"username": "app", "password": "guessed"},
                  {"username": "default", "password": "x"},
                  {"username": "admin", "password": "admin"}):
        with pytest.raises((redis.AuthenticationError, redis.ResponseError)):
            redis.Redis(unix_socket_path=path, **login).ping()


def test_a_password_opens_one_door(stack):
    secrets = {(stack.dir / name).read_text().strip() for name in FILES}
    assert len(secrets) == 3 and all(len(secret) == 43 for secret in secrets)
    for instance, user in USERS:
        path = stack.setting(f"redis_{instance}")
        opened = 0
        for secret in secrets:
            try:
                opened += redis.Redis(unix_socket_path=path, username=user,
                                      password=secret).ping()
            except redis.ResponseError as error:
                assert "WRONGPASS" in str(error)
        assert opened == 1


def test_how_they_are_set_up(stack):
    for instance, policy in (("state", "noeviction"), ("cache", "volatile-lru")):
        admin = stack.redis(instance)
        for name, value in {"maxmemory-policy": policy, "save": "", "appendonly": "no",
                            "port": "0"}.items():
            assert admin.config_get(name)[name] == value
        assert int(admin.config_get("maxmemory")["maxmemory"]) >= 64 * 2**20
        info = admin.info("replication")
        assert info["role"] == "master" and info["connected_slaves"] == 0
    assert stack.redis("state").info()["run_id"] != stack.redis("cache").info()["run_id"]


def test_passwords_are_readable_by_their_owner_only(stack):
    for name in FILES:
        assert stat.S_IMODE((stack.dir / name).stat().st_mode) == 0o600
    for folder in FOLDERS.values():
        assert stat.S_IMODE((stack.dir / folder).stat().st_mode) == 0o700
        assert stat.S_IMODE((stack.dir / folder / "users.acl").stat().st_mode) == 0o600


def test_passwords_are_nowhere_else(stack):
    secrets = [(stack.dir / name).read_text().strip().encode() for name in FILES]
    requests.get(stack.url + "/readyz", timeout=60)
    texts = [file for file in stack.dir.rglob("*")
             if file.is_file() and file.suffix in (".log", ".conf", ".acl", ".txt")]
    assert len(texts) > 10
    for pid in stack.processes():
        texts += [Path(f"/proc/{pid}/cmdline"), Path(f"/proc/{pid}/environ")]
    for file in texts:
        found = file.read_bytes()
        assert not any(secret in found for secret in secrets), file


def ready(stack):
    answer = requests.get(stack.url + "/readyz", timeout=60)
    assert answer.status_code == 200
    return answer.json()


def test_ready_tells_of_both(stack):
    names = ("status", "postgres", "redis", "cache", "index", "media", "spool")
    wait_for(lambda: ready(stack) == dict.fromkeys(names, "ok"))


def test_both_are_in_use_by_their_own_user(stack):
    for instance in FOLDERS:
        names = {client["user"] for client in stack.redis(instance).client_list()}
        assert names == {"app", "admin"} | ({"guard"} if instance == "cache" else set())


def test_a_second_start_and_a_reload_keep_passwords_and_processes(fresh):
    fresh.start()
    was = [(fresh.dir / name).read_bytes() for name in FILES]
    pids = fresh.pids()
    fresh.redis("cache").set("t:kept", 1)
    fresh.start()
    fresh.reload()
    assert fresh.pids() == pids
    assert fresh.redis("cache").get("t:kept") == b"1"
    wait_for(lambda: set(ready(fresh).values()) == {"ok"})
    fresh.stop()
    assert fresh.processes() == []
    fresh.start()
    assert [(fresh.dir / name).read_bytes() for name in FILES] == was
    assert fresh.redis("cache").get("t:kept") is None
    assert set(ready(fresh).values()) == {"ok"}


@pytest.mark.parametrize("how", ["up", "reload"])
def test_a_lost_password_is_replaced(fresh, how):
    fresh.start()
    was = (fresh.dir / "redis-cache/app.pass").read_bytes()
    pids = fresh.pids()
    (fresh.dir / "redis-cache/app.pass").unlink()
    fresh.start() if how == "up" else fresh.reload()
    assert (fresh.dir / "redis-cache/app.pass").read_bytes() != was
    assert fresh.pids()["cache"] != pids["cache"]
    assert fresh.pids()["redis"] == pids["redis"]
    wait_for(lambda: set(ready(fresh).values()) == {"ok"})


def test_a_site_from_before_there_were_users(fresh):
    """Its Redis runs without a login, and has no folder for the cache."""
    fresh.start()
    fresh.kill_all("redis", "redis-cache")
    conf = fresh.dir / "redis/redis-state.conf"
    lines = [line for line in conf.read_text().splitlines() if not line.startswith("aclfile")]
    conf.write_text("\n".join(lines) + "\n")
    for name in ("redis/app.pass", "redis/users.acl"):
        (fresh.dir / name).unlink()
    for file in (fresh.dir / "redis-cache").iterdir():
        file.unlink()
    (fresh.dir / "redis-cache").rmdir()
    os.spawnlp(os.P_WAIT, "sh", "sh", "-c", f"cd '{fresh.dir}/redis' && redis-server redis-state.conf")
    wait_for(lambda: "redis" in fresh.pids())
    fresh.reload()
    wait_for(lambda: set(ready(fresh).values()) == {"ok"})


@pytest.mark.parametrize("service, name", [("redis", "redis"), ("cache", "cache")])
def test_one_that_hangs_is_told_and_started_anew(fresh, service, name):
    fresh.start()
    stopped = fresh.kill(service, signal.SIGSTOP)
    try:
        told = {**dict.fromkeys(ready(fresh), "ok"), name: "unreachable"}
        wait_for(lambda: ready(fresh) == told)
        fresh.start()
        assert fresh.pids()[service] != stopped
        wait_for(lambda: set(ready(fresh).values()) == {"ok"})
    finally:
        try:
            os.kill(stopped, signal.SIGKILL)
        except ProcessLookupError:
            pass


def test_settings_and_users_of_ones_own(fresh):
    """Kept at every start; here, where the tests have theirs."""
    fresh.start()
    conf = fresh.dir / "redis-cache.local.conf"
    conf.write_text(conf.read_text() + "maxmemory 99mb\n")
    fresh.command("up", fresh.dir, fresh.port)
    assert int(fresh.redis("cache").config_get("maxmemory")["maxmemory"]) == 99 * 2**20
    (fresh.dir / "redis.local.acl").unlink()
    fresh.command("up", fresh.dir, fresh.port)
    with pytest.raises(redis.ResponseError, match="WRONGPASS"):
        fresh.redis("cache").ping()
    assert fresh.redis("cache", "guard").ping()
