"""The site of production in front of a stack: nginx/site-tls.conf.in as it is,
with a certificate of our own.

    with Stack() as stack, TlsSite(stack) as site:
        requests.get(site.url + "/readyz", verify=site.certificate)
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from stack import TOP, free_port, listens, wait_for

BROTLI = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so"


LIMIT = "map $host $pinwall_limit_key { default $binary_remote_addr; }"


class TlsSite:
    """limited: each address is let in so often, as in production.  host: the name
    it has; ports: of HTTP and HTTPS; balancers: their addresses."""

    def __init__(self, stack, limited=True, host="localhost", ports=None, balancers=""):
        self.stack, self.limited, self.host = stack, limited, host
        self.balancers = balancers
        self.http_port, self.port = ports or (free_port(), free_port())
        self.dir = Path(tempfile.mkdtemp(prefix="pinwall-tls-"))
        self.dir.chmod(0o755)
        self.certificate = str(self.dir / "certificate.pem")
        self.acme = self.dir / "acme"
        self.server = None

    @property
    def url(self):
        return f"https://{self.host}:{self.port}"

    @property
    def http_url(self):
        return f"http://{self.host}:{self.http_port}"

    def write_certificate(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", self.dir / "key.pem", "-out", self.certificate, "-days", "2",
             "-subj", f"/CN={self.host}", "-addext", f"subjectAltName=DNS:{self.host}"],
            check=True, capture_output=True)

    def write_conf(self):
        conf, stack = self.dir / "conf", self.stack
        values = {
            "RUN": stack.dir / "run", "LOG": self.dir, "MEDIA": stack.media_dir,
            "STATIC": TOP / "build/web", "ACME": self.acme, "HOST": self.host,
            "HTTP": f"127.0.0.1:{self.http_port}", "HTTPS": f"127.0.0.1:{self.port}",
            "CERTIFICATE": self.certificate, "KEY": self.dir / "key.pem",
            "BALANCERS": self.balancers,
        }
        subprocess.run([TOP / "deploy/nginx-render", "site-tls", conf,
                        *(f"{k}={v}" for k, v in values.items())], check=True)
        shutil.copy(stack.dir / "nginx/conf/snippets/pinwall-routes.conf", conf / "snippets")
        if not self.limited:
            text = (conf / "site-tls.conf").read_text()
            assert LIMIT in text
            (conf / "site-tls.conf").write_text(
                text.replace(LIMIT, LIMIT.replace("$binary_remote_addr", '""')))
        user = "user root;" if Path("/proc/self").owner() == "root" else ""
        temp = "".join(f"{n}_temp_path {self.dir}/{n};"
                       for n in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi"))
        (conf / "nginx.conf").write_text(
            f"load_module {BROTLI}; {user} daemon off; pid {self.dir}/pid;\n"
            "worker_processes 2; events { worker_connections 1024; }\n"
            f"http {{ include mime.types; access_log off; {temp} include site-tls.conf; }}\n")

    def __enter__(self):
        self.write_certificate()
        (self.acme / ".well-known/acme-challenge").mkdir(parents=True)
        self.write_conf()
        self.server = subprocess.Popen(
            ["/usr/sbin/nginx", "-p", self.dir, "-e", self.dir / "error.log",
             "-c", self.dir / "conf/nginx.conf"])
        try:
            wait_for(lambda: listens(self.port))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait(20)
        shutil.rmtree(self.dir)
