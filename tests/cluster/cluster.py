"""The topology of deploy/cluster on one machine: every host is a network
namespace, all of them on one bridge.

    lb       HAProxy, and whoever asks
    d1 d2    Postgres under Patroni, PgBouncer; etcd, Redis and Sentinel
    d3       etcd, Redis (the masters, at first) and Sentinel
    a1 a2    the application: Nginx and the program
    s3       the pictures: OpenStack Swift

A host is cut off by taking its end of the cable from the bridge: its packets
are lost without a word, which is how machines go.  Everything is started from
the files of deploy/cluster, and stopped by process id.
"""

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import redis
import requests

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "s3")]

import swift  # noqa: E402
from stack import TOP, wait_for  # noqa: E402

NETWORK = "10.97.7"
HOSTS = {"lb": 10, "d1": 11, "d2": 12, "d3": 13, "a1": 21, "a2": 22, "s3": 31}
DATA, POSTGRES, APPS = ("d1", "d2", "d3"), ("d1", "d2"), ("a1", "a2")
REDIS = {"state": 6379, "cache": 6380}
CONNECTIONS = 60  # that Postgres has for the program
RENDER = TOP / "deploy/cluster/render"


def missing():
    """Why it cannot run here; None if it can."""
    if os.geteuid() != 0:
        return "only root makes network namespaces"
    for program in ("ip", "etcd", "patroni", "pgbouncer", "haproxy", "redis-server",
                    "redis-sentinel", "nginx"):
        if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
            return f"{program} is not installed"
    if swift.missing():
        return swift.missing()
    probe = f"pw{os.getpid()}x"
    done = subprocess.run(
        f"ip netns add {probe} && ip -n {probe} link add name br0 type bridge", shell=True,
        capture_output=True, text=True)
    subprocess.run(["ip", "netns", "del", probe], capture_output=True)
    return None if done.returncode == 0 else f"no network namespaces: {done.stderr.strip()}"


def address(host):
    return f"{NETWORK}.{HOSTS[host]}"


def run(*words, **options):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, **options).stdout


class Cluster:
    url = f"http://{address('lb')}:8080"
    api = url + "/api/"

    def __init__(self):
        self.mark = f"pw{os.getpid()}"
        self.dir = Path(tempfile.mkdtemp(prefix="pinwall-cluster-", dir="/var/tmp"))
        self.dir.chmod(0o755)
        self.running = []
        self.word = {name: secrets.token_hex(16) for name in (
            "superuser", "replicator", "rewinder", "owner", "app", "replica", "sentinel")}
        self.bin = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))[-1].parent
        self.program = Path(os.environ.get("PINWALL") or TOP / "build/release-gcc/pinwall")
        self.s3 = swift.Swift(address("s3"), self.within("s3"))

    # The network.

    def space(self, host):
        return f"{self.mark}-{host}"

    def wire(self):
        switch = self.space("sw")
        run("ip", "netns", "add", switch)
        run("ip", "-n", switch, "link", "add", "name", "br0", "type", "bridge")
        run("ip", "-n", switch, "link", "set", "br0", "up")
        for host in HOSTS:
            space = self.space(host)
            run("ip", "netns", "add", space)
            run("ip", "-n", space, "link", "set", "lo", "up")
            run("ip", "-n", space, "link", "add", "name", "eth0", "type", "veth", "peer", "name",
                host, "netns", switch)
            run("ip", "-n", space, "address", "add", f"{address(host)}/24", "dev", "eth0")
            run("ip", "-n", space, "link", "set", "eth0", "up")
            self.join(host)

    def cut(self, host):
        run("ip", "-n", self.space("sw"), "link", "set", host, "nomaster")
        return time.monotonic()

    def join(self, host):
        run("ip", "-n", self.space("sw"), "link", "set", host, "master", "br0", "up")
        return time.monotonic()

    # Processes.

    def within(self, host, *words, user=None):
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        return ["ip", "netns", "exec", self.space(host), *as_user, *map(str, words)]

    def begin(self, host, name, *words, user=None, cwd=None):
        with open(self.place(host) / f"{name}.log", "ab") as log:
            self.running.append(subprocess.Popen(
                self.within(host, *words, user=user), stdout=log, stderr=log, cwd=cwd or "/",
                stdin=subprocess.DEVNULL, start_new_session=True))

    def place(self, host):
        path = self.dir / host
        path.mkdir(exist_ok=True, mode=0o755)
        return path

    def render(self, host, name, **values):
        out = self.place(host) / name
        run(RENDER, name, out, *(f"{key}={value}" for key, value in values.items()))
        return out

    # What runs where.

    def start_etcd(self):
        peers = ",".join(f"{h}=http://{address(h)}:2380" for h in DATA)
        for host in DATA:
            conf = self.render(host, "etcd.yml", NAME=host, ADDRESS=address(host), PEERS=peers,
                               DATA=self.place(host) / "etcd")
            self.begin(host, "etcd", "etcd", "--config-file", conf)

    def start_postgres(self):
        for host in POSTGRES:
            home = self.place(host) / "postgres"
            home.mkdir()
            conf = self.render(
                host, "patroni.yml", NAME=host, ADDRESS=address(host), DATA=home / "data",
                ETCD=",".join(f"{address(h)}:2379" for h in DATA), BIN=self.bin, SOCKET=home,
                PGPASS=home / "pgpass", NETWORK=f"{NETWORK}.0/24",
                **{name.upper(): self.word[name]
                   for name in ("superuser", "replicator", "rewinder")})
            for path in (home, conf):
                shutil.chown(path, "postgres", "postgres")
            self.begin(host, "patroni", "patroni", conf, user="postgres", cwd=home)
            if host == "d1":  # it is the first leader
                wait_for(lambda: self.leader() == "d1", 90, 0.3)

    def start_redis(self):
        first = self.place("d3")
        digest = {name: hashlib.sha256(self.word[name].encode()).hexdigest()
                  for name in ("replica", "sentinel")}
        for host in ("d3", "d1", "d2"):
            acl = self.render(host, "redis.acl", REPLICA=digest["replica"],
                              SENTINEL=digest["sentinel"])
            for name, port in REDIS.items():
                folder = self.place(host) / f"redis-{name}"
                folder.mkdir()
                if host != "d3":
                    for password in (first / f"redis-{name}").glob("*.pass"):
                        shutil.copy(password, folder)
                conf = self.render(
                    host, "redis.conf", ADDRESS=address(host), PORT=port,
                    REPLICA=self.word["replica"],
                    REPLICAOF="" if host == "d3" else f"replicaof {address('d3')} {port}")
                run(TOP / "deploy/redis-render", name, folder, f"SOCKET={folder}/socket",
                    f"PID={folder}/pid", f"LOG={folder}/log", f"LOCAL_CONF={conf}",
                    f"LOCAL_ACL={acl}")
                self.begin(host, f"redis-{name}", "redis-server", folder / f"redis-{name}.conf",
                           "--daemonize", "no", cwd=folder)
        for host in DATA:
            conf = self.render(host, "sentinel.conf", ADDRESS=address(host), DATA=self.place(host),
                               LOG=self.place(host) / "sentinel.log", MASTER=address("d3"),
                               SENTINEL=self.word["sentinel"])
            self.begin(host, "sentinel", "redis-sentinel", conf)

    def prepare_database(self):
        leader = address(self.leader())
        subprocess.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", leader, "-U", "postgres"],
            input="\\set owner_password '{owner}'\n\\set app_password '{app}'\n".format(**self.word)
            + f"\\i '{TOP}/deploy/roles.sql'\n", text=True, check=True,
            stdout=subprocess.DEVNULL, env={**os.environ, "PGPASSWORD": self.word["superuser"]})
        passfile = self.dir / "pgpass"
        passfile.write_text(f"*:*:*:pinwall:{self.word['app']}\n"
                            f"*:*:*:pinwall_owner:{self.word['owner']}\n")
        passfile.chmod(0o600)

    def start_bouncers(self):
        users = subprocess.run(
            ["psql", "-XAt", "-h", address(self.leader()), "-U", "postgres", "-f",
             TOP / "deploy/cluster/pgbouncer-users.sql"], text=True, check=True,
            capture_output=True, env={**os.environ, "PGPASSWORD": self.word["superuser"]}).stdout
        for host in POSTGRES:
            home = self.place(host) / "postgres"
            (home / "users").write_text(users)
            conf = self.render(host, "pgbouncer.ini", ADDRESS=address(host), SOCKET=home,
                               USERS=home / "users", CONNECTIONS=CONNECTIONS)
            for path in (home / "users", conf):
                shutil.chown(path, "postgres", "postgres")
                path.chmod(0o600)
            self.begin(host, "pgbouncer", "/usr/sbin/pgbouncer", conf, user="postgres", cwd=home)

    def start_apps(self):
        passwords = self.dir / "passwords"
        passwords.mkdir()
        for name in REDIS:
            for file in (self.place("d3") / f"redis-{name}").glob("*.pass"):
                shutil.copy(file, passwords / f"{name}.{file.name}")
        (passwords / "s3.key").write_text(f"{self.s3.access}\n{self.s3.secret}\n")
        (passwords / "s3.key").chmod(0o600)
        for host in APPS:
            conf = self.render(
                host, "pinwall.conf", URL=self.url, NAME=host, PGPASS=self.dir / "pgpass",
                POSTGRES=",".join(map(address, POSTGRES)), PASSWORDS=passwords,
                SENTINELS=",".join(f"{address(h)}:26379" for h in DATA),
                ENDPOINT=self.s3.url, BUCKET=self.s3.bucket, REGION=self.s3.region)
            with open(conf, "a") as more:
                more.write(f"spool_dir = {self.place(host)}/spool\n"
                           f"secret_file = {self.dir}/secret.key\n"
                           "limit_scale = 100000\nhash_kb = 64\nhash_ops = 1\nfast_workers = 4\n")
            if host == APPS[0]:
                self.migrate(host, conf)
            for folder in ("run", "log", "nginx", "kept", "spool"):
                (self.place(host) / folder).mkdir()
            self.begin(host, "pinwall", self.program, "serve", "--conf", conf)
            self.start_nginx(host, conf)

    def migrate(self, host, conf):
        owner = next(line[len("database = "):] for line in conf.read_text().splitlines()
                     if line.startswith("database = ")).replace(
                         "port=6432", "port=5432").replace("user=pinwall ", "user=pinwall_owner ")
        run(*self.within(host, "env", f"PINWALL_DATABASE={owner}", self.program, "migrate",
                         "--conf", conf))

    def start_nginx(self, host, conf):
        home = self.place(host)
        run(TOP / "deploy/nginx-render", "embedded", home / "nginx/conf", "USER=user root;",
            "FILES=4096", "CONNECTIONS=1024", f"RUN={home}/run", f"LOG={home}/log",
            f"TMP={home}/nginx", f"LISTEN={address(host)}:8080", f"STATIC={TOP}/build/web",
            f"CONF={conf}", f"KEPT={home}/kept", "RESOLVER=127.0.0.1")
        (home / "nginx/conf/snippets/pinwall-routes.conf").write_text(
            run(self.program, "routes", "--nginx", "--conf", conf))
        self.begin(host, "nginx", "nginx", "-p", home / "nginx", "-e", home / "log/nginx.log", "-c",
                   "conf/embedded.conf", "-g", "daemon off;")

    def start_balancer(self):
        servers = "\n".join(f"\tserver {h} {address(h)}:8080" for h in APPS)
        conf = self.render("lb", "haproxy.cfg", LISTEN=f"{address('lb')}:8080", SEND="",
                           CONNECTIONS=2000, SERVERS=servers)
        self.begin("lb", "haproxy", "haproxy", "-db", "-f", conf)

    def __enter__(self):
        try:
            self.wire()
            self.enter("lb")
            self.s3.write()
            for name in swift.SERVERS:
                self.s3.run(name)  # it takes its time
            self.start_etcd()
            self.start_redis()
            self.start_postgres()
            wait_for(self.is_synchronous, 90, 0.3)
            self.prepare_database()
            self.start_bouncers()
            self.s3.start()
            self.start_apps()
            self.start_balancer()
            wait_for(lambda: self.lease_of("d3"), 60, 0.2)
            for host in (*APPS, "lb"):
                wait_for(lambda: self.answers(host), 60, 0.2)
        except BaseException:
            self.show_logs()
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        end = time.monotonic() + 15
        for process in self.running:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.s3.__exit__()
        self.leave()
        for host in ("sw", *HOSTS):
            # children of their own that outlived their master
            for pid in subprocess.run(["ip", "netns", "pids", self.space(host)], text=True,
                                      capture_output=True).stdout.split():
                os.kill(int(pid), signal.SIGKILL)
            subprocess.run(["ip", "netns", "del", self.space(host)], capture_output=True)
        shutil.rmtree(self.dir, ignore_errors=True)

    def enter(self, host):
        """This process is on that host from now on, as far as its network goes."""
        self.own = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.setns(f"/run/netns/{self.space(host)}")

    def leave(self):
        if getattr(self, "own", None) is not None:
            self.setns(f"/proc/self/fd/{self.own}")
            os.close(self.own)
            self.own = None

    @staticmethod
    def setns(path):
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        fd = os.open(path, os.O_RDONLY)
        try:
            if libc.setns(fd, 0x40000000) != 0:
                raise OSError(ctypes.get_errno(), f"setns {path}")
        finally:
            os.close(fd)

    def show_logs(self):
        for log in sorted(self.dir.glob("*/*.log")):
            print(f"== {log.relative_to(self.dir)}\n" + log.read_text(errors="replace")[-1500:])

    # Asking.

    def answers(self, host):
        try:
            return requests.get(f"http://{address(host)}:8080/readyz",
                                timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def leader(self):
        """The Postgres that leads, as Patroni tells."""
        for host in POSTGRES:
            try:
                if requests.get(f"http://{address(host)}:8008/primary",
                                timeout=1).status_code == 200:
                    return host
            except requests.RequestException:
                pass
        return None

    def move_leader(self):
        """Asks Patroni to make the other lead; which that is."""
        was = self.leader()
        other = next(h for h in POSTGRES if h != was)
        answer = requests.post(f"http://{address(was)}:8008/switchover", timeout=30,
                               json={"leader": was, "candidate": other})
        assert answer.status_code == 200, answer.text
        return other

    def postmaster(self, host):
        return int((self.place(host) / "postgres/data/postmaster.pid").read_text().split()[0])

    def is_synchronous(self):
        leader = self.leader()
        try:
            return leader and self.sql(
                "select 1 from pg_stat_replication where sync_state = 'sync'",
                host=address(leader), database="postgres") != []
        except psycopg2.OperationalError:
            return False

    def sql(self, query, values=None, host=None, database="pinwall"):
        connection = psycopg2.connect(
            host=host or ",".join(map(address, POSTGRES)), dbname=database, user="postgres",
            password=self.word["superuser"], target_session_attrs="read-write", connect_timeout=3)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def lease_of(self, host):
        """The lease of the cache there, if that Redis leads and has one."""
        password = (self.place(host) / "redis-cache/guard.pass").read_text().strip()
        try:
            with redis.Redis(address(host), REDIS["cache"], username="guard", password=password,
                             socket_timeout=0.5, socket_connect_timeout=0.5) as server:
                return server.role()[0] in (b"master", "master") and server.get("E")
        except redis.RedisError:
            return None
