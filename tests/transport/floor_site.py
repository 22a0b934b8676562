"""The floor worker and a private Nginx in a temporary folder."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

# The transport's part of the site's configuration, as it runs in production.
NGINX = """
daemon off; pid nginx.pid; error_log nginx-error.log warn; {user}
worker_processes {processes}; worker_rlimit_nofile 16384;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_timeout 75s; keepalive_requests 10000;
  server_tokens off; client_body_temp_path body; fastcgi_temp_path answers;
  proxy_temp_path proxy; scgi_temp_path scgi; uwsgi_temp_path uwsgi;
  upstream fast {{ server unix:{run}/fast.sock max_fails=0; keepalive 64;
    keepalive_requests 100000; keepalive_time {keep}; keepalive_timeout {idle}; }}
  upstream slow {{ server unix:{run}/slow.sock max_fails=0; }}
  client_max_body_size 20m;
  fastcgi_buffer_size 16k; fastcgi_buffers 16 32k; fastcgi_busy_buffers_size 64k;
  fastcgi_connect_timeout 2s; fastcgi_send_timeout 10s; fastcgi_read_timeout 30s;
  fastcgi_next_upstream error timeout; fastcgi_next_upstream_tries 2;
  fastcgi_pass_request_headers off;
  fastcgi_param REQUEST_METHOD $request_method; fastcgi_param DOCUMENT_URI $document_uri;
  fastcgi_param QUERY_STRING $query_string; fastcgi_param CONTENT_TYPE $content_type;
  fastcgi_param CONTENT_LENGTH $content_length; fastcgi_param REMOTE_ADDR $remote_addr;
  fastcgi_param REQUEST_SCHEME $scheme; fastcgi_param REQUEST_START $msec;
  fastcgi_param REQUEST_ID $request_id;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location /api/ {{ fastcgi_keep_conn on; fastcgi_pass fast; }}
    location /api/slow/ {{ fastcgi_pass slow; }}
  }}
  server {{
    listen 127.0.0.1:{unbuffered};
    fastcgi_request_buffering off;
    location /api/ {{ fastcgi_keep_conn on; fastcgi_pass fast; }}
  }}
}}
"""


sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from stack import free_port, listens  # noqa: E402


def wait_for(what, seconds=60, every=0.02):
    """The first true value of what(), or its last."""
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value or time.monotonic() > end:
            return value
        time.sleep(every)


def children(pid):
    """Process ids of pid's children, oldest first."""
    try:
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def arguments(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return text.decode().split("\0")[:-1]


class Site:
    """A running floor; with nginx() also reachable by HTTP."""

    def __init__(self, folder, program, environment=None, **conf):
        self.folder = pathlib.Path(folder)
        self.program = self.folder / "floor"
        shutil.copy(program, self.program)
        self.run = self.folder / "run"
        self.log = self.folder / "log"
        self.conf = {"database": "", "run_dir": self.run, "fast_workers": 2,
                     "slow_workers": 2, "log_level": 1, **conf}
        self.environment = environment or {}
        self.master = self.web = None
        self.write_conf()

    def write_conf(self, **more):
        self.conf.update(more)
        (self.folder / "conf").write_text(
            "".join(f"{name} = {value}\n" for name, value in self.conf.items()))

    def command(self):
        return [str(self.program), "--conf", str(self.folder / "conf")]

    def start(self):
        with open(self.log, "ab") as log:
            self.master = subprocess.Popen(
                self.command(), stderr=log, stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environment})
        assert wait_for(lambda: "generation-serves" in self.log_text() or
                        self.master.poll() is not None), self.log_text()
        assert self.master.poll() is None, self.log_text()
        return self

    def log_text(self):
        try:
            return self.log.read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def logged(self, text, times=1, seconds=60):
        return wait_for(lambda: self.log_text().count(text) >= times, seconds)

    def nginx(self, processes=2, keep="10s", idle="5s"):
        self.port, self.unbuffered = free_port(), free_port()
        (self.folder / "nginx.conf").write_text(NGINX.format(
            user="user root;" if os.geteuid() == 0 else "", run=self.run,
            processes=processes, port=self.port, unbuffered=self.unbuffered,
            keep=keep, idle=idle))
        self.web = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", str(self.folder), "-c", "nginx.conf",
             "-e", "nginx-error.log"], stderr=subprocess.DEVNULL)
        assert wait_for(lambda: listens(self.port)), "nginx did not start"
        return self

    def workers(self, role="fast"):
        """Process ids of a role's workers, oldest first."""
        return [pid for pid in children(self.master.pid)
                if arguments(pid)[3:5] == ["--role", role]]

    def connect(self, timeout=30, port=None):
        return http.client.HTTPConnection("127.0.0.1", port or self.port,
                                          timeout=timeout)

    def ask(self, method, path, body=None, connection=None):
        """(status, body) of one request."""
        own = connection or self.connect()
        try:
            own.request(method, path, body)
            answer = own.getresponse()
            return answer.status, answer.read()
        finally:
            if connection is None:
                own.close()

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def json(self, method, path, body=None):
        status, text = self.ask(method, path, body)
        assert status < 300, (status, text)
        return json.loads(text)

    def hits(self):
        return self.json("GET", "/api/hits")["hits"]

    def reload(self):
        served = self.log_text().count("generation-serves")
        self.master.send_signal(signal.SIGHUP)
        return self.logged("generation-serves", served + 1)

    def stop_nginx(self):
        if self.web is not None:
            self.web.send_signal(signal.SIGTERM)
            self.web.wait(20)
            self.web = None

    def stop(self):
        self.stop_nginx()
        if self.master is None:
            return
        if self.master.poll() is None:
            self.master.send_signal(signal.SIGTERM)
        try:
            self.master.wait(40)
        except subprocess.TimeoutExpired:
            for pid in children(self.master.pid):
                os.kill(pid, signal.SIGKILL)
            self.master.kill()
            self.master.wait()
            raise
