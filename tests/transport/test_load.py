"""Many clients, and everything that happens while they are there."""

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from contextlib import ExitStack
from selectors import EVENT_READ, DefaultSelector

from fastcgi import KEEP, Connection, request
from floor_site import children, wait_for

MIXED = """
local n = 0
request = function()
  n = n + 1
  if n % 3 == 0 then
    return wrk.format("POST", "/api/len", nil, "some text of a body")
  end
  return wrk.format("GET", "/api/echo")
end
"""


class Load:
    """wrk in the background: result() is requests, and failures by kind."""

    def __init__(self, site, clients, seconds, script=None):
        command = ["wrk", "-t2", f"-c{clients}", f"-d{seconds}s",
                   "--timeout", "10s"]
        if script is not None:
            (site.folder / "load.lua").write_text(script)
            command += ["-s", str(site.folder / "load.lua")]
        self.process = subprocess.Popen(
            command + [f"http://127.0.0.1:{site.port}/api/echo"],
            stdout=subprocess.PIPE, text=True)

    def result(self):
        text, _ = self.process.communicate(timeout=60)
        failures = re.findall(r"Non-2xx or 3xx responses: .*|Socket errors: .*",
                              text)
        return int(re.search(r"(\d+) requests in", text)[1]), failures


def test_thousand_clients(site):
    requests, failures = Load(site, 1000, 3, MIXED).result()
    assert failures == [] and requests > 3000
    assert "process-died" not in site.log_text()


def test_a_crowd_that_comes_to_a_busy_worker_is_let_in(single):
    """Those who are served already ask again at once; each of those who come
    must not wait until all of them were served again."""
    path, asked = single.run / "fast.sock", request("GET", "/api/sleep/2", flags=KEEP)
    with ExitStack() as stack, DefaultSelector() as selector:
        def come(n):
            new = [stack.enter_context(Connection(path)) for _ in range(n)]
            for connection in new:
                selector.register(connection.socket, EVENT_READ, connection)
                connection.send(asked)
            return new

        def serve(until):
            while not until():
                for key, _ in selector.select(5):
                    assert key.data.answer().status == 200
                    answered[key.data] += 1
                    key.data.send(asked)

        answered = Counter()
        regulars = come(16)
        serve(lambda: all(answered[one] > 1 for one in regulars))
        before = answered.total()
        crowd = come(64)
        serve(lambda: all(answered[one] for one in crowd))
    # eight times as many as there are people; one by one it were 1,000
    assert answered.total() - before < 640


def test_reload_under_load(make_site):
    """C6: five reloads, each to a new program file, under mixed requests."""
    site = make_site(log_level=1).start().nginx()
    site.write_conf(log_level=0)  # for the generations to come
    load = Load(site, 32, 9, MIXED)
    for _ in range(5):
        time.sleep(1)
        shutil.copy(site.program, site.folder / "new")
        (site.folder / "new").rename(site.program)
        assert site.reload()
    requests, failures = load.result()
    assert failures == [] and requests > 5000
    assert "process-died" not in site.log_text()
    assert "process-killed" not in site.log_text()
    inode = site.program.stat().st_ino
    for pid in site.workers()[-2:]:
        assert (site.folder / f"/proc/{pid}/exe").stat().st_ino == inode
    # The old ones have left when Nginx has let go of its connections.
    assert wait_for(lambda: len(children(site.master.pid)) == 4)


class Posts(threading.Thread):
    """A client that posts one request after the other until it is stopped."""

    def __init__(self, site, path):
        super().__init__()
        self.site, self.path = site, path
        self.good = self.lost = 0
        self.going = True
        self.start()

    def run(self):
        while self.going:
            status, _ = self.site.ask("POST", self.path, b"x")
            if status == 200:
                self.good += 1
            else:
                self.lost += 1


def connections_of(pid):
    """Sockets that a worker has open, but the listening one."""
    links = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        links.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
    return sum(link.startswith("socket:") for link in links) - 1


def lost_by_kills(site, clients, role):
    """(requests lost, connections that the killed workers had)."""
    held = 0
    for _ in range(3):
        time.sleep(0.3)
        victim = site.workers(role)[0]
        os.kill(victim, signal.SIGSTOP)  # so that the number stays
        held += connections_of(victim)
        os.kill(victim, signal.SIGKILL)
        assert wait_for(lambda: victim not in site.workers(role) and
                        len(site.workers(role)) == 2)
    time.sleep(0.3)
    for client in clients:
        client.going = False
    for client in clients:
        client.join()
    assert all(client.good > 5 for client in clients)
    assert site.logged("signal=9", 3)
    return sum(client.lost for client in clients), held


def test_kill_loses_the_request_in_flight_only(site):
    """A slow worker has one connection, and a request on it, or none."""
    clients = [Posts(site, "/api/slow/sleep/10") for _ in range(4)]
    lost, held = lost_by_kills(site, clients, "slow")
    assert lost <= held <= 3


def test_kill_loses_one_request_a_connection_at_most(site):
    """Those that Nginx has sent to a fast worker; it does not repeat a POST."""
    clients = [Posts(site, "/api/hit") for _ in range(4)]
    lost, held = lost_by_kills(site, clients, "fast")
    assert lost <= held


def test_slow_requests_do_not_wait_for_each_other(site):
    def together(n, path):
        threads = [threading.Thread(target=site.get, args=(path,))
                   for _ in range(n)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - began

    assert together(2, "/api/slow/sleep/1500") < 2.9
    # The third is taken by the first that is free.
    assert 2.95 < together(3, "/api/slow/sleep/1500") < 4.4


def test_fast_pool_does_not_wait_for_the_slow(site):
    threads = [threading.Thread(target=site.get, args=("/api/slow/sleep/2000",))
               for _ in range(4)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    for _ in range(50):
        assert site.get("/api/echo")[0] == 200
    assert time.monotonic() - began < 2
    for thread in threads:
        thread.join()
