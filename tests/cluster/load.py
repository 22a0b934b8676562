"""What people do while hosts are cut off, and what must be true of it after."""

import threading
import time
from urllib.parse import urlparse

import requests
from cluster import APPS, address
from history import Reads, check_versions

import client as tools

PINS = 3
GIVE_UP_S = 15


class Load:
    """Writers that count up the titles of pins, one each, and make boards; who
    uploads pictures, and who looks at them at both hosts; readers of the pins."""

    def __init__(self, cluster, readers):
        self.cluster, self.readers = cluster, readers
        self.stopping = threading.Event()
        self.threads, self.faults = [], []
        self.person = tools.signup(cluster)
        self.pins = [self.person.upload("pins/", "0", tools.picture())["id"] for _ in range(PINS)]
        now = time.monotonic_ns()
        self.writes = {pin: [(0, now, 0)] for pin in self.pins}
        self.reads = {pin: [] for pin in self.pins}
        self.boards, self.acknowledged, self.errors, self.unread = [], [], [], 0
        self.pictures, self.uploads, self.refused = [], [], []
        self.unseen = 0  # pictures, when they were asked for at once
        self.lock = threading.Lock()

    def login(self):
        caller = tools.Client(self.cluster)
        caller.use_token(self.person.token)
        return caller

    def write(self, pin):
        caller, version = self.login(), 0
        while not self.stopping.is_set():
            version += 1
            begun = time.monotonic_ns()
            # until it is answered: to set a title twice is to set it once
            while not self.change(caller, "PATCH", f"pins/{pin}/", 200, {"title": str(version)}):
                if self.stopping.is_set():
                    self.writes[pin].append((begun, 1 << 62, version))
                    return
                time.sleep(0.05)
            self.writes[pin].append((begun, time.monotonic_ns(), version))
            time.sleep(0.02)

    def make(self):
        caller, n = self.login(), 0
        while not self.stopping.is_set():
            n += 1
            title = f"board {n}"
            if self.change(caller, "POST", "boards/", 201, {"title": title}):
                self.boards.append(title)
            time.sleep(0.05)

    def change(self, caller, method, path, status, body):
        begun = time.monotonic()
        answer = self.ask(caller, method, path, json=body)
        if answer is not None and answer.status_code == status:
            self.acknowledged.append((begun, time.monotonic()))
            return True
        with self.lock:
            self.errors.append((begun, time.monotonic(), f"{method} {path}: " + (
                "no answer" if answer is None else answer.text)))
        return False

    def ask(self, caller, method, path, **options):
        """The answer; None if there was none.  One that calls it the client's
        fault is a fault of the site: an outcome that is not known is 500."""
        try:
            answer = caller.request(method, path, timeout=GIVE_UP_S, **options)
        except requests.RequestException:
            return None
        if 400 <= answer.status_code < 500:
            self.faults.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer

    def read(self, number):
        caller, turn = tools.Client(self.cluster), number
        while not self.stopping.is_set():
            pin = self.pins[turn % PINS]
            turn += 1
            begun = time.monotonic_ns()
            answer = self.ask(caller, "GET", f"pins/{pin}/")
            if answer is not None and answer.status_code == 200:
                self.reads[pin].append((begun, time.monotonic_ns(), int(answer.json()["title"])))
                continue
            if answer is None:
                time.sleep(0.05)
            with self.lock:
                self.unread += 1

    # Pictures.

    def paint(self):
        """Each is looked at where it was not uploaded, too, as soon as it is
        answered."""
        caller = self.login()
        while not self.stopping.is_set():
            begun = time.monotonic()
            answer = self.ask(caller, "POST", "pins/", data={"title": "a picture"},
                              files={"image": ("picture.png", tools.picture())})
            if answer is None or answer.status_code != 201:
                self.refused.append((begun, time.monotonic(),
                                     None if answer is None else answer.status_code))
                time.sleep(0.1)
                continue
            self.uploads.append((begun, time.monotonic()))
            path = urlparse(answer.json()["media"]["sizes"][0]["url"]).path
            self.pictures.append(path)
            for host in APPS:
                self.unseen += self.look(host, path) is None
            time.sleep(0.2)

    def look(self, host, path):
        """What a host shows of a picture; None: it cannot for now."""
        answer = self.ask(requests, "GET", f"http://{address(host)}:8080{path}")
        return answer.content if answer is not None and answer.status_code == 200 else None

    # The whole.

    def __enter__(self):
        jobs = [(self.write, pin) for pin in self.pins] + [(self.make,)] + [
            (self.paint,)] * len(APPS) + [(self.read, i) for i in range(self.readers)]
        for job, *args in jobs:
            thread = threading.Thread(target=job, args=args, daemon=True)
            thread.start()
            self.threads.append(thread)
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(40)

    @staticmethod
    def first_after(cut, answered):
        """When the first was answered that began after the cut."""
        return next((end for begun, end in answered if begun > cut + 0.05), None)

    def write_after(self, cut):
        return self.first_after(cut, self.acknowledged)

    def upload_after(self, cut):
        return self.first_after(cut, self.uploads)

    def check(self):
        """Nothing that was answered is lost, and nobody read anything old."""
        assert self.faults == [], self.faults[:5]
        for pin in self.pins:
            result = check_versions(self.writes[pin], Reads(self.reads[pin]))
            assert result.total == 0, result.examples[:5]
            title, = self.cluster.sql("select title from pin where id = %s", (pin,))[0]
            answered = [v for _, end, v in self.writes[pin] if end < 1 << 62]
            assert int(title) >= answered[-1]
        kept = {t for t, in self.cluster.sql(
            "select title from board where owner = (select id from account where username = %s)",
            (self.person.username,))}
        lost = [t for t in self.boards if t not in kept]
        assert lost == [], lost[:5]

    def check_pictures(self):
        """Each that was answered is shown, by every host the same."""
        assert self.pictures
        for path in self.pictures:
            first, *others = [self.look(host, path) for host in APPS]
            assert first and all(other == first for other in others), path
        assert self.faults == [], self.faults[:5]

    def __str__(self):
        return (f"{len(self.acknowledged)} writes and {len(self.pictures)} pictures answered, "
                f"0 lost; {sum(map(len, self.reads.values()))} reads, 0 stale; {len(self.errors)} "
                f"writes, {len(self.refused)} uploads and {self.unread} reads failed, "
                f"{self.unseen} pictures were not shown at once")
