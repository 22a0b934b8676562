"""The entry point of the image of Nginx, in front of a running program."""

import contextlib
import os
import shutil
import subprocess

from stack import TOP, free_port, listens, wait_for
from tls import TlsSite

CONTAINER = TOP / "deploy" / "container"


def shared(folder):
    """What the image has, as the Dockerfile puts it there."""
    (folder / "deploy").mkdir(parents=True)
    for name in ("media", "snippets"):
        shutil.copytree(TOP / "nginx" / name, folder / "nginx" / name)
    for name in ("mime.types", "site-tls.conf.in"):
        shutil.copy(TOP / "nginx" / name, folder / "nginx")
    for source in (TOP / "deploy/nginx-render", CONTAINER / "web"):
        shutil.copy(source, folder / "deploy")
    return folder


class Web:
    def __init__(self, stack, folder, certificate, key, balancers):
        self.folder, self.certificate = folder, certificate
        self.work, self.kept = folder / "work", folder / "kept"
        self.http_port, self.port = free_port(), free_port()
        share, routes = shared(folder / "share"), "nginx/conf/snippets/pinwall-routes.conf"
        self.server = subprocess.Popen(
            [share / "deploy/web", *(["-g", "user root;"] if os.geteuid() == 0 else [])],
            env={**os.environ, "HOST": "localhost", "SHARE": str(share),
                 "ROUTES": str(stack.dir / routes), "STATIC": str(TOP / "build/web"),
                 "RUN": str(stack.dir / "run"), "MEDIA": str(stack.media_dir),
                 "CONF": str(stack.conf), "KEPT": str(self.kept), "WORK": str(self.work),
                 "CERTIFICATE": certificate, "KEY": key, "BALANCERS": balancers,
                 "HTTP_PORT": str(self.http_port), "HTTPS_PORT": str(self.port)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def listens(self):
        assert self.server.poll() is None, self.server.stderr.read()
        return listens(self.port)

    def get(self, path):
        """(status, body)"""
        done = subprocess.run(["curl", "-s", "--cacert", self.certificate, "-w", "%{stderr}"
                               "%{http_code}", f"https://localhost:{self.port}/{path}"],
                              capture_output=True, check=True)
        return int(done.stderr), done.stdout


@contextlib.contextmanager
def web_of(stack, folder, balancers=""):
    tls = TlsSite(stack)  # for its certificate
    tls.write_certificate()
    web = Web(stack, folder, tls.certificate, str(tls.dir / "key.pem"), balancers)
    try:
        wait_for(web.listens)
        yield web
    finally:
        web.server.terminate()
        web.server.wait(20)
        shutil.rmtree(tls.dir)
