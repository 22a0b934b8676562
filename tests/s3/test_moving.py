"""Backups of a bucket, restored into a bucket and into a folder; accounts in
files; and what none of them takes for missing: a service that is away."""

import hashlib
import subprocess
import zipfile

import pytest
import requests
from conftest import in_bucket
from drill import restore, rows
from test_s3 import Through, keys_of, media_key, settle

import client as tools
from stack import Stack

SECOND, THIRD = "pinwall-second", "pinwall-third"


@pytest.fixture(scope="module")
def second(stack, bucket):
    """Another site, with another bucket, and without a folder for pictures."""
    assert bucket.request("PUT", f"/{SECOND}").status_code == 200
    with Stack({**in_bucket(bucket, SECOND, stack.keys), "media_dir": "/nowhere/at/all"}) as site:
        yield site
        site.keep_logs("s3-second")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def through(bucket):
    proxy = Through(bucket)
    yield proxy
    proxy.listening.close()


def run(stack, *args, status=0, before=(), **settings):
    """A command of the program; what it said.  settings: instead of the site's."""
    done = subprocess.run(
        [*before, str(stack.program), args[0], "--conf", str(stack.conf), *map(str, args[1:])],
        env={**stack.environment(), **{f"PINWALL_{k.upper()}": str(v) for k, v in settings.items()}},
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=240)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def backups(folder):
    return sorted(path.name for path in (folder / "backups").iterdir())


def publish(stack, person, size=(300, 200)):
    pin = person.upload("pins/", "A pin", tools.picture(size=size))
    settle(stack)
    return person.want(200, "GET", f"pins/{pin['id']}")


def waiting(stack, bucket, pin):
    """As if its other sizes were yet to be made: the upload lies there still."""
    key = media_key(pin)
    stack.sql("update media set complete = false where files like %s", (key + " %",))
    assert bucket.request("PUT", f"/{bucket.bucket}/uploads/{key}",
                          body=b"uploaded " + key.encode()).status_code == 200
    return key


def contents(bucket, name):
    return {key: bucket.request("GET", f"/{name}/{key}").content
            for key in bucket.keys(bucket=name)}


def of_rows(stack):
    """The objects that its rows need."""
    for text, complete in stack.sql("select files, complete from media"):
        key, *names = text.split(" ")
        if not complete:
            yield f"uploads/{key}"
        for name in names:
            yield (f"media/{key[:2]}/{key}/{name.partition('=')[0]}.{name.rpartition('.')[2]}")


def check_served(stack):
    pins = tools.Client(stack).want(200, "GET", "pins/", params={"limit": 30})["results"]
    assert pins
    for pin in pins:
        for size in pin["media"]["sizes"]:
            assert requests.get(stack.url + size["url"], timeout=10).status_code == 200


def test_from_bucket_to_bucket_to_folder_to_bucket(stack, bucket, person, second, folder,
                                                   through):
    pins = [publish(stack, person, (900, 600)) for _ in range(2)]
    upload = waiting(stack, bucket, pins[0])
    try:
        run(stack, "backup", folder)
    finally:
        stack.sql("update media set complete = true")
        bucket.request("DELETE", f"/{bucket.bucket}/uploads/{upload}")
    before = rows(stack)
    run(stack, "backup", "--verify", folder)
    had = {key: value for key, value in contents(bucket, bucket.bucket).items()
           if key in set(of_rows(stack))}
    had[f"uploads/{upload}"] = b"uploaded " + upload.encode()

    # cut off in the middle, what is larger never arrives; then whole
    through.cut_after = 8000
    second.settings.update(s3_endpoint=through.url, s3_s=1)
    done = restore(second, folder, check=False)
    assert done.returncode != 0 and "the site is as it was" in done.stdout
    assert 0 < len(bucket.keys(bucket=SECOND)) < len(had)
    second.settings.update(s3_endpoint=bucket.url, s3_s=4)
    restore(second, folder)  # which wants an empty site
    assert contents(bucket, SECOND) == had
    types = {"webp": "image/webp", "png": "image/png", "jpg": "image/jpeg"}
    for key in had:
        assert bucket.request("GET", f"/{SECOND}/{key}").headers["Content-Type"] == \
            types.get(key.rpartition(".")[2], "application/octet-stream"), key
    second.start()
    after = rows(second)
    assert after.pop("media") != before.pop("media")  # one has its upload
    assert after == before
    check_served(second)

    # out of the bucket into a folder, and out of that into a third bucket
    with Stack({"limit_scale": 1000}) as third:
        restore(third, folder)
        assert {str(path.relative_to(third.dir)).replace("spool/", "uploads/"): path.read_bytes()
                for path in third.dir.rglob("*") if path.is_file()
                and path.relative_to(third.dir).parts[0] in ("media", "spool")} == had
        third.start()
        settle(third)
        run(third, "backup", folder.with_name("of-folder"))
        assert bucket.request("PUT", f"/{THIRD}").status_code == 200
        third.settings = in_bucket(bucket, THIRD, stack.keys)
        third.stop()
        restore(third, folder.with_name("of-folder"), "--replace")
        third.start()
        assert set(contents(bucket, THIRD)) == set(of_rows(third))
        check_served(third)


def test_what_the_backup_before_has_is_not_read_again(stack, bucket, person, folder, through):
    publish(stack, person, (900, 600))
    run(stack, "backup", folder, s3_endpoint=through.url)
    first, through.got = through.got, 0
    size = sum(map(len, (bucket.request("GET", f"/{bucket.bucket}/{key}").content
                         for key in set(of_rows(stack)))))
    assert first > size
    pin = publish(stack, person)
    told = run(stack, "backup", folder, s3_endpoint=through.url)
    assert f"new_files={len(keys_of(bucket, pin)[0])} " in told
    assert through.got < size / 4, (through.got, size)
    # one that is not what it was is read
    path = keys_of(bucket, pin)[0][0]
    bucket.request("PUT", f"/{bucket.bucket}/{path}", body=b"cut off")
    assert "new_files=1 new_bytes=7 missing=0" in run(stack, "backup", folder)
    run(stack, "backup", "--verify", folder)


def test_what_the_bucket_lost(stack, bucket, person, folder):
    pin = publish(stack, person)
    path = keys_of(bucket, pin)[0][0]
    kept = bucket.request("GET", f"/{bucket.bucket}/{path}").content
    bucket.request("DELETE", f"/{bucket.bucket}/{path}")
    try:
        told = run(stack, "backup", folder, status=3)
        assert "missing=1\n" in told and f"{path}: missing in the site\n" in told
        bucket.request("PUT", f"/{bucket.bucket}/{path}", body=kept)
        assert "missing=0\n" in run(stack, "backup", folder)
        bucket.request("DELETE", f"/{bucket.bucket}/{path}")
        told = run(stack, "backup", folder)
        assert f"{path}: missing in the site; taken from the backup before" in told
    finally:
        bucket.request("PUT", f"/{bucket.bucket}/{path}", body=kept)


def test_a_service_that_is_away_has_lost_nothing(stack, bucket, person, folder, through):
    publish(stack, person, (1200, 1200))
    # in the middle: what is larger never comes whole
    through.cut_after = 4000
    told = run(stack, "backup", folder, status=1, s3_endpoint=through.url, s3_s="1")
    assert "it cannot be read now" in told and "missing" not in told
    assert backups(folder) == []
    run(stack, "backup", folder)
    name = person.username
    bucket.end("proxy")
    try:
        told = run(stack, "backup", folder, status=1)
        assert "the bucket cannot be read now" in told and "missing" not in told
        assert len(backups(folder)) == 1
        told = run(stack, "export", name, folder / "a.zip", status=1)
        assert "cannot be read now" in told and not (folder / "a.zip").exists()
    finally:
        bucket.start()


def test_a_restore_that_is_refused(stack, bucket, person, second, folder):
    pin = publish(stack, person)
    run(stack, "backup", folder)
    before = rows(second)
    had = bucket.keys(bucket=SECOND)
    second.settings["s3_bucket"] = "no-such-bucket"
    done = restore(second, folder, "--replace", check=False)
    second.settings["s3_bucket"] = SECOND
    assert done.returncode != 0
    assert "reason=NoSuchBucket" in done.stdout and "the site is as it was" in done.stdout
    # damaged, and as long as before
    for key in keys_of(bucket, pin)[0]:
        kept = bucket.request("GET", f"/{bucket.bucket}/{key}").content
        name = hashlib.sha256(kept).hexdigest()
        path = folder / "objects" / name[:2] / name
        path.chmod(0o600)
        path.write_bytes(bytes(len(kept)))
    done = restore(second, folder, "--replace", check=False)
    second.start()
    assert done.returncode != 0
    assert "it is damaged" in done.stdout and "the site is as it was" in done.stdout
    assert not set(bucket.keys(bucket=SECOND)) & set(keys_of(bucket, pin)[0])
    assert rows(second) == before and set(had) <= set(bucket.keys(bucket=SECOND))


def test_an_account_out_of_a_bucket_and_into_one(stack, bucket, person, second, tmp_path):
    pins = [publish(stack, person) for _ in range(12)]
    # one file is open at a time, however many there are
    run(stack, "export", person.username, tmp_path / "a.zip", before=("prlimit", "--nofile=12"))
    originals = {bucket.request("GET", f"/{bucket.bucket}/{key}").content
                 for pin in pins for key in keys_of(bucket, pin)[0] if "/original." in key}
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert file.testzip() is None
        assert {file.read(name) for name in file.namelist()
                if name.startswith("pictures/")} == originals and len(originals) == 12
    second.sql("update account set username = 'moved-away' where username = %s",
               (person.username,))
    had = set(bucket.keys(bucket=SECOND))
    assert "imported" in run(second, "import", "account", tmp_path / "a.zip")
    settle(second)
    new = set(bucket.keys(bucket=SECOND)) - had
    assert len({key.split("/")[2] for key in new}) == 12
    assert new == set(of_rows(second)) - had

    # one that the bucket has lost
    path = next(key for key in keys_of(bucket, pins[0])[0] if "/original." in key)
    kept = bucket.request("GET", f"/{bucket.bucket}/{path}").content
    bucket.request("DELETE", f"/{bucket.bucket}/{path}")
    told = run(stack, "export", person.username, tmp_path / "b.zip", status=1)
    assert f"{path} is missing" in told and not (tmp_path / "b.zip").exists()
    bucket.request("PUT", f"/{bucket.bucket}/{path}", body=kept)
