"""The same site without a cache: a second program with its own Nginx on the
database of a stack, to compare answers with.

    with Stack({"cache": 1}) as stack, Twin(stack) as twin:
        ...

It can read and nothing else: a write of a program without a cache would leave
old entries behind.  Its role in Postgres refuses to write, so of its processes
only those that answer requests are of use, the others complain in its log.
Links, media and the index of likeness are those of the stack.
"""

import re
import shutil
import subprocess

import requests
from stack import LOGS, free_port, wait_for

ROLE = """
do $$ begin
	create role pinwall_twin login password 'twin' in role pinwall;
exception when duplicate_object then null;
end $$;
alter role pinwall_twin set default_transaction_read_only = on;
"""


class Twin:
    def __init__(self, stack):
        self.stack, self.port = stack, free_port()
        self.dir = stack.dir / "twin"
        self.app = self.nginx = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def write_conf(self):
        text = self.stack.conf.read_text()
        dsn = self.stack.dsn("pinwall_twin") + " password=twin"
        own = {"run_dir": self.dir / "run", "database": dsn, "cache": 0,
               "index_dir": self.stack.dir / "index"}
        for name in own:
            text = re.sub(rf"(?m)^{name} = .*\n", "", text)
        text += "".join(f"{name} = {value}\n" for name, value in own.items())
        (self.dir / "pinwall.conf").write_text(text)

    def write_nginx(self):
        shutil.copytree(self.stack.dir / "nginx" / "conf", self.dir / "conf")
        for file in (self.dir / "conf").rglob("*.conf"):
            text = file.read_text()
            text = text.replace(str(self.stack.dir / "run"), str(self.dir / "run"))
            text = text.replace(f":{self.stack.port}", f":{self.port}")
            file.write_text(text.replace(str(self.stack.log_dir), str(self.dir / "log")))

    def answers(self):
        try:
            return requests.get(self.url + "/api/readyz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def start(self):
        self.stack.sql(ROLE)
        for folder in ("run", "log"):
            (self.dir / folder).mkdir(parents=True)
        self.write_conf()
        self.write_nginx()
        log = open(self.dir / "log" / "pinwall.log", "wb")
        self.app = subprocess.Popen(
            [self.stack.program, "serve", "--conf", self.dir / "pinwall.conf"],
            cwd=self.dir / "run", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=self.stack.environment())
        self.nginx = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", self.dir, "-e", self.dir / "log" / "error.log",
             "-c", "conf/embedded.conf", "-g", "daemon off;"])
        wait_for(self.answers, 30)
        return self

    def stop(self):
        for process in (self.nginx, self.app):
            if process is not None:
                process.terminate()
        for process in (self.nginx, self.app):
            if process is not None:
                process.wait(40)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            self.keep_logs()
            raise

    def __exit__(self, *_):
        self.stop()
        self.keep_logs()

    def keep_logs(self):
        target = LOGS / "twin"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.dir / "log", target)
