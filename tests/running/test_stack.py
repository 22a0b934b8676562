"""deploy/embedded/stack: starts, stops, crashes, odd places, other users.

Everything is real: the processes are killed, the ports taken, the paths deep.
"""

import http.client
import os
import pty
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from pathlib import Path

import psycopg2
import pytest
import requests

from stack import COMMAND, TOP, Stack, free_port, wait_for

SERVICES = {"pg", "redis", "cache", "app", "nginx"}


@pytest.fixture
def fresh():
    """A stack that was never started."""
    stack = Stack()
    yield stack
    stack.destroy()


def remember(stack, word):
    stack.sql("create table if not exists kept (word text)")
    stack.sql("insert into kept values (%s)", (word,))


def remembered(stack):
    return [word for (word,) in stack.sql("select word from kept order by 1")]


def answers(stack, path="/readyz"):
    return requests.get(stack.url + path, timeout=60).status_code


def test_first_start(fresh):
    fresh.start()
    assert set(fresh.pids()) == SERVICES
    assert answers(fresh) == 200
    assert answers(fresh, "/healthz") == 200
    for name in ("pg.pass", "pinwall.conf"):
        assert stat.S_IMODE((fresh.dir / name).stat().st_mode) == 0o600
    assert fresh.command("status", fresh.dir).returncode == 0


def test_second_up_starts_nothing_twice(fresh):
    fresh.start()
    before = fresh.pids()
    fresh.start()
    assert fresh.pids() == before
    assert answers(fresh) == 200


def test_data_lives_over_stop_and_start(fresh):
    fresh.start()
    remember(fresh, "tea")
    fresh.stop()
    assert fresh.processes() == []
    assert fresh.command("status", fresh.dir, check=False).returncode == 3
    fresh.stop()
    fresh.start()
    assert remembered(fresh) == ["tea"]


def test_start_after_everything_was_killed():
    stack = Stack(durable=True)
    try:
        stack.start()
        remember(stack, "tea")
        stack.kill_all()
        assert (stack.dir / "pg" / "postmaster.pid").exists()
        stack.start()
        assert set(stack.pids()) == SERVICES
        assert remembered(stack) == ["tea"]
        assert answers(stack) == 200
    finally:
        stack.destroy()


def test_start_after_the_masters_were_killed(fresh):
    fresh.start()
    for pid in fresh.pids().values():
        os.kill(pid, signal.SIGKILL)
    fresh.start()
    assert answers(fresh) == 200
    fresh.stop()
    assert fresh.processes() == []


def test_pid_files_that_name_somebody_else(fresh):
    fresh.start()
    files = ["pg/postmaster.pid", "run/redis-state.pid", "run/redis-cache.pid",
             "run/nginx.pid", "run/pinwall.pid"]
    fresh.kill_all()
    with subprocess.Popen(["sleep", "600"]) as bystander:
        try:
            for name in files:
                text = (fresh.dir / name).read_text() if (fresh.dir / name).exists() else ""
                rest = text.partition("\n")[2]
                (fresh.dir / name).write_text(f"{bystander.pid}\n{rest}")
            assert fresh.pids() == {}
            fresh.start()
            assert answers(fresh) == 200
            fresh.stop()
            assert bystander.poll() is None
        finally:
            bystander.kill()


def test_a_taken_port_is_told_with_a_free_one(fresh):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", fresh.port))
        taken.listen()
        done = fresh.command("up", fresh.dir, fresh.port, check=False)
    assert done.returncode == 1
    assert f"port {fresh.port} is taken" in done.stdout
    other = int(re.search(r"PORT=(\d+)", done.stdout).group(1))
    with socket.socket() as free:
        free.bind(("127.0.0.1", other))
    assert fresh.processes() == []


@pytest.mark.parametrize("port", ["", "0", "65536", "http", "80 80", "-1"])
def test_a_port_that_is_none(fresh, port):
    done = fresh.command("up", fresh.dir, port, check=False)
    assert done.returncode == 1
    assert "a port is a number" in done.stdout


def test_a_running_site_moves_to_another_port(fresh):
    fresh.start()
    old, master = fresh.port, fresh.pids()["nginx"]
    fresh.port = free_port()
    fresh.start()
    assert answers(fresh) == 200
    assert fresh.pids()["nginx"] == master
    assert fresh.setting("public_url").endswith(f":{fresh.port}")
    wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", old)) != 0)


def test_a_reload_changes_the_workers_and_no_connection(fresh):
    fresh.start()
    old = set(fresh.processes("run"))
    connection = http.client.HTTPConnection("127.0.0.1", fresh.port, timeout=60)
    for _ in range(2):
        connection.request("GET", "/readyz")
        connection.getresponse().read()
        kept = connection.sock
        fresh.reload()
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        assert answer.read() and answer.status == 200
        assert connection.sock is kept
    connection.close()
    master = fresh.pids()["app"]
    wait_for(lambda: old & set(fresh.processes("run")) == {master}, seconds=90)


def test_a_reload_takes_up_what_nginx_needs(fresh):
    """New settings and a changed site reach Nginx by `reload`, too."""
    fresh.start()
    snippet = fresh.dir / "nginx/conf/snippets/pinwall-routes.conf"
    routes = snippet.read_text()
    snippet.write_text("")  # as if an older program had printed none
    fresh.command("reload", fresh.dir)
    assert snippet.read_text() == routes != ""
    log = (fresh.log_dir / "nginx-error.log").read_text()
    assert "emerg" not in log


def test_a_failed_start_leaves_nothing_running(fresh):
    fresh.settings["no_such_setting"] = "1"
    fresh.write_settings()
    done = fresh.command("up", fresh.dir, fresh.port, check=False)
    assert done.returncode != 0
    assert "no_such_setting" in done.stdout
    assert fresh.processes() == []


def test_a_setting_of_ones_own_stands_for_the_one_written(fresh):
    fresh.settings["public_url"] = "https://pins.example"
    fresh.start()
    assert fresh.conf.read_text().count("public_url") == 1
    assert fresh.setting("public_url") == "https://pins.example"


def test_deep_and_oddly_named_folder():
    root = Path(tempfile.mkdtemp(prefix="pinwall-test-"))
    root.chmod(0o755)
    deep = root / "a b 가'나" / ("long" * 20) / ("deep" * 20) / "var"
    deep.mkdir(parents=True)
    stack = Stack(folder=deep)
    try:
        stack.start()
        assert answers(stack) == 200
        link = Path(stack.setting("run_dir")).parent
        assert link.is_symlink() and len(str(link)) < 40
        stack.restart()
        assert answers(stack) == 200
        stack.stop()
        assert not link.is_symlink()
    finally:
        stack.destroy()
        shutil.rmtree(root)


def test_the_link_of_a_deep_folder_is_not_taken_from_others():
    root = Path(tempfile.mkdtemp(prefix="pinwall-test-"))
    deep = root / ("deep" * 25)
    deep.mkdir()
    stack = Stack(folder=deep)
    try:
        stack.start()
        link = Path(stack.setting("run_dir")).parent
        stack.stop()
        link.symlink_to("/nowhere")
        done = stack.command("up", stack.dir, stack.port, check=False)
        assert done.returncode == 1
        assert "stands in the way" in done.stdout
        assert os.readlink(link) == "/nowhere"
        link.unlink()
    finally:
        stack.destroy()
        shutil.rmtree(root)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_unprivileged_user():
    stack = Stack()
    nobody = pwd.getpwnam("nobody")
    os.chown(stack.dir, nobody.pw_uid, nobody.pw_gid)
    ask = ["setpriv", "--reuid=nobody", "--clear-groups", f"--regid={nobody.pw_gid}"]
    environment = dict(stack.environment(), HOME="/nonexistent")

    def as_nobody(*args):
        return subprocess.run(
            [*ask, str(COMMAND), *args], env=environment, cwd="/", check=True,
            stdin=subprocess.DEVNULL, timeout=240,
        )

    try:
        as_nobody("up", str(stack.dir), str(stack.port))
        assert answers(stack) == 200
        owners = {os.stat(f"/proc/{pid}").st_uid for pid in stack.processes()}
        assert owners == {nobody.pw_uid}
        as_nobody("down", str(stack.dir))
        assert stack.processes() == []
    finally:
        stack.destroy()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders nobody else can reach")
@pytest.mark.parametrize("namespaces", [True, False])
def test_a_folder_that_only_root_can_reach(namespaces, monkeypatch):
    root = Path(tempfile.mkdtemp(prefix="pinwall-test-"))
    if not namespaces:
        # As in a container that forbids them.
        (root / "bin").mkdir()
        (root / "bin" / "unshare").symlink_to("/bin/false")
        monkeypatch.setenv("PATH", f"{root}/bin:{os.environ['PATH']}")
    stack = Stack(folder=root / "var")
    stack.dir.mkdir()
    elsewhere = None
    try:
        stack.start()
        if not namespaces:
            elsewhere = Path(os.readlink(stack.dir / "pg")).parent
        remember(stack, "tea")
        stack.restart()
        assert remembered(stack) == ["tea"]
        assert answers(stack) == 200
    finally:
        stack.destroy()
        shutil.rmtree(root)
        if elsewhere:
            shutil.rmtree(elsewhere)


def test_the_roles_of_the_database(fresh):
    fresh.start()
    fresh.sql("create table made_later (n int)", role="pinwall_owner")
    fresh.sql("insert into made_later values (1)", role="pinwall")
    assert fresh.sql("select n from made_later", role="pinwall") == [(1,)]
    for refused in ("drop table made_later", "truncate made_later", "create table mine (n int)"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            fresh.sql(refused, role="pinwall")
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(re.sub("passfile=.*", "password=guessed", fresh.dsn()))


def test_the_database_is_careful_by_default():
    stack = Stack(durable=True)
    try:
        stack.start()
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert stack.sql(f"show {name}") == [("on",)]
    finally:
        stack.destroy()


def test_nothing_but_nginx_has_a_port(fresh):
    fresh.start()
    inodes = set()
    for pid in fresh.processes():
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            try:
                found = re.match(r"socket:\[(\d+)\]", os.readlink(entry))
            except OSError:
                continue
            if found:
                inodes.add(found.group(1))
    listening = set()
    for name in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            words = line.split()
            if words[9] in inodes and words[3] in ("0A", "07"):
                listening.add(int(words[1].rpartition(":")[2], 16))
    assert listening == {fresh.port}


def test_two_stacks_side_by_side(fresh):
    with Stack() as other:
        fresh.start()
        remember(fresh, "tea")
        assert other.sql("select to_regclass('kept')") == [(None,)]
        fresh.stop()
        assert answers(other) == 200


def test_in_the_foreground_until_interrupted(fresh):
    (fresh.dir / "demo.txt").write_text("log in as nobody\n")  # made before
    run = subprocess.Popen(
        [str(COMMAND), "run", str(fresh.dir), str(fresh.port)],
        env=fresh.environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )
    try:
        said = ""
        while "Pinwall is at" not in said:
            line = run.stdout.readline()
            assert line, "ended before it was up"
            said += line
        assert fresh.url in said
        wait_for(lambda: answers(fresh) == 200)
        assert "log in as nobody" in run.stdout.readline() + run.stdout.readline()
        run.send_signal(signal.SIGINT)
        assert run.wait(60) == 0
        assert fresh.processes() == []
    finally:
        if run.poll() is None:
            run.terminate()
        run.stdout.close()


def test_in_the_foreground_until_its_terminal_goes(fresh):
    (fresh.dir / "demo.txt").write_text("log in as nobody\n")
    child, terminal = pty.fork()
    if child == 0:
        os.execve(COMMAND, [str(COMMAND), "run", str(fresh.dir), str(fresh.port)],
                  fresh.environment())
    said = b""
    while b"Ctrl-C" not in said:
        said += os.read(terminal, 4096)
    wait_for(lambda: answers(fresh) == 200)
    os.close(terminal)
    os.waitpid(child, 0)
    assert fresh.processes() == []


def test_the_foreground_ends_when_the_program_does(fresh):
    (fresh.dir / "demo.txt").write_text("log in as nobody\n")
    run = subprocess.Popen(
        [str(COMMAND), "run", str(fresh.dir), str(fresh.port)],
        env=fresh.environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )
    try:
        while "Pinwall is at" not in run.stdout.readline():
            assert run.poll() is None
        fresh.kill("app", signal.SIGTERM)
        assert run.wait(60) == 1
        assert fresh.processes() == []
    finally:
        if run.poll() is None:
            run.terminate()
        run.stdout.close()


def test_the_commands_of_the_readme(fresh):
    """make run DETACH=1 PORT=..., make status, make stop."""

    def make(*args):
        return subprocess.run(
            ["make", "--no-print-directory", *args, f"VAR={fresh.dir}"],
            cwd=TOP, text=True, timeout=900, check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        ).stdout

    said = make("run", "DETACH=1", f"PORT={fresh.port}")
    assert fresh.url in said
    assert "log in as demo@example.com" in said
    assert answers(fresh) == 200
    assert len(requests.get(fresh.api + "pins/", timeout=60).json()["results"]) > 20
    assert make("status").count("runs") == len(SERVICES)
    make("stop")
    assert fresh.processes() == []


def test_roles_that_there_are_none(stack):
    for roles in (["nobody"], ["fast", "nobody"]):
        done = stack.run("serve", *roles, check=False)
        assert done.returncode == 2 and "roles" in done.stderr, done
