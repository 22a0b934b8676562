"""Pictures in a bucket: kept, served, removed; and what happens when the
service is away, slow, cut off or refuses."""

import io
import os
import random
import signal
import socket
import subprocess
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from PIL import Image

from checks import check_pin
from client import picture
from stack import wait_for

# The API's own tests of pictures, over the bucket.
from test_pictures import (  # noqa: F401
    test_nothing_is_told_about_the_person, test_the_first_answer_has_a_size_and_the_rest_follow)


def settle(stack):
    """Until the jobs are done; a sweep asks the service hundreds of times."""
    wait_for(lambda: not stack.sql(
        "select 1 from job where dead_at is null and run_at <= now()"), 90)


def media_key(pin):
    """The folder of the pin's pictures."""
    return pin["media"]["sizes"][0]["url"].split("/")[-2]


def keys_of(bucket, pin):
    key = media_key(pin)
    return bucket.keys(f"media/{key[:2]}/{key}/"), bucket.keys(f"uploads/{key}")


def sweep(stack):
    """The janitor, without waiting for things to grow old."""
    time.sleep(2.1)  # ages are whole seconds
    stack.sql("insert into job (kind, arg) values ('sweep_orphans', 1)")
    settle(stack)


def test_all_sizes_and_then_nothing_waits(stack, bucket, person):
    pin = person.upload("pins/", "harbour", picture("JPEG", (1500, 1000)))
    settle(stack)
    pin = check_pin(person.want(200, "GET", f"pins/{pin['id']}"))
    kept, waiting = keys_of(bucket, pin)
    assert sorted(k.split("/")[-1] for k in kept) == [
        "1200.webp", "236.webp", "474.webp", "736.webp", "original.jpg"]
    assert waiting == []
    for size in pin["media"]["sizes"]:
        answer = requests.get(stack.url + size["url"])
        assert Image.open(io.BytesIO(answer.content)).size == (size["width"], size["height"])
        own = bucket.request("GET", f"/{bucket.bucket}{size['url']}")
        assert own.content == answer.content
        assert own.headers["Content-Type"] == answer.headers["Content-Type"]
    # nothing but the pictures is on this host
    assert [p for p in stack.media_dir.rglob("*") if p.is_file()] == []
    assert list(stack.spool_dir.iterdir()) == []


def test_the_bucket_is_open_to_nobody(stack, bucket, person):
    pin = person.upload("pins/", "harbour", picture())
    path = f"/{bucket.bucket}{pin['media']['sizes'][0]['url']}"
    assert requests.get(bucket.url + path).status_code in (400, 401, 403)
    # and the signature that Nginx gets is shown to nobody
    answer = requests.get(stack.api + pin["media"]["sizes"][0]["url"].lstrip("/"))
    assert answer.status_code in (200, 404)
    for value in (*answer.headers.values(), answer.text):
        assert "X-Amz" not in value and bucket.access not in value
    for path in ("/_pinwall_bucket/" + bucket.bucket, "/_pinwall_media"):
        assert requests.get(stack.url + path).status_code == 404


@pytest.mark.parametrize("path", [
    "aa/bb-none/236.webp", "aa/aa-none/236.webp", "aa/../../uploads/x.webp",
    "aa/aa-none/..%2f..%2f..%2fuploads%2fx.webp", "aa/aa-none/%2e%2e/x.webp"])
def test_what_is_not_there(stack, path):
    request = requests.Request("GET", stack.url).prepare()
    request.url = f"{stack.url}/media/{path}"
    with requests.Session() as session:
        answer = session.send(request)
    assert answer.status_code == 404
    assert "NoSuchKey" not in answer.text and "<Error>" not in answer.text


def test_ranges_heads_and_etags(stack, person):
    pin = person.upload("pins/", "harbour", picture("PNG", (600, 400)))
    url = stack.url + pin["media"]["sizes"][0]["url"]
    whole = requests.get(url)
    assert requests.head(url).headers["Content-Length"] == str(len(whole.content))
    part = requests.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert requests.get(url, headers={
        "If-None-Match": whole.headers["ETag"]}).status_code == 304
    for name in whole.headers:
        assert not name.lower().startswith(("x-amz", "x-trans", "x-openstack")), name


def test_removed_with_its_pin(stack, bucket, person):
    pin = person.upload("pins/", "harbour", picture())
    settle(stack)
    assert keys_of(bucket, pin)[0]
    person.want(204, "DELETE", f"pins/{pin['id']}")
    person.want(204, "DELETE", f"trash/{pin['id']}")
    settle(stack)
    assert keys_of(bucket, pin) == ([], [])


def test_ones_own_data(stack, bucket, person, other):
    """Made of the bucket's pictures, kept there, and sent to its owner alone."""
    person.upload("pins/", "harbour", picture("PNG", (600, 400)))
    settle(stack)
    person.want(202, "POST", "accounts/export", json={"password": person.password})
    found = wait_for(lambda: (f := person.want(200, "GET", "accounts/export"))["state"] == "ready"
                     and f)
    kept, = bucket.keys("exports/")
    whole = person.get(found["url"])
    assert whole.status_code == 200 and len(whole.content) == found["bytes"]
    with zipfile.ZipFile(io.BytesIO(whole.content)) as file:
        assert file.testzip() is None and "pictures/000001.png" in file.namelist()
    assert whole.headers["Content-Type"] == "application/zip"
    assert whole.headers["Content-Disposition"].startswith("attachment; ")
    assert whole.headers["Cache-Control"] == "no-store"
    for name, value in whole.headers.items():
        assert not name.lower().startswith(("x-amz", "x-trans", "x-openstack")), name
        assert bucket.access not in value
    part = person.get(found["url"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    beyond = person.want(416, "GET", "accounts/export/file",
                         headers={"Range": f"bytes={len(whole.content)}-"})
    assert set(beyond) == {"detail"}
    other.want(404, "GET", "accounts/export/file")
    assert requests.get(f"{bucket.url}/{bucket.bucket}/{kept}").status_code in (400, 401, 403)
    assert other.get(f"/_pinwall_private/{bucket.bucket}/{kept}").status_code == 404
    # nothing of it stays on this host
    assert [p for p in stack.media_dir.rglob("*") if p.is_file()] == []
    assert list(stack.spool_dir.iterdir()) == []
    bucket.request("PUT", f"/{bucket.bucket}/exports/lost", body=b"PK")
    time.sleep(1)  # a time of the service is rounded up
    sweep(stack)
    assert bucket.keys("exports/") == [kept]
    person.want(204, "DELETE", "accounts/export")
    settle(stack)
    assert bucket.keys("exports/") == []


def test_the_janitor_finds_what_belongs_to_nobody(stack, bucket, person):
    """More of them than stand on a page of the list, which is 20 here."""
    pin = person.upload("pins/", "harbour", picture("JPEG", (900, 600)))
    settle(stack)
    before = keys_of(bucket, pin)[0]
    names = [f"{i:02x}{i:022x}-00112233aa" for i in range(25)]
    with ThreadPoolExecutor(4) as pool:
        for answer in pool.map(lambda n: bucket.request(
                "PUT", f"/{bucket.bucket}/media/{n[:2]}/{n}/236.webp", body=b"x"), names):
            assert answer.status_code == 200
    bucket.request("PUT", f"/{bucket.bucket}/uploads/{names[0]}", body=b"x")
    stack.sql("insert into job (kind, arg) values ('sweep_orphans', 3600)")
    settle(stack)  # all of them are too young
    assert len(bucket.keys("media/")) >= 25 + len(before)
    sweep(stack)
    assert keys_of(bucket, pin)[0] == before
    left = set(bucket.keys())
    assert not [n for n in names if any(n in key for key in left)]


def test_an_upload_is_finished_by_any_host(stack, bucket, person):
    """What waits for its other sizes is in the bucket, not on the host that took it."""
    stack.kill("app", signal.SIGSTOP)  # the master sleeps, and starts no jobs process anew
    jobs = [p for p in stack.processes("run") if is_jobs(p)]
    try:
        for pid in jobs:
            os.kill(pid, signal.SIGSTOP)
        pin = person.upload("pins/", "harbour", picture("JPEG", (1500, 1000)))
        assert keys_of(bucket, pin)[1] != []
        assert list(stack.spool_dir.iterdir()) == []
        stack.run("jobs")  # another process than the one that took it
        assert keys_of(bucket, pin)[1] == []
    finally:
        for pid in jobs:
            os.kill(pid, signal.SIGCONT)
        stack.kill("app", signal.SIGCONT)


def is_jobs(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as f:
        return b"jobs" in f.read()


def test_several_at_once(stack, bucket, signup):
    people = [signup() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        pins = list(pool.map(lambda i: people[i].upload(
            "pins/", f"number {i}", picture("PNG", (800, 600), seed=i)), range(4)))
    settle(stack)
    for pin in pins:
        pin = people[0].want(200, "GET", f"pins/{pin['id']}")
        assert len(pin["media"]["sizes"]) == len(keys_of(bucket, pin)[0])
        for size in pin["media"]["sizes"]:
            assert requests.get(stack.url + size["url"]).status_code == 200


def test_a_file_of_twenty_megabytes(stack, bucket, person):
    noise = Image.frombytes("RGB", (2500, 2400), random.Random(7).randbytes(2500 * 2400 * 3))
    out = io.BytesIO()
    noise.save(out, "PNG", compress_level=0)
    assert 17e6 < len(out.getvalue()) < 20 * 2**20
    pin = person.upload("pins/", "noise", out.getvalue())
    settle(stack)
    pin = person.want(200, "GET", f"pins/{pin['id']}")
    original = requests.get(stack.url + pin["media"]["sizes"][-1]["url"])
    assert Image.open(io.BytesIO(original.content)).size == (2500, 2400)
    assert keys_of(bucket, pin)[1] == []


# What can go wrong.


def refused(person, title):
    began = time.monotonic()
    answer = person.request("POST", "pins/", data={"title": title},
                            files={"image": ("a.png", picture())})
    return answer, time.monotonic() - began


def count(stack):
    return stack.sql("select count(*) from media")[0][0]


def no_secret_in_logs(stack, bucket):
    log = stack.log()
    assert bucket.secret not in log and bucket.access not in log
    assert "Signature=" not in log and "StringToSign" not in log
    return log


def test_the_service_is_down(stack, bucket, person):
    before = count(stack)
    pin = person.upload("pins/", "before", picture())
    url = stack.url + pin["media"]["sizes"][0]["url"]
    kept = requests.get(url).content
    bucket.end("proxy")
    try:
        answer, took = refused(person, "while it is down")
        assert answer.status_code == 503, answer.text
        assert took < 10
        assert person.want(200, "GET", "pins/")  # all else goes on
        assert requests.get(url).content == kept  # what Nginx has read before
        assert count(stack) == before + 1
    finally:
        bucket.start()
    assert "reason=Couldn't connect to server" in no_secret_in_logs(stack, bucket)
    wait_for(lambda: refused(person, "after")[0].status_code == 201, 10)


def test_the_service_hangs(stack, bucket, person):
    bucket.pause()
    try:
        answer, took = refused(person, "while it hangs")
        assert answer.status_code == 503
        assert 3.5 < took < 12, took
    finally:
        bucket.pause(False)
    wait_for(lambda: refused(person, "after")[0].status_code == 201, 20)


class Through:
    """A proxy before the service that can drip, cut off, or answer itself."""

    def __init__(self, bucket):
        self.to = ("127.0.0.1", bucket.ports["proxy"])
        self.cut_after = self.answer = None
        self.got = 0  # from the service
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, socket.create_connection(self.to) as server:
            if self.answer:
                client.recv(65536)
                client.sendall(self.answer)
                return
            back = threading.Thread(target=self.pump, args=(server, client), daemon=True)
            back.start()
            self.pump(client, server)
            if self.cut_after is None:
                back.join()

    def pump(self, source, to):
        sent = 0
        try:
            while data := source.recv(65536):
                if self.cut_after is not None and sent + len(data) > self.cut_after:
                    return
                sent += len(data)
                if source.getpeername() == self.to:
                    self.got += len(data)
                to.sendall(data)
            to.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@pytest.fixture
def through(stack, bucket):
    proxy = Through(bucket)
    was = stack.settings["s3_endpoint"]
    # The signature names the host, which the server checks against Host.
    stack.reload(s3_endpoint=proxy.url)
    yield proxy
    proxy.listening.close()
    stack.reload(s3_endpoint=was)


def test_cut_off_answered_badly_and_then_well(stack, bucket, person, through):
    before = count(stack)
    assert refused(person, "through")[0].status_code == 201
    through.cut_after = 500
    assert refused(person, "cut off")[0].status_code == 503
    through.cut_after = None
    for answer, status in (
            (b"HTTP/1.1 507 Full\r\nContent-Length: 0\r\n\r\n", 507),
            (b"HTTP/1.1 403 No\r\nConnection: close\r\n\r\n"
             b"<Error><Code>QuotaExceeded</Code></Error>", 507),
            (b"HTTP/1.1 301 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 503),
            (b"SSH-2.0-what\r\n", 503)):
        time.sleep(1.1)  # then it is not left alone any more
        through.answer = answer
        assert refused(person, "odd")[0].status_code == status, answer
    through.answer = None
    wait_for(lambda: refused(person, "after")[0].status_code == 201, 10)
    assert count(stack) == before + 2
    settle(stack)
    sweep(stack)
    rows = {r[0].split()[0] for r in stack.sql("select files from media")}
    assert {key.split("/")[-2] for key in bucket.keys("media/")} == rows
    no_secret_in_logs(stack, bucket)


def test_a_wrong_key(stack, bucket, person):
    good = stack.keys.read_text()
    stack.keys.write_text(f"{bucket.access}\n{'0' * 64}\n")
    stack.reload()
    try:
        wait_for(lambda: refused(person, "wrong key")[0].status_code == 503, 15)
        assert "reason=SignatureDoesNotMatch" in no_secret_in_logs(stack, bucket)
    finally:
        stack.keys.write_text(good)
        stack.reload()
    wait_for(lambda: refused(person, "after")[0].status_code == 201, 15)


def test_settings_that_cannot_be(stack):
    for name, value, why in (
            ("media", "tape", "neither files nor s3"),
            ("s3_endpoint", "ftp://somewhere", "not http"),
            ("s3_bucket", "a/b", "not a name of a bucket"),
            ("s3_key_file", "/nowhere/at/all", "No such file")):
        done = stack_run_with(stack, name, value)
        assert done.returncode != 0 and why in done.stderr, done.stderr


def stack_run_with(stack, name, value):
    return subprocess.run(
        [str(stack.program), "jobs", "--conf", str(stack.conf)],
        env={**stack.environment(), f"PINWALL_{name.upper()}": value},
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
