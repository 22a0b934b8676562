"""What a backup is, what is refused, and who may make one."""

import fcntl
import hashlib
import os
import re
import subprocess

import psycopg2
import pytest
from checks import delete_for_good, files, settle
from drill import backup, check_site, restore, rows

import client as tools
from stack import Stack, wait_for

SETTINGS = {"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1}
LOCK = 7274992


@pytest.fixture(scope="module")
def stack():
    with Stack(SETTINGS) as running:
        yield running
        running.keep_logs("backup-one")


@pytest.fixture
def ann(stack):
    return tools.signup(stack)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def publish(person, n=1):
    made = [person.upload("pins/", "A pin", tools.picture(size=(300, 200)))["id"]
            for _ in range(n)]
    settle(person.stack)
    return made


def numbers(done):
    return {name: int(n) for name, n in re.findall(r"(\w+)=(\d+)", done.stdout)}


def backups(folder):
    return sorted(path.name for path in (folder / "backups").iterdir())


def objects(folder):
    return {path.name for path in (folder / "objects").rglob("*") if path.is_file()}


def resign(manifest):
    """Writes its last line anew, as who wants to deceive would."""
    body = manifest.read_text().rpartition("end ")[0]
    manifest.chmod(0o600)
    manifest.write_text(f"{body}end {hashlib.sha256(body.encode()).hexdigest()}\n")


def as_owner(stack, *args):
    """The restore itself, while the site runs or stands."""
    return subprocess.run(
        [str(stack.program), "restore", "--conf", str(stack.conf), *map(str, args)],
        env={**stack.environment(), "PINWALL_DATABASE": stack.dsn("pinwall_owner")},
        capture_output=True, text=True, timeout=240)


# What is copied.

def test_only_what_is_new_is_copied(stack, ann, folder):
    publish(ann, 2)
    first = numbers(backup(stack, folder))
    assert first["new_files"] == first["files"] == len(files(stack))
    publish(ann)
    second = numbers(backup(stack, folder))
    assert second["new_files"] == second["files"] - first["files"] == 3
    assert numbers(backup(stack, folder))["new_files"] == 0
    assert len(objects(folder)) == second["files"]
    for name in objects(folder):
        path = folder / "objects" / name[:2] / name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == name


def test_what_people_have_made_for_them_stays_out(stack, ann, folder):
    """An export is of the site's moment, and made anew when somebody asks."""
    publish(ann)
    ann.want(202, "POST", "accounts/export", json={"password": ann.password})
    found = wait_for(lambda: (state := ann.get("accounts/export").json())["state"] == "ready"
                     and state)
    export = ann.get(found["url"]).content
    assert export[:2] == b"PK"
    backup(stack, folder)
    last = folder / "backups" / backups(folder)[-1]
    assert hashlib.sha256(export).hexdigest() not in objects(folder)
    assert "exports" not in (last / "media.list").read_text()
    data, pins = (subprocess.run(["pg_restore", "--data-only", "--table", table, "--file", "-",
                                  last / "database.dump"], check=True, capture_output=True,
                                 text=True).stdout for table in ("account_export", "pin"))
    assert "COPY public.pin" in pins and "COPY" not in data


def test_nobody_else_can_read_it(stack, ann, folder):
    publish(ann)
    old = os.umask(0)
    try:
        backup(stack, folder)
    finally:
        os.umask(old)
    for path in [folder, *folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_old_ones_go_and_what_they_alone_needed(stack, ann, folder):
    pin, = publish(ann)
    backup(stack, folder)
    gone = objects(folder)
    delete_for_good(ann, pin)
    settle(stack)
    publish(ann)
    done = backup(stack, folder, "--keep", 2)
    assert len(backups(folder)) == 2 and "removed" not in done.stdout
    first = backups(folder)[0]
    done = backup(stack, folder, "--keep", 2)
    assert f"{first} removed" in done.stdout
    assert first not in backups(folder) and len(backups(folder)) == 2
    assert len(gone - objects(folder)) == 3
    stack.run("backup", "--verify", folder)
    listed = stack.run("backup", "--list", folder).stdout
    assert [line.split()[0] for line in listed.splitlines()] == backups(folder)


def test_a_damaged_backup_keeps_the_old_ones(stack, ann, folder):
    publish(ann)
    backup(stack, folder)
    backup(stack, folder)
    kept = backups(folder)
    next((folder / "objects").rglob(next(iter(objects(folder))))).unlink()
    (folder / "backups" / kept[1] / "media.list").chmod(0o600)
    (folder / "backups" / kept[1] / "media.list").write_text("")
    done = backup(stack, folder, "--keep", 2, check=False)
    assert done.returncode == 1 and "no old backup is removed" in done.stderr
    assert set(kept) < set(backups(folder))


def test_what_the_site_lost(stack, ann, folder):
    pin, = publish(ann)
    (text,), = stack.sql("select files from media m join pin p on p.media = m.id "
                         "where p.id = %s", (pin,))
    key = text.split(" ")[0]
    lost = stack.media_dir / key[:2] / key / "236.webp"
    kept = lost.read_bytes()
    lost.unlink()
    try:
        # it is told, and older ones, which may have it, stay
        done = backup(stack, folder, "--keep", 1, check=False)
        assert done.returncode == 3 and numbers(done)["missing"] == 1
        assert f"{key}/236.webp: missing in the site" in done.stderr
        lost.write_bytes(kept)
        assert numbers(backup(stack, folder))["missing"] == 0
        lost.unlink()
        # the one before has it
        done = backup(stack, folder)
        assert numbers(done)["missing"] == 0
        assert "taken from the backup before" in done.stderr
        assert len(backups(folder)) == 3
    finally:
        lost.write_bytes(kept)


def test_files_stay_while_a_backup_is_made(stack, ann):
    pin, other = publish(ann, 2)
    stack.sql("update media set complete = false where id = (select media from pin "
              "where id = %s)", (other,))
    (key,), = stack.sql("select split_part(files, ' ', 1) from media m join pin p "
                        "on p.media = m.id where p.id = %s", (pin,))
    (rest, upload), = stack.sql("select m.id, split_part(files, ' ', 1) from media m join pin p "
                                "on p.media = m.id where p.id = %s", (other,))
    upload = stack.spool_dir / upload
    upload.write_bytes(tools.picture(size=(300, 200)))
    holder = stack.connect()
    with holder.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", (LOCK,))
        delete_for_good(ann, pin)
        stack.sql("insert into job (kind, arg) values ('image_rest', %s), ('sweep_orphans', 1)",
                  (rest,))
        settle(stack)
        os.utime(upload, (0, 0))
        assert list((stack.media_dir / key[:2] / key).iterdir())
        assert stack.sql("select complete from media where id = %s", (rest,)) == [(True,)]
        assert upload.exists()
        # it is due again, and has not failed
        assert stack.sql("select attempts, dead_at from job where kind = 'free_media' "
                         "and data->>'files' like %s", (key + "%",)) == [(0, None)]
    holder.close()
    stack.sql("update job set run_at = now() where kind = 'free_media'")
    stack.sql("insert into job (kind, arg) values ('sweep_orphans', 1)")
    stack.sql("notify job")
    wait_for(lambda: not (stack.media_dir / key[:2] / key).exists())
    wait_for(lambda: not upload.exists())


# Who may, and who is at work.

def test_a_role_that_may_only_read(stack, ann, folder):
    publish(ann)
    stack.sql("create role reader login password 'only-reads'")
    stack.sql("grant connect on database pinwall to reader")
    stack.sql("grant select on all tables in schema public to reader")
    stack.sql("grant select on all sequences in schema public to reader")
    try:
        dsn = re.sub(r"\bpassfile=\S+", "password=only-reads", stack.dsn("reader"))
        done = subprocess.run(
            [str(stack.program), "backup", "--conf", str(stack.conf), str(folder)],
            env={**stack.environment(), "PINWALL_DATABASE": dsn}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        stack.run("backup", "--verify", folder)
    finally:
        stack.sql("drop owned by reader")
        stack.sql("drop role reader")


def test_one_at_a_time_in_a_folder(stack, ann, folder):
    publish(ann)
    backup(stack, folder)
    with open(folder / "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for args in ([folder], ["--verify", folder], ["--list", folder]):
            done = stack.run("backup", *args, check=False)
            assert done.returncode == 1 and "at work here" in done.stderr
    assert len(backups(folder)) == 1


def test_a_backup_waits_for_who_removes_files(stack, ann, folder):
    publish(ann)
    remover = psycopg2.connect(stack.dsn())
    with remover.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", (LOCK,))
        with subprocess.Popen(
                [str(stack.program), "backup", "--conf", str(stack.conf), str(folder)],
                env=stack.environment(), stdout=subprocess.DEVNULL) as running:
            with pytest.raises(subprocess.TimeoutExpired):
                running.wait(1.5)
            assert backups(folder) == []
            remover.rollback()
            assert running.wait(60) == 0
    remover.close()


@pytest.mark.parametrize("args", [[], ["--keep", "0", "x"], ["--keep", "x", "x"], ["x", "y"],
                                  ["--verify"], ["--keep", "2", "--verify", "x"], ["--no", "x"]])
def test_wrong_arguments(stack, args):
    assert stack.run("backup", *args, check=False).returncode == 2


def test_folders_that_are_none(stack, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    for args, why in (([tmp_path / "photos"], "other things than backups"),
                      ([tmp_path / "no" / "where"], "No such file"),
                      (["--verify", tmp_path / "photos"], "no backups here"),
                      (["--list", tmp_path / "nowhere"], "No such file")):
        done = stack.run("backup", *args, check=False)
        assert done.returncode == 1 and why in done.stderr, done
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.jpg"]


# What is refused.

@pytest.fixture(scope="module")
def standing(stack, tmp_path_factory):
    """A site that stands, its database does not; and a backup of it."""
    ann = tools.signup(stack)
    publish(ann, 3)
    folder = tmp_path_factory.mktemp("kept") / "backups"
    backup(stack, folder)
    stack.kill_all("nginx", "run")
    wait_for(lambda: stack.sql("select count(*) from pg_stat_activity where datname = 'pinwall' "
                               "and pid <> pg_backend_pid()") == [(0,)])
    yield stack, folder
    stack.start()
    check_site(stack)


def flip(path):
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path):
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])


def newer(path):
    path.chmod(0o600)
    path.write_text(re.sub(r"\nmigration ", "\nmigration 9999_later abc\nmigration ",
                           path.read_text(), count=1))
    resign(path)


def other(path):
    path.chmod(0o600)
    path.write_text(re.sub(r"(migration 0001_first )\w+", r"\g<1>0123", path.read_text()))
    resign(path)


def outside(path):
    """A list, signed, that would write where it should not."""
    path.chmod(0o600)
    path.write_text(re.sub(r" media/\S+", " media/../../evil", path.read_text(), count=1))
    manifest = path.parent / "manifest"
    manifest.chmod(0o600)
    manifest.write_text(re.sub(r"\nlist \w+", "\nlist " + hashlib.sha256(
        path.read_bytes()).hexdigest(), manifest.read_text()))
    resign(manifest)


DAMAGE = {
    "dump flipped": ("database.dump", flip, "database.dump: it is damaged"),
    "dump cut": ("database.dump", cut, "database.dump: it is damaged"),
    "dump missing": ("database.dump", os.unlink, "No such file"),
    "list flipped": ("media.list", flip, "media.list: it is damaged"),
    "list leads outside": ("media.list", outside, "media.list: it is damaged"),
    "manifest flipped": ("manifest", flip, "manifest: it is damaged"),
    "manifest cut": ("manifest", cut, "manifest: it is damaged"),
    "manifest missing": ("manifest", os.unlink, "No such file"),
    "newer schema": ("manifest", newer, "newer than this program, which does not know 9999_later"),
    "another history": ("manifest", other, "0001_first is another one here"),
    "object flipped": ("object", flip, "it is damaged"),
    "object cut": ("object", cut, "missing or cut off"),
    "object missing": ("object", os.unlink, "missing or cut off"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_refused(standing, tmp_path, name):
    stack, folder = standing
    which, harm, why = DAMAGE[name]
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", folder, copy], check=True)
    if which == "object":
        harm(next(path for path in (copy / "objects").rglob("*") if path.is_file()))
    else:
        harm(copy / "backups" / backups(copy)[-1] / which)
    before = rows(stack), files(stack)
    # so that an object is needed from there
    lost = next(iter(sorted(files(stack))))
    moved = tmp_path / "moved"
    if which == "object":
        stack.media_dir.rename(moved)
        stack.media_dir.mkdir()
    done = as_owner(stack, "--replace", copy)
    if which == "object":
        subprocess.run(["rm", "-r", stack.media_dir], check=True)
        moved.rename(stack.media_dir)
    assert done.returncode == 1 and why in done.stderr, done
    assert (rows(stack), files(stack)) == before and lost.exists()
    if name not in ("newer schema", "another history"):
        assert stack.run("backup", "--verify", copy, check=False).returncode == 1


def test_what_is_not_empty_and_who_is_not_the_owner(standing):
    stack, folder = standing
    before = rows(stack)
    done = as_owner(stack, folder)
    assert done.returncode == 1 and "this site is not empty (account: " in done.stderr
    for role, why in (("postgres", "a superuser would own"), ("pinwall", "may not make tables")):
        done = subprocess.run(
            [str(stack.program), "restore", "--conf", str(stack.conf), "--replace", str(folder)],
            env={**stack.environment(), "PINWALL_DATABASE": stack.dsn(role)},
            capture_output=True, text=True)
        assert done.returncode == 1 and why in done.stderr
    with stack.connect() as connection:
        done = as_owner(stack, "--replace", folder)
        assert done.returncode == 1 and "in use by 1 other session" in done.stderr
    connection.close()
    assert as_owner(stack, "--backup", "20200101T000000Z", folder).returncode == 1
    assert as_owner(stack).returncode == 2
    assert rows(stack) == before


def test_an_older_schema_is_brought_up_to_date_and_sessions_end(tmp_path):
    """As 0030_portable had not run yet; what it made is made again."""
    stack = Stack(SETTINGS)
    try:
        stack.start()
        ann = tools.signup(stack)
        publish(ann)
        inside = rows(stack)
        stack.sql("drop table account_import; drop index item_owner_time; drop function micros, "
                  "of_micros, item_of, account_of; "
                  "delete from schema_migration where name = '0030_portable'")
        backup(stack, tmp_path / "backups")
        restore(stack, tmp_path / "backups", "--replace", "--end-sessions")
        stack.start()
        assert rows(stack) == inside
        assert stack.sql("select count(*) from schema_migration where name = '0030_portable'"
                         ) == [(1,)]
        assert stack.sql("select count(*) from session where revoked_at is null") == [(0,)]
        assert ann.request("GET", "rest-auth/user/").status_code == 401
        check_site(stack)
    finally:
        stack.destroy()
