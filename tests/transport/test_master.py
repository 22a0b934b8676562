"""The master: replacing, reloading, stopping, and what it says to others."""

import os
import pathlib
import signal
import socket
import stat
import subprocess
import threading
import time

import pytest

import fastcgi
from floor_site import arguments, children, wait_for


def kill(pid, number=signal.SIGKILL):
    os.kill(pid, number)


def replaced(site, old, role="fast"):
    """The process in the place of old, when there is one."""
    count = len(site.workers(role))

    def new():
        pids = [pid for pid in site.workers(role) if pid != old]
        return pids if len(pids) >= count else None

    return wait_for(new)


def started(pid):
    """When, in seconds since the machine's start."""
    words = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(words[19]) / os.sysconf("SC_CLK_TCK")


def test_dead_worker_is_replaced_once_a_second(single):
    starts = []
    for _ in range(3):
        victim = single.workers()[0]
        kill(victim)
        starts += map(started, replaced(single, victim))
        assert fastcgi.ask(single.run / "fast.sock", "GET",
                           "/api/echo").status == 200
    assert starts[1] - starts[0] >= 0.9 and starts[2] - starts[1] >= 0.9
    assert single.logged("process-died role=fast", 3)
    assert single.log_text().count("process-died role=fast") == 3


@pytest.mark.parametrize("pool", ["", "slow/"])
def test_stuck_worker_is_replaced(make_site, pool):
    site = make_site(request_s=1, fast_workers=1, slow_workers=1)
    site.start().nginx()
    role = "slow" if pool else "fast"
    stuck = site.workers(role)
    began = time.monotonic()
    assert site.get(f"/api/{pool}sleep/20000")[0] == 502
    assert time.monotonic() - began < 6
    assert site.logged(f"process-stuck role={role} pid={stuck[0]}")
    assert site.logged(f"process-died role={role} pid={stuck[0]} signal=6")
    assert wait_for(lambda: site.workers(role) not in ([], stuck))
    assert site.get(f"/api/{pool}echo")[0] == 200
    # A long request that is within its time is left alone.
    assert site.get(f"/api/{pool}sleep/300")[0] == 200


def test_worker_that_ignores_the_abort_is_killed(make_site):
    site = make_site(request_s=1, fast_workers=1, slow_workers=1).start()
    stuck = site.workers()[0]
    with fastcgi.Connection(site.run / "fast.sock") as connection:
        connection.send(fastcgi.request("GET", "/api/sleep/20000"))
        time.sleep(0.2)
        kill(stuck, signal.SIGSTOP)  # SIGABRT waits, SIGKILL does not
        assert site.logged(f"process-killed role=fast pid={stuck} why=stuck")
        assert site.logged(f"process-died role=fast pid={stuck} signal=9")


def test_peer_that_sends_half_a_request_is_not_waited_for_long(make_site):
    """What a worker waits for counts as its request."""
    site = make_site(request_s=1, fast_workers=1, slow_workers=1).start()
    with fastcgi.Connection(site.run / "fast.sock") as connection:
        connection.send(fastcgi.begin())
        time.sleep(0.1)
        assert fastcgi.ask(site.run / "fast.sock", "GET",
                           "/api/echo").status == 200
    assert "process-stuck" in site.log_text()


def test_log_lines_of_a_killed_worker_are_not_lost(single):
    with fastcgi.Connection(single.run / "fast.sock") as connection:
        for n in range(50):
            connection.ask("GET", f"/api/fill/{n}")
        # A line is made after its answer, and before the next request.
        connection.ask("GET", "/api/echo")
        kill(single.workers()[0])
    for n in range(50):
        assert single.logged(f"path=/api/fill/{n} status=200")
    assert single.log_text().count("path=/api/fill/") == 50


def test_shared_area_outlives_workers_and_reloads(single):
    def hit():
        return fastcgi.ask(single.run / "fast.sock", "POST", "/api/hit").body

    assert hit() == b'{"hits":1}'
    victim = single.workers()[0]
    kill(victim)
    assert replaced(single, victim)
    assert hit() == b'{"hits":2}'
    assert single.reload()
    assert hit() == b'{"hits":3}'
    answer = fastcgi.ask(single.run / "slow.sock", "POST", "/api/hit")
    assert answer.body == b'{"hits":4}'


def test_reload_keeps_what_is_open(single):
    """The old worker serves its connections until their end, no new ones."""
    old = single.workers()[0]
    with fastcgi.Connection(single.run / "fast.sock") as kept:
        assert kept.ask("GET", "/api/sleep/0").body == b'{"pid":%d}' % old
        assert single.reload()
        assert wait_for(lambda: len(single.workers()) == 2)
        for _ in range(20):
            other = fastcgi.ask(single.run / "fast.sock", "GET", "/api/sleep/0")
            assert other.body != b'{"pid":%d}' % old
            assert kept.ask("GET", "/api/sleep/0").body == b'{"pid":%d}' % old
    assert wait_for(lambda: old not in single.workers())
    assert single.logged(f"process-left role=fast pid={old}")


def test_signal_during_a_request_waits_for_its_end(single):
    old = single.workers()[0]
    with fastcgi.Connection(single.run / "fast.sock") as connection:
        connection.send(fastcgi.request("GET", "/api/sleep/300"))
        time.sleep(0.1)
        kill(old, signal.SIGTERM)
        assert connection.answer().body == b'{"pid":%d}' % old
    assert replaced(single, old)


@pytest.mark.parametrize("database", [
    "host=/nowhere dbname=none",            # ends at once
    "hostaddr=127.0.0.1 port={silent}",     # never becomes ready
], ids=["fails", "hangs"])
def test_failed_reload_changes_nothing(make_site, database):
    site = make_site().start().nginx()
    before = site.workers() + site.workers("slow")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        site.write_conf(database=database.format(silent=port))
        site.master.send_signal(signal.SIGHUP)
        assert site.logged("generation-failed number=2 goes-on=1")
        for _ in range(20):
            assert site.get("/api/echo")[0] == 200
        assert wait_for(lambda: len(children(site.master.pid)) == 4)
        assert site.workers() + site.workers("slow") == before
    site.write_conf(database="")
    assert site.reload()
    assert set(site.workers()[-2:]).isdisjoint(before)


def test_two_reloads_at_once(single):
    for _ in range(5):
        single.master.send_signal(signal.SIGHUP)
        time.sleep(0.01)
    assert single.logged("generation-serves", 3)
    assert wait_for(lambda: len(children(single.master.pid)) == 2)
    assert fastcgi.ask(single.run / "fast.sock", "GET", "/api/echo").status == 200


def test_first_start_that_fails(make_site):
    site = make_site(database="host=/nowhere")
    result = subprocess.run(site.command(), capture_output=True, text=True,
                            timeout=20, stdin=subprocess.DEVNULL)
    assert result.returncode == 1
    assert "generation-failed number=1" in result.stderr
    assert os.listdir(site.run) == []


def test_second_master_is_refused(single):
    second = subprocess.run(single.command(), capture_output=True, text=True,
                            timeout=20, stdin=subprocess.DEVNULL)
    assert second.returncode == 1
    assert f"a master is running, process {single.master.pid}" in second.stderr
    assert fastcgi.ask(single.run / "fast.sock", "GET", "/api/echo").status == 200


def test_killed_master(single):
    """Its workers leave; its lock and its sockets are in nobody's way."""
    workers = children(single.master.pid)
    kill(single.master.pid)
    single.master.wait()
    assert wait_for(lambda: not any(arguments(pid) for pid in workers))
    assert (single.run / "pinwall.pid").exists()
    single.log.unlink()
    single.start()
    assert fastcgi.ask(single.run / "fast.sock", "GET", "/api/echo").status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_leaves_nothing(make_site, number):
    site = make_site().start().nginx()
    for _ in range(20):
        assert site.get("/api/echo")[0] == 200
    workers = children(site.master.pid)
    assert len(workers) == 4
    site.stop_nginx()
    began = time.monotonic()
    site.master.send_signal(number)
    assert site.master.wait(60) == 0
    assert time.monotonic() - began < 5
    assert not any(arguments(pid) for pid in workers)
    assert os.listdir(site.run) == []


def test_stop_waits_for_nginx_unless_asked_twice(single):
    with fastcgi.Connection(single.run / "fast.sock") as connection:
        connection.ask("GET", "/api/echo")
        single.master.send_signal(signal.SIGTERM)
        assert single.logged("master-stops")
        # A request that is on its way to this connection is served.
        assert connection.ask("GET", "/api/echo").status == 200
        assert not (single.run / "fast.sock").exists()
        time.sleep(0.5)
        assert single.master.poll() is None
        single.master.send_signal(signal.SIGTERM)
        assert single.master.wait(60) == 0
        assert connection.is_closed()


def test_stop_finishes_requests(site):
    answers = []

    def ask():
        answers.append(site.get("/api/slow/sleep/500")[0])

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    site.master.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()
    assert answers == [200, 200]


def test_files_and_descriptors(single):
    for name in ["fast.sock", "slow.sock"]:
        assert stat.S_IMODE((single.run / name).stat().st_mode) == 0o660
    assert stat.S_IMODE(single.run.stat().st_mode) == 0o750
    assert (single.run / "pinwall.pid").read_text() == f"{single.master.pid}\n"
    assert sorted(os.listdir(single.run)) == ["fast.sock", "pinwall.pid",
                                              "slow.sock"]
    for role in ["fast", "slow"]:
        folder = f"/proc/{single.workers(role)[0]}/fd"

        def kinds(folder=folder):
            return sorted(os.readlink(f"{folder}/{fd}").split(":")[0]
                          for fd in os.listdir(folder) if int(fd) > 2)

        # a worker that has just begun still has the pipe by which it says so
        wait_for(lambda: "pipe" not in kinds())
        assert kinds() == ["anon_inode", "anon_inode", "socket"]


def test_sockets_from_systemd(make_site, tmp_path):
    """Taken by name, in any order; their files are not ours to remove."""
    site = make_site()
    listeners = []
    for name in ["other", "slow", "fast"]:
        listeners.append(socket.socket(socket.AF_UNIX))
        listeners[-1].bind(str(tmp_path / f"given-{name}.sock"))
        listeners[-1].listen()

    def at_three():
        high = [os.dup2(s.fileno(), 100 + i) for i, s in enumerate(listeners)]
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i, inheritable=True)

    with open(site.log, "wb") as log:
        site.master = subprocess.Popen(
            ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh"] + site.command(),
            stderr=log, preexec_fn=at_three, close_fds=False,
            env={**os.environ, "LISTEN_FDS": "3",
                 "LISTEN_FDNAMES": "other:slow.sock:fast"})
    assert site.logged("generation-serves")
    for name in ["fast", "slow"]:
        answer = fastcgi.ask(tmp_path / f"given-{name}.sock", "GET", "/api/echo")
        assert answer.status == 200
        assert not (site.run / f"{name}.sock").exists()
    site.stop()
    assert (tmp_path / "given-fast.sock").exists()


def test_notices_to_systemd(make_site, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        notices.bind(str(tmp_path / "notify"))
        notices.settimeout(10)
        site = make_site(environment={"NOTIFY_SOCKET": str(tmp_path / "notify")})
        site.start()
        assert notices.recv(100) == b"READY=1\nSTATUS=generation 1 serves"
        assert site.reload()
        assert notices.recv(100).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
        assert notices.recv(100) == b"READY=1\nSTATUS=generation 2 serves"
        site.stop()
        assert notices.recv(100) == b"STOPPING=1"
