"""The process: its children, limits and ends, and a client that believes
nothing."""
import functools
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import threading
import time

import make
import pytest

SLOW = make.save(make.noise(2400, 2000), "PNG", compress_level=0)


@functools.lru_cache(None)
def huge():
    return make.save(make.scene(8000, 6000), "PNG", compress_level=1)


def largest(kind):
    if kind == "deep":
        row = b"\0" + struct.pack(">HHHH", 60000, 30000, 10, 65535) * 8000
        return make.png(8000, 6250, 16, 6, row * 6250)
    im = make.scene(8000, 6250)
    if kind == "png":
        return make.save(im, "PNG", compress_level=1)
    if kind == "webp":
        return make.save(im, "WEBP", method=0)
    return make.save(im, "JPEG", progressive=kind == "progressive")


def read(path):
    return pathlib.Path(path).read_text()


@pytest.fixture(scope="module")
def slow(studio):
    """A picture that takes a second or more."""
    return studio.save(SLOW, "slow.png")


def status(pid):
    return dict(line.split(":\t", 1) for line in
                read(f"/proc/{pid}/status").splitlines() if ":\t" in line)


def test_parent_has_one_thread_and_no_picture(studio):
    studio.ask(make.good()["plain.jpg"])
    studio.wait_for(lambda: not studio.children(), 60)
    of = status(studio.pid)
    assert of["Threads"] == "1"
    assert int(of["VmRSS"].split()[0]) < 64 * 1024
    fds = os.listdir(f"/proc/{studio.pid}/fd")
    studio.ask(make.good()["plain.jpg"])
    studio.wait_for(lambda: not studio.children(), 60)
    assert sorted(os.listdir(f"/proc/{studio.pid}/fd")) == sorted(fds)


def test_child_is_closed_in(studio, slow):
    client = studio.begin(slow, want="rest")
    child = studio.wait_child()
    os.kill(child, signal.SIGSTOP)
    of = status(child)
    assert of["NoNewPrivs"] == "1" and of["Seccomp"] == "2"
    limits = {line[:26].strip(): line[26:].split()[:2]
              for line in read(f"/proc/{child}/limits").splitlines()}
    assert "asan" in studio.tool or \
        1024 << 20 < int(limits["Max address space"][1]) < 1300 << 20
    assert limits["Max cpu time"] == ["20", "21"]
    assert limits["Max open files"] == ["4", "4"]
    assert limits["Max file size"] == ["0", "0"]
    assert limits["Max core file size"] == ["0", "0"]
    links = {fd: os.readlink(f"/proc/{child}/fd/{fd}")
             for fd in os.listdir(f"/proc/{child}/fd")}
    assert links.pop("3").startswith("socket:")
    assert links == {"0": "/dev/null", "1": "/dev/null", "2": "/dev/null"}
    os.kill(child, signal.SIGCONT)
    assert studio.finish(client)[0]["outcome"] == "ok"


def test_child_calls_nothing_it_may_not(make_studio):
    """What is refused is only what is known, for every kind of picture."""
    room = make_studio()
    trace = subprocess.Popen(
        ["strace", "-f", "-q", "-o", str(room.folder / "trace"), "-p",
         str(room.pid)], stderr=subprocess.DEVNULL)
    room.wait_for(lambda: status(room.pid)["TracerPid"] != "0", 60)
    files = [room.save(data) for data in make.good().values()]
    for want in "first", "rest":
        for got in room.ask_all(files, want):
            assert got["outcome"] == "ok"
    room.stop()
    trace.wait(30)
    refused = set(re.findall(r"^\d+ +(?:<\.\.\. )?(\w+).* = -1 EPERM",
                             (room.folder / "trace").read_text(), re.M))
    assert refused <= {"sysinfo"}


@pytest.mark.parametrize("sig", [signal.SIGSEGV, signal.SIGABRT, signal.SIGXCPU])
def test_child_dies(studio, slow, sig):
    for _ in range(5):  # on a busy machine it may be done before it is met
        client = studio.begin(slow, want="rest")
        os.kill(studio.wait_child(), sig)
        got = studio.finish(client)[0]
        if got["outcome"] != "ok":
            break
    assert got["outcome"] == "input", got
    assert got["why"] == {
        signal.SIGXCPU: "this picture takes too long to decode",
    }.get(sig, "this picture is damaged")
    assert studio.ask(make.good()["plain.jpg"])["outcome"] == "ok"


def test_child_that_others_kill_says_nothing_of_the_picture(studio, slow):
    """The kernel does so when it wants memory, whoever has it; the picture is
    asked about once more."""
    for _ in range(3):
        client = studio.begin(slow, want="rest")
        os.kill(studio.wait_child(), signal.SIGKILL)
        got = studio.finish(client)[0]
        assert got["outcome"] == "ok", got
    assert studio.ask(make.good()["plain.jpg"])["outcome"] == "ok"


def test_child_goes_with_its_client(studio, slow):
    client = studio.begin(slow, want="rest")
    child = studio.wait_child()
    client.kill()
    client.communicate()
    studio.wait_for(lambda: not pathlib.Path(f"/proc/{child}").exists(), 20)
    assert studio.ask(make.good()["plain.jpg"])["outcome"] == "ok"


def test_children_go_with_their_parent(make_studio):
    room = make_studio()
    client = room.begin(room.save(SLOW), want="rest")
    child = room.wait_child()
    room.stop(signal.SIGKILL)
    room.wait_for(lambda: not pathlib.Path(f"/proc/{child}").exists(), 20)
    assert room.finish(client)[0]["outcome"] == "upstream"


def test_ends_after_its_work(make_studio):
    room = make_studio()
    client = room.begin(room.save(SLOW), want="rest")
    room.wait_child()
    assert room.stop(signal.SIGTERM) == 0
    assert room.finish(client)[0]["outcome"] == "ok"


def test_interrupt_for_all(make_studio):
    """Ctrl-C reaches the children too; they finish."""
    room = make_studio()
    client = room.begin(room.save(SLOW), want="rest")
    os.kill(room.wait_child(), signal.SIGINT)
    assert room.stop(signal.SIGINT) == 0
    assert room.finish(client)[0]["outcome"] == "ok"


def test_not_more_at_once(make_studio):
    room = make_studio(image_children=2)
    files = [room.save(make.good()["plain.png"]) for _ in range(12)]
    clients = [room.begin(f, want="rest") for f in files]
    most = 0
    while any(c.poll() is None for c in clients):
        most = max(most, len(room.children()))
        time.sleep(0.002)
    assert all(room.finish(c)[0]["outcome"] == "ok" for c in clients)
    assert most == 2


def test_too_much_processor_time(make_studio):
    room = make_studio(image_s=1)
    begin = time.monotonic()
    got = room.ask(room.save(huge()), want="rest")
    assert (got["outcome"], got["why"]) == (
        "input", "this picture takes too long to decode")
    assert time.monotonic() - begin < 20
    assert room.ask(make.good()["plain.jpg"])["outcome"] == "ok"


def test_too_long_by_the_clock(make_studio):
    """A child that is stopped uses no processor time."""
    room = make_studio(image_s=1)
    client = room.begin(room.save(SLOW), want="rest")
    os.kill(room.wait_child(), signal.SIGSTOP)
    got = room.finish(client)[0]
    assert (got["outcome"], got["why"]) == (
        "input", "this picture takes too long to decode")


def test_too_much_memory(make_studio):
    room = make_studio(image_mb=100)
    if "asan" in room.tool:
        pytest.skip("the sanitizer needs all of the address space")
    for want in "first", "rest":
        got = room.ask(huge(), want)
        if want == "rest":
            assert (got["outcome"], got["why"]) == (
                "input", "this picture needs too much memory to decode")
        else:
            assert got["outcome"] == "ok"


@pytest.mark.parametrize("kind", ["jpeg", "progressive", "webp", "png",
                                  "deep"])
def test_largest(studio, kind):
    """50 megapixels, of every kind that can be made in time, in both ways:
    what is let in is also finished."""
    before = len(studio.costs())
    path = studio.save(largest(kind))
    for want in "first", "rest":
        got = studio.ask(path, want)
        assert got["outcome"] == "ok", got
        assert got["width"] * got["height"] == 50000000
    studio.wait_for(lambda: len(studio.costs()) == before + 2, 60)
    for cpu_ms, rss_mb in studio.costs()[before:]:
        print(f"{kind}: {cpu_ms} ms, {rss_mb} MB")
        assert "asan" in studio.tool or (cpu_ms < 15000 and rss_mb < 1000)


def test_twelve_megapixels(studio):
    """What a telephone takes, and what the person waits for."""
    data = make.save(make.scene(4000, 3000), "JPEG", quality=90)
    before = len(studio.costs())
    for _ in range(5):
        assert studio.ask(data)["outcome"] == "ok"
    studio.wait_for(lambda: len(studio.costs()) == before + 5, 60)
    cpu_ms = min(c for c, _ in studio.costs()[before:])
    rss_mb = max(r for _, r in studio.costs()[before:])
    print(f"12 megapixels: {cpu_ms} ms, {rss_mb} MB")
    assert "asan" in studio.tool or (cpu_ms < 300 and rss_mb < 64)


def test_nobody_there(studio, tmp_path):
    begin = time.monotonic()
    got = studio.finish(studio.begin(
        studio.save(make.good()["plain.jpg"]),
        env={"PINWALL_RUN_DIR": str(tmp_path)}))[0]
    assert got["outcome"] == "upstream"
    assert got["why"] == "a service this needs did not answer"
    assert time.monotonic() - begin < 3


def test_started_again_in_between(make_studio):
    """A process that is replaced costs one more try, not an error."""
    room = make_studio()
    client = room.begin(room.save(SLOW), want="first")
    room.wait_child()
    room.stop(signal.SIGKILL)
    room.start()
    assert room.finish(client)[0]["outcome"] == "ok"


def test_silent_client_is_sent_away(make_studio):
    room = make_studio(image_children=1)
    silent = socket.socket(socket.AF_UNIX)
    silent.connect(str(room.run_dir / "image.sock"))
    begin = time.monotonic()
    assert room.ask(make.good()["plain.jpg"])["outcome"] == "ok"
    assert 3 < time.monotonic() - begin < 9
    silent.close()


def test_rubbish_from_a_client(studio):
    for data in b"", b"x", b"\0" * 8, b"Pig2", b"y" * 100000:
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(str(studio.run_dir / "image.sock"))
            try:
                one.sendall(data)
                one.shutdown(socket.SHUT_WR)
            except BrokenPipeError:
                pass
    assert studio.ask(make.good()["plain.jpg"])["outcome"] == "ok"


MAGIC = 0x32676950
FACTS = struct.Struct("=IIiiiIIIIIII40sQII")
FILE = struct.Struct("=QiiII")
BLUR = b"L" * 28


def answer(why=0, width=100, height=50, frames=1, kind=1, colours=1,
           palette=(1, 0, 0, 0, 0), blur=BLUR, files=1, name=0, form=4,
           size=None, fw=100, fh=50, body=b"RIFF\x20\0\0\0WEBPVP8 0123456789",
           magic=MAGIC, tail=b""):
    head = FACTS.pack(magic, why, width, height, frames, kind, colours,
                      *palette, blur, 7, files, 0)
    one = FILE.pack(len(body) if size is None else size, fw, fh, name, form)
    return head + one * min(files, 6) + \
        b"\0" * FILE.size * (6 - min(files, 6)) + body + tail


class Liar:
    """Stands in for the process and says what it is told to."""

    def __init__(self, folder, data, slowly=False, hang=False):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(folder / "image.sock"))
        self.socket.listen(8)
        self.data, self.slowly, self.hang = data, slowly, hang
        self.calls, self.held = 0, []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            try:
                one, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            _, fds, _, _ = socket.recv_fds(one, 100, 4)
            for fd in fds:
                os.close(fd)
            try:
                for i in range(0, len(self.data), 1 if self.slowly else 65536):
                    one.sendall(self.data[i:i + (1 if self.slowly else
                                                 65536)])
                    time.sleep(0.2 if self.slowly else 0)
            except OSError:
                pass
            if self.hang:
                self.held.append(one)
            else:
                one.close()

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)
        for one in self.held:
            one.close()


def hear(studio, folder, data, want="first", settings=(), **how):
    liar = Liar(folder, data, **how)
    got = studio.finish(studio.begin(
        studio.save(make.good()["plain.jpg"]), want=want,
        env=dict({"PINWALL_RUN_DIR": str(folder)}, **dict(settings))))[0]
    liar.close()
    return got, liar.calls


def test_honest_answer(studio, tmp_path):
    """The other answers differ from this one in one point each."""
    got, calls = hear(studio, tmp_path, answer())
    assert got["outcome"] == "ok" and calls == 1, got["log"]
    assert got["files"][0]["bytes"] == 26


LIES = {
    "magic": dict(magic=MAGIC + 1),
    "reason": dict(why=1000),
    "no width": dict(width=0), "negative height": dict(height=-5),
    "too wide": dict(width=70000), "no frames": dict(frames=0),
    "too many frames": dict(frames=201),
    "no type": dict(kind=0), "unknown type": dict(kind=7),
    "no colours": dict(colours=0), "too many colours": dict(colours=6),
    "wrong colour": dict(palette=(1 << 24, 0, 0, 0, 0)),
    "placeholder without an end": dict(blur=b"L" * 40),
    "placeholder of markup": dict(blur=b"<script>alert(1)</script>"),
    "empty placeholder": dict(blur=b""),
    "no files": dict(files=0), "too many files": dict(files=7),
    "four billion files": dict(files=0xffffffff),
    "two files for the first": dict(files=2),
    "unknown name": dict(name=5), "huge name": dict(name=1 << 31),
    "original asked for later": dict(name=4, form=1),
    "webp that is something else": dict(form=1),
    "no bytes": dict(size=0), "2^64 - 1 bytes": dict(size=2 ** 64 - 1),
    "more bytes than allowed": dict(size=1 << 30),
    "file wider than its picture": dict(fw=101),
    "file of no height": dict(fh=0),
    "html as webp": dict(body=b"<html><script>alert(1)</script>"),
    "cut off": dict(size=1000),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_liar(studio, tmp_path, lie):
    got, _ = hear(studio, tmp_path, answer(**LIES[lie]))
    assert got["outcome"] == "upstream", got
    assert got["files"] == []


def test_names_twice(studio, tmp_path):
    got, _ = hear(studio, tmp_path, answer(files=2, body=2 * (
        b"RIFF\x20\0\0\0WEBPVP8 0123456789"), size=26), want="rest")
    assert got["outcome"] == "upstream"


@pytest.mark.parametrize("data", [b"", answer()[:100], answer()[:-1]],
                         ids=["at once", "in its head", "in its files"])
def test_dies_twice(studio, tmp_path, data):
    got, calls = hear(studio, tmp_path, data)
    assert got["outcome"] == "upstream"
    assert calls == (1 if len(data) > 200 else 2)


@pytest.mark.parametrize("data, how", [
    (b"", {"hang": True}), (answer()[:-1], {"hang": True}),
    (answer(), {"slowly": True})], ids=["silent", "stops", "drips"])
def test_never_ends(studio, tmp_path, data, how):
    """Silence, or a byte now and then: the client has its own clock."""
    begin = time.monotonic()
    got, calls = hear(studio, tmp_path, data,
                      settings={"PINWALL_IMAGE_S": "1"}, **how)
    assert got["outcome"] == "upstream" and calls == 1
    assert 5 < time.monotonic() - begin < 12
