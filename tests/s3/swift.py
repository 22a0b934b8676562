"""A real S3 server for tests: OpenStack Swift with its s3api, one node, from
Debian's packages.  It checks signatures, and what was signed.

    with Swift() as s3:                                    # on loopback
        s3.url, s3.access, s3.secret, s3.bucket
        s3.request("GET", "/bucket", {"prefix": "a/"})     # signed by the test itself

It needs a file system with extended attributes; `missing()` says what is in
the way.
"""

import datetime
import hashlib
import hmac
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from stack import free_port, wait_for  # noqa: E402

SERVERS = ("account", "container", "object", "proxy")

SWIFT = "[swift-hash]\nswift_hash_path_suffix = tests\n"

STORAGE = """\
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {dir}
devices = {dir}/devices
mount_check = false
workers = 0
log_level = ERROR
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
fallocate_reserve = 0
"""

PROXY = """\
[DEFAULT]
bind_ip = {address}
bind_port = {port}
user = {user}
swift_dir = {dir}
workers = 0
log_level = ERROR
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats s3api tempauth proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
# wanted by tempauth, and nobody is there
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = {region}
# a bucket may also stand in the host's name
storage_domain = localhost
auth_pipeline_check = false
max_bucket_listing = 20
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {secret} .admin
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
# a server that was not up yet is asked again at once, not after a minute
error_suppression_interval = 1
error_suppression_limit = 100000
"""


def missing():
    """Why it cannot run here; None if it can."""
    if not shutil.which("swift-proxy-server"):
        return "Swift is not installed"
    with tempfile.NamedTemporaryFile() as file:
        try:
            os.setxattr(file.name, "user.pinwall", b"x")
        except OSError as error:
            return f"{tempfile.gettempdir()} has no extended attributes: {error.strerror}"
    return None


class Swift:
    access = "test:tester"
    bucket = "pinwall-media"
    region = "eu-test-1"

    def __init__(self, address="127.0.0.1", within=()):
        """within: words before each command, which make it run elsewhere."""
        self.address, self.within = address, within
        self.dir = Path(tempfile.mkdtemp(prefix="pinwall-s3-"))
        self.secret = hashlib.sha256(os.urandom(16)).hexdigest()
        self.ports = {name: free_port() for name in SERVERS}
        self.running = {}

    @property
    def host(self):
        return f"{self.address}:{self.ports['proxy']}"

    @property
    def url(self):
        return f"http://{self.host}"

    def write(self):
        user = pwd.getpwuid(os.getuid()).pw_name
        (self.dir / "devices" / "d1").mkdir(parents=True)
        (self.dir / "swift.conf").write_text(SWIFT)
        for kind in SERVERS[:3]:
            (self.dir / f"{kind}.conf").write_text(STORAGE.format(
                port=self.ports[kind], user=user, dir=self.dir, kind=kind))
            ring = str(self.dir / f"{kind}.builder")
            for words in (["create", "4", "1", "1"],
                          ["add", f"r1z1-127.0.0.1:{self.ports[kind]}/d1", "1"], ["rebalance"]):
                subprocess.run(["swift-ring-builder", ring, *words], check=True,
                               stdout=subprocess.DEVNULL)
        (self.dir / "proxy.conf").write_text(PROXY.format(
            address=self.address, port=self.ports["proxy"], user=user, dir=self.dir,
            secret=self.secret, region=self.region))

    def run(self, name):
        log = open(self.dir / f"{name}.log", "ab")
        self.running[name] = subprocess.Popen(
            [*self.within, f"swift-{name}-server", str(self.dir / f"{name}.conf"), "-v"],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)

    def start(self):
        for name in SERVERS:
            if name not in self.running:
                self.run(name)
        wait_for(self.answers, 90, 0.2)

    def answers(self):
        try:
            return self.request("PUT", f"/{self.bucket}").status_code in (200, 409)
        except requests.ConnectionError:
            return False

    def end(self, *names, number=signal.SIGKILL):
        for name in names or list(self.running):
            process = self.running.pop(name)
            if process.poll() is None:
                os.killpg(process.pid, number)
            process.wait()

    def pause(self, stop=True):
        os.kill(self.running["proxy"].pid, signal.SIGSTOP if stop else signal.SIGCONT)

    def __enter__(self):
        try:
            self.write()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.end()
        shutil.rmtree(self.dir)

    # What is in it, as the test itself asks.

    def request(self, method, path, query=None, body=b""):
        """Signed as Amazon documents version 4, written a second time here."""
        now = datetime.datetime.fromtimestamp(time.time(), datetime.timezone.utc)
        when, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        digest = hashlib.sha256(body).hexdigest()
        text = urllib.parse.urlencode(sorted((query or {}).items()),
                                      quote_via=urllib.parse.quote, safe="")
        names = "host;x-amz-content-sha256;x-amz-date"
        plain = (f"{method}\n{urllib.parse.quote(path)}\n{text}\nhost:{self.host}\n"
                 f"x-amz-content-sha256:{digest}\nx-amz-date:{when}\n\n{names}\n{digest}")
        scope = f"{day}/{self.region}/s3/aws4_request"
        key = b"AWS4" + self.secret.encode()
        for word in scope.split("/"):
            key = hmac.new(key, word.encode(), "sha256").digest()
        told = (f"AWS4-HMAC-SHA256\n{when}\n{scope}\n"
                + hashlib.sha256(plain.encode()).hexdigest())
        sign = hmac.new(key, told.encode(), "sha256").hexdigest()
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method, self.url + urllib.parse.quote(path) + ("?" + text if text else ""),
                data=body, timeout=30, headers={
                    "x-amz-date": when, "x-amz-content-sha256": digest,
                    "Authorization": f"AWS4-HMAC-SHA256 Credential={self.access}/{scope}, "
                                     f"SignedHeaders={names}, Signature={sign}"})

    def keys(self, prefix="", bucket=bucket):
        """Every key, from the files of the listing."""
        import xml.etree.ElementTree as tree
        found, after = [], ""
        while True:
            answer = self.request("GET", f"/{bucket}", {
                "list-type": "2", "prefix": prefix, "start-after": after})
            answer.raise_for_status()
            page = [e.text for e in tree.fromstring(answer.content).iter() if
                    e.tag.endswith("}Key")]
            if not page:
                return found
            found += page
            after = page[-1]
