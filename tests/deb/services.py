"""Services of a Debian in a folder, run as their units say, where no systemd
runs: a stand-in for systemd and systemctl.

    machine = Machine(root)
    machine.start("pinwall-app.service")
    machine.run("pinwall", "setup", "pinwall.test")     inside, with a systemctl

It reads the units and drop-ins that the packages have installed (units.py).  Each
process is confined as they say (walls.py) by enter.py.  Inside, systemctl hands its
words over to this one, so the scripts of packages find what they would on a machine
that runs.
"""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from units import Unit
from walls import Walls

HERE = Path(__file__).resolve().parent
SYSTEMCTL = """\
#!/usr/bin/perl
use IO::Socket::UNIX;
my $to = IO::Socket::UNIX->new(Peer => "/run/systemctl.sock") or exit 1;
print $to join("\\0", @ARGV), "\\n";
my $status = <$to>;
print while <$to>;
exit $status;
"""


class Service:
    """What runs of a unit."""

    def __init__(self, unit):
        self.unit = unit
        self.process = None     # of Popen; forking services have a pid alone
        self.pid = None
        self.ready = False
        self.status = ""        # as it says itself
        self.ends = []          # how its main processes have ended
        self.stopping = False


class Machine:
    def __init__(self, root, trace=None):
        self.root = Path(root)
        self.trace = trace      # a folder for what strace sees
        self.services, self.sockets = {}, {}
        self.timers, self.enabled = set(), set()
        self.lock = threading.RLock()
        self.closing = False
        self.walls = Walls(root, filtered=not trace)
        self.log_dir = self.root / "var/log/units"
        self.boot()

    # Its life.

    def boot(self):
        for name in ("run/systemd/system", "run/systemd/notify.d", "run/credentials",
                     "run/lock", "var/log/units"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        os.chmod(self.root / "run/systemd/notify.d", 0o755)
        (self.root / "run/.nothing").touch(0o000)
        command = self.root / "usr/bin/systemctl"
        command.unlink()
        command.write_text(SYSTEMCTL)
        command.chmod(0o755)
        self.run("systemd-tmpfiles", "--create", "--remove", "--exclude-prefix=/dev",
                 check=False)
        path = self.root / "run/systemctl.sock"
        path.unlink(missing_ok=True)
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen(16)
        threading.Thread(target=self.serve, daemon=True).start()
        threading.Thread(target=self.watch, daemon=True).start()

    def close(self):
        self.closing = True
        for name in list(self.services):
            self.stop(name)
        for s in self.sockets.values():
            s.close()
        self.server.close()

    def run(self, *command, check=True, text=None, environment=None, timeout=300):
        """Runs a command inside, as root."""
        done = subprocess.run(
            ["chroot", str(self.root), *command], input=text or "", check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout,
            env={"PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
                 "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8",
                 **(environment or {})})
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}")
        return done

    # systemctl

    def serve(self):
        while not self.closing:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(client,), daemon=True).start()

    def answer(self, client):
        with client, client.makefile("rw") as stream:
            words = stream.readline().rstrip("\n").split("\0")
            try:
                status, text = self.systemctl([w for w in words if w])
            except Exception as e:  # the one who called is told
                status, text = 1, f"{e}\n"
            stream.write(f"{status}\n{text}")

    def systemctl(self, words):
        verb, *names = [w for w in words if not w.startswith("-")]
        names = [n if re.search(r"\.(service|socket|target|timer)$", n) else n + ".service"
                 for n in self.matching(names)]
        if verb in ("daemon-reload", "enable", "disable", "preset", "is-enabled", "unmask",
                    "reset-failed", "mask"):
            if "--now" in words and verb == "disable":
                for name in names:
                    self.stop(name)
            if verb == "enable":
                self.enabled |= set(names)
            if verb == "disable":
                self.enabled -= set(names)
            return 0, ""
        if verb == "is-active":
            if any(self.comes_back(n) for n in names):
                return 3, "activating\n"
            active = all(self.is_active(n) for n in names)
            return (0, "active\n") if active else (3, "inactive\n")
        if verb == "show":
            return 0, "".join(self.services[n].status + "\n" for n in names)
        actions = {"start": self.start, "stop": self.stop, "restart": self.restart,
                   "reload": self.reload, "try-restart": self.restart_if,
                   "reload-or-restart": self.reload_or_restart,
                   "try-reload-or-restart": self.reload_if}
        if verb not in actions:
            return 1, f"no {verb} here\n"
        for name in names:
            actions[verb](name)
        return 0, ""

    def matching(self, names):
        running = list(self.services) + list(self.sockets)
        for name in names:
            if "*" in name:
                pattern = re.escape(name).replace(r"\*", ".*")
                yield from [n for n in running if re.fullmatch(pattern, n)]
            else:
                yield name

    def is_active(self, name):
        service = self.services.get(name)
        return (name in self.sockets or name in self.timers
                or service is not None and self.lives(service))

    def comes_back(self, name):
        """It has ended, and is about to be started again."""
        service = self.services.get(name)
        return (service is not None and not service.stopping and not self.lives(service)
                and service.unit.one("Restart") == "always")

    @staticmethod
    def lives(service):
        if service.process is not None:
            return service.process.poll() is None
        try:
            state = Path(f"/proc/{service.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return state != "Z"  # nobody waits for it here

    def restart(self, name):
        self.stop(name)
        self.start(name)

    def restart_if(self, name):
        if self.is_active(name):
            self.restart(name)

    def reload_if(self, name):
        if self.is_active(name):
            self.reload(name)

    def reload_or_restart(self, name):
        if self.is_active(name):
            self.reload(name)
        else:
            self.start(name)

    def reload(self, name):
        service = self.services[name]
        for line in service.unit.all("ExecReload"):
            command = [w.replace("$$", "$") for w in shlex.split(line.lstrip("+-"))]
            if line.startswith("+"):
                self.run(*command, environment={"MAINPID": str(service.pid)})
            else:
                self.enter(service, command, wait=True)

    def start(self, name):
        if name.endswith(".target"):
            return
        if name.endswith(".timer"):
            self.timers.add(Unit(self.root, name).name)
            return
        if name.endswith(".socket"):
            self.listen(name)
            return
        with self.lock:
            if self.is_active(name):
                return
            unit = Unit(self.root, name)
            for path in unit.all("ConditionPathExists"):
                if not (self.root / path.lstrip("/")).exists():
                    return
            service = self.services.get(name) or Service(unit)
            if unit.one("Type") == "oneshot":
                for command, _ in unit.commands("ExecStart"):
                    self.enter(service, command, wait=True)
                return
            service.unit, service.stopping, service.ready = unit, False, False
            self.services[name] = service
            self.launch(service)
        self.wait_ready(service)

    def stop(self, name):
        self.timers.discard(name)
        if name in self.sockets:
            self.sockets.pop(name).close()
            path = Unit(self.root, name).one("ListenStream")
            (self.root / path.lstrip("/")).unlink(missing_ok=True)
            return
        service = self.services.get(name)
        if service is None:
            return
        with self.lock:
            service.stopping = True
        if not self.lives(service):
            return
        for command, _ in service.unit.commands("ExecStop"):
            self.enter(service, command).wait(timeout=60)
        if self.lives(service):
            os.kill(service.pid, signal.SIGTERM)
            # Nginx keeps its connections for a while; a second time cuts them off
            end = time.monotonic() + 8
            while self.lives(service) and time.monotonic() < end:
                time.sleep(0.05)
        if self.lives(service):
            os.kill(service.pid, signal.SIGTERM)
            end = time.monotonic() + 20
            while self.lives(service) and time.monotonic() < end:
                time.sleep(0.05)
        if self.lives(service):
            os.kill(service.pid, signal.SIGKILL)

    # Sockets

    def listen(self, name):
        if name in self.sockets:
            return
        unit = Unit(self.root, name)
        path = self.root / unit.one("ListenStream").lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        s = socket.socket(socket.AF_UNIX)
        s.bind(str(path))
        os.chmod(path, int(unit.one("SocketMode", "0666"), 8))
        os.chown(path, self.walls.uid(unit.one("SocketUser", "root")),
                 self.walls.gid(unit.one("SocketGroup", "root")))
        s.listen(int(unit.one("Backlog", "4096")))
        self.sockets[name] = s

    # Processes

    def enter(self, service, command, wait=False):
        """A process of the service."""
        unit = service.unit
        environment = self.walls.environment(unit)
        environment["MAINPID"] = str(service.pid or "")
        self.walls.credentials(unit, environment)
        sockets = [self.sockets[s] for s in unit.words("Sockets")]
        if sockets:
            environment["LISTEN_FDS"] = str(len(sockets))
            environment["LISTEN_FDNAMES"] = ":".join(
                Unit(self.root, s).one("FileDescriptorName") for s in unit.words("Sockets"))
        if unit.one("Type") == "notify":
            self.open_notices(service, environment)
        file = self.log_dir / f"{unit.name}.json"
        file.write_text(json.dumps({
            **self.walls.spec(unit, command, environment),
            "sockets": [s.fileno() for s in sockets]}))
        words = ["/usr/bin/python3", str(HERE / "enter.py"), str(file)]
        if self.trace and "pinwall" in command[0]:
            words = ["strace", "-f", "-qq", "-e", "signal=none", "-s", "0", "-o",
                     f"{self.trace}/{unit.name}.{time.monotonic_ns()}", *words]
        with open(self.log_dir / f"{unit.name}.log", "ab") as log:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, pass_fds=[s.fileno() for s in sockets])
        if wait:
            assert process.wait(timeout=60) == 0, f"{unit.name}: {command}: {self.log(unit.name)}"
        return process

    def open_notices(self, service, environment):
        name = f"run/systemd/notify.d/{service.unit.name}"
        path = self.root / name
        path.unlink(missing_ok=True)
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(str(path))
        os.chmod(path, 0o777)
        environment["NOTIFY_SOCKET"] = "/" + name

        def hear():
            while True:
                try:
                    text = s.recv(4096).decode()
                except OSError:
                    return
                for line in text.splitlines():
                    if line.startswith("STATUS="):
                        service.status = line[7:]
                if "READY=1" in text:
                    service.ready = True

        threading.Thread(target=hear, daemon=True).start()

    def launch(self, service):
        unit = service.unit
        for other in unit.words("Requires"):
            if other.endswith(".socket"):
                self.listen(other)
        for command, may_fail in unit.commands("ExecStartPre"):
            try:
                self.enter(service, command, wait=True)
            except AssertionError:
                if not may_fail:
                    raise
        (command, _), = unit.commands("ExecStart")
        service.process = None
        if unit.one("Type") == "forking":
            self.enter(service, command, wait=True)
            file = self.root / unit.one("PIDFile").lstrip("/")
            service.pid = int(file.read_text().split()[0])
            service.ready = True
        else:
            service.process = self.enter(service, command)
            service.pid = service.process.pid
            service.ready = unit.one("Type") != "notify"

    def wait_ready(self, service, seconds=60):
        end = time.monotonic() + seconds
        while not service.ready:
            assert self.lives(service) and time.monotonic() < end, \
                f"{service.unit.name} is not ready:\n{self.log(service.unit.name)}"
            time.sleep(0.02)

    def watch(self):
        """Restart=always."""
        while not self.closing:
            time.sleep(0.2)
            with self.lock:
                for service in self.services.values():
                    if service.process is None or service.process.poll() is None:
                        continue
                    if len(service.ends) == 0 or service.ends[-1][0] != service.pid:
                        service.ends.append((service.pid, service.process.returncode))
                    if not service.stopping and service.unit.one("Restart") == "always":
                        time.sleep(1)
                        self.launch(service)

    def log(self, name):
        file = self.log_dir / f"{name}.log"
        return file.read_text(errors="replace")[-6000:] if file.exists() else ""
