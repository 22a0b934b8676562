"""`pinwall check` on configurations that are broken, each in one way, against
services that run."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading

import pytest

from stack import Stack, free_port


@pytest.fixture(scope="module")
def stack():
    # durable: what it runs on is as it should be
    with Stack({"cache": 1}, durable=True) as stack:
        yield stack


class Checked:
    def __init__(self, done):
        self.status, self.text, self.said = done.returncode, done.stdout, done.stderr
        told = json.loads(done.stdout)
        self.findings, self.errors, self.warnings = (
            told[name] for name in ("findings", "errors", "warnings"))

    def of(self, what, level=None):
        return [one for one in self.findings if one["what"].endswith(what)
                and level in (None, one["level"])]

    def bad(self):
        return [one for one in self.findings if one["level"] != "ok"]


@pytest.fixture
def check(stack, tmp_path):
    """Checks the stack's settings with some changed (None: not given), lines
    added, and variables of the environment."""
    def run(*lines, environment=None, json_=True, program=None, **changes):
        text = stack.conf.read_text()
        for name, value in changes.items():
            text = re.sub(rf"(?m)^{name} *=.*\n", "", text)
            if value is not None:
                text += f"{name} = {value}\n"
        file = tmp_path / "pinwall.conf"
        file.write_text(text + "".join(line + "\n" for line in lines))
        file.chmod(0o600)
        done = subprocess.run(
            [program or stack.program, "check", "--conf", file, *(["--json"] if json_ else [])],
            env={**stack.environment(), **(environment or {})}, capture_output=True, text=True,
            timeout=60)
        return Checked(done) if json_ else done

    return run


def line_of(path, name):
    return [line.partition("=")[0].strip()
            for line in path.read_text().splitlines()].index(name) + 1


def test_nothing_is_wrong_with_what_runs(stack, check):
    seen = check()
    assert seen.bad() == [] and seen.status == 0
    assert (seen.errors, seen.warnings) == (0, 0)
    for what in ("public_url", "media_dir", "spool_dir", "run_dir", "index_dir", "secret_file",
                 "Postgres", "database", "schema", "redis_state", "redis_cache", "words.table",
                 "pinwall-image", "clock", "open files", "redis_guard_password_file"):
        assert seen.of(what, "ok"), what
    place, = [one for one in seen.findings if one["what"] == "run_dir"]
    assert place["line"] == line_of(stack.conf, "run_dir")


def test_a_finding_is_a_line_of_plain_text(check):
    done = check(json_=False, language="fr")
    assert done.returncode == 2
    *lines, last = done.stdout.splitlines()
    assert all(re.match(r"(ok|warning|error): [^:]+: .", line) for line in lines)
    assert any(re.match(r"error: language \(line \d+\): there are no words in fr: en or ko$", line)
               for line in lines)
    assert last == "1 errors, 0 warnings"


def test_every_line_that_is_wrong_is_told_with_its_number(check, stack):
    n = len(stack.conf.read_text().splitlines())
    seen = check("no_such = 1", "just words", "fast_workers = many", "slow_workers = 99",
                 "language = en", "language = ko")
    assert seen.status == 2
    whys = {int(one["what"].rpartition(":")[2]): (one["level"], one["why"])
            for one in seen.findings if re.search(r"\.conf:\d+$", one["what"])}
    assert whys == {
        n + 1: ("error", "there is no setting no_such"),
        n + 2: ("error", "not of the form `name = value`"),
        n + 3: ("error", "fast_workers must be a number from 0 to 64"),
        n + 4: ("error", "slow_workers must be a number from 1 to 32"),
        n + 6: ("warning", f"language is given again, after line {n + 5}; this one counts")}
    # and it goes on with the rest
    assert seen.of("redis_cache", "ok") and seen.of("schema", "ok")


def test_all_wrong_lines_stop_the_other_commands(stack, tmp_path):
    file = tmp_path / "conf"
    file.write_text("no_such = 1\nfast_workers = many\n")
    done = subprocess.run([stack.program, "conf", "--conf", file], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert "conf:1: there is no setting no_such" in done.stderr
    assert "conf:2: fast_workers must be" in done.stderr


def test_a_file_that_is_not_there(stack, tmp_path):
    done = subprocess.run([stack.program, "check", "--json", "--conf", tmp_path / "none"],
                          env=stack.environment(), capture_output=True, text=True, check=False)
    seen = Checked(done)
    assert seen.status == 2 and seen.of("/none", "error")[0]["why"] == "No such file or directory"


def test_the_environment(check):
    seen = check(environment={"PINWALL_LANGUAGE": "fr", "PINWALL_NO_SUCH": "1",
                              "PINWALL_FAST_WORKERS": "many"})
    assert seen.of("language", "error")
    assert seen.of("PINWALL_NO_SUCH", "warning")
    assert seen.of("PINWALL_FAST_WORKERS", "error")
    assert not seen.of("PINWALL", "warning")[1:]


def test_arguments(stack):
    for words in (["--jason"], ["--json", "more"]):
        done = stack.run("check", *words, check=False)
        assert done.returncode == 2 and done.stdout == ""


# Settings.  (changes, what is told of, its level, words of why)
SETTINGS = [
    ({"public_url": "example.org"}, "public_url", "error", "no address"),
    ({"public_url": "https://example.org/"}, "public_url", "error", "no address"),
    ({"public_url": "http://example.org"}, "public_url", "warning", "https alone"),
    ({"public_url": "https://example.org"}, "smtp_url", "warning", "nobody gets mails"),
    ({"media_url": "media"}, "media_url", "error", "neither"),
    ({"media_url": "/media/"}, "media_url", "error", "neither"),
    ({"cors_origins": "https://a.org, b.org"}, "cors_origins", "error", "'b.org' is no origin"),
    ({"cors_origins": "https://a.org/x"}, "cors_origins", "error", "no origin"),
    ({"fetch_allow": "localhost"}, "fetch_allow", "error", "cannot be read"),
    ({"fetch_allow": "10.0.0.1:80"}, "fetch_allow", "warning", "10.0.0.1:80"),
    ({"mail_from": "nobody"}, "mail_from", "error", "no address"),
    ({"smtp_url": "http://localhost"}, "smtp_url", "error", "cannot be used"),
    ({"smtp_url": "smtp://127.0.0.1:9", "smtp_user": "me"}, "smtp_password_file", "error",
     "no password"),
    ({"limit_scale": 10}, "limit_scale", "warning", "10 times"),
    ({"hash_kb": 64}, "hash_kb", "warning", "cheap"),
    ({"refresh_s": 600}, "refresh_s", "error", "ends before"),
    ({"statement_ms": 1000}, "statement_ms", "warning", "writes fail"),
    ({"statement_ms": 60000}, "statement_ms", "warning", "given up"),
    ({"upload_max": 30000000}, "upload_max", "warning", "over 20 MB"),
    ({"image_children": 64, "image_mb": 16384}, "image_mb", "warning", "more than the memory"),
    ({"fast_workers": 64}, "Postgres", "error", "connections"),
    ({"cache": 0}, "cache", "warning", "made anew"),
]


@pytest.mark.parametrize("changes, what, level, why", SETTINGS,
                         ids=[f"{next(iter(s[0]))}-{n}" for n, s in enumerate(SETTINGS)])
def test_settings(check, changes, what, level, why):
    seen = check(**changes)
    told, = [one for one in seen.of(what, level) if why in one["why"]]
    assert told["to_do"]
    assert seen.status == (2 if seen.errors else 1)
    assert seen.errors or level == "warning"


# Mail.


def smtp(answers):
    """A mail server that says these lines, one to each that it hears."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with server, server.accept()[0] as client, client.makefile("rwb") as file:
            for answer in answers:
                file.write(answer.encode() + b"\r\n")
                file.flush()
                if not file.readline():
                    return

    threading.Thread(target=serve, daemon=True).start()
    return f"smtp://127.0.0.1:{server.getsockname()[1]}"


def test_a_mail_server(check, tmp_path):
    password = tmp_path / "password"
    password.write_text("secret-of-mail\n")
    password.chmod(0o600)
    seen = check(smtp_url=smtp(["220 here", "250 at your service", "221 bye"]),
                 mail_from="Site <site@example.org>")
    assert seen.of("smtp_url", "ok") and seen.bad() == []
    login = {"smtp_user": "me", "smtp_password_file": password}
    hello = ["220 here", "250-at your service\r\n250 AUTH PLAIN"]
    hello.append("334 ")
    good = check(smtp_url=smtp(hello + ["235 welcome", "221 bye"]), **login)
    assert "knows the login" in good.of("smtp_url", "ok")[0]["why"]
    bad = check(smtp_url=smtp(hello + ["535 no", "221 bye"]), **login)
    assert bad.of("smtp_url", "error") and bad.status == 2
    assert "secret-of-mail" not in bad.text + bad.said + good.text
    gone = check(smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert gone.of("smtp_url", "error")


# Files.


def told(seen, what, why):
    found = [one for one in seen.of(what, "error") if why in one["why"]]
    assert found and seen.status == 2, seen.findings
    return found


@pytest.mark.parametrize("name", ["media_dir", "spool_dir"])
def test_folders_that_are_not_there(check, tmp_path, name):
    told(check(**{name: tmp_path / "none"}), name, "No such file")


def test_folders_that_are_made(check, tmp_path):
    seen = check(index_dir=tmp_path / "index", run_dir=tmp_path / "run")
    assert seen.status == 0 and not (tmp_path / "index").exists()
    told(check(index_dir=tmp_path / "none/index"), "index_dir", "No such file")


def test_folders_that_are_none_or_everybodys(check, tmp_path):
    (tmp_path / "file").write_text("")
    told(check(media_dir=tmp_path / "file"), "media_dir", "is none")
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    told(check(mail_dir=tmp_path / "open"), "mail_dir", "everybody may write")


def test_a_folder_of_somebody_else(check, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    (tmp_path / "his").mkdir()
    os.chown(tmp_path / "his", 12345, 12345)
    seen = check(mail_dir=tmp_path / "his")
    assert "12345" in seen.of("mail_dir", "warning")[0]["why"] and seen.status == 1


def test_a_folder_that_cannot_be_written(check):
    told(check(index_dir="/proc/sys"), "index_dir", "cannot be written")


def test_media_and_spool_on_two_file_systems(check, tmp_path):
    if not os.path.ismount("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat(tmp_path).st_dev:
        pytest.skip("there is no second file system here")
    folder = f"/dev/shm/pinwall-check-{os.getpid()}"
    os.mkdir(folder, 0o700)
    try:
        told(check(spool_dir=folder), "spool_dir", "not on the file system of media_dir")
    finally:
        os.rmdir(folder)


def test_a_path_too_long_for_sockets(check, tmp_path):
    folder = tmp_path / ("x" * 90)
    folder.mkdir(0o700)
    told(check(run_dir=folder), "run_dir", "107 bytes at most")


def test_secrets(check, stack, tmp_path):
    file = tmp_path / "secret"
    file.write_bytes(bytes(64))
    file.chmod(0o640)
    told(check(secret_file=file), "secret_file", "others may read")
    file.chmod(0o600)
    file.write_bytes(bytes(31))
    told(check(secret_file=file), "secret_file", "31 bytes")
    told(check(secret_file=tmp_path), "secret_file", "is none")
    assert check(secret_file=tmp_path / "new").status == 0
    assert not (tmp_path / "new").exists()
    told(check(redis_state_password_file=tmp_path / "none"), "redis_state_password_file",
         "No such file")


def test_the_file_of_settings_itself(check, stack, tmp_path):
    password = re.search(r":pinwall:(\S+)", (stack.dir / "pg.pass").read_text())[1]
    dsn = re.sub(r"passfile=\S+", f"password={password}", stack.setting("database"))
    seen = check(database=dsn)
    assert seen.status == 0 and password not in seen.text
    file = tmp_path / "pinwall.conf"
    for mode, why in ((0o604, "everybody may read the password"), (0o620, "may write it")):
        file.chmod(mode)
        done = subprocess.run([stack.program, "check", "--json", "--conf", file],
                              env=stack.environment(), capture_output=True, text=True, check=False)
        told(Checked(done), "pinwall.conf", why)


def test_what_lies_beside_the_program(check, stack, tmp_path):
    """A program that was copied alone."""
    alone = tmp_path / "bin/bin/bin/pinwall"
    alone.parent.mkdir(parents=True)
    shutil.copy(stack.program, alone)
    seen = check(program=alone)
    told(seen, "words.table", "is not there")
    told(seen, "pinwall-image", "No such file")


def test_few_open_files(stack):
    done = subprocess.run(
        ["prlimit", "--nofile=512:512", stack.program, "check", "--json", "--conf", stack.conf],
        env=stack.environment(), capture_output=True, text=True, check=False)
    seen = Checked(done)
    assert "512" in seen.of("open files", "warning")[0]["why"] and seen.status == 1


# Postgres.


def test_no_database(check, stack, tmp_path):
    dsn = stack.setting("database")
    told(check(database=dsn.replace("run/pg", "run/none")), "database", "connection to server")
    told(check(database=dsn.replace("dbname=pinwall", "dbname=other")), "database", "FATAL")
    (tmp_path / "pass").write_text("*:*:*:pinwall:wrong\n")
    (tmp_path / "pass").chmod(0o600)
    wrong = re.sub(r"passfile=\S+", f"passfile={tmp_path}/pass", dsn)
    told(check(database=wrong), "database", "password authentication failed")


def test_a_role_that_may_too_much(check, stack):
    told(check(database=stack.dsn("postgres")), "database", "superuser")
    told(check(database=stack.dsn("pinwall_owner")), "database", "may change tables")


@pytest.fixture
def change(stack):
    """Changes the database by one statement and back by another."""
    back = []

    def run(there, again):
        stack.sql(there)
        back.append(again)

    yield run
    for statement in back:
        stack.sql(statement)


def test_a_role_that_may_too_little(check, change):
    change("revoke select on account from pinwall", "grant select on account to pinwall")
    told(check(), "database", "may not change what it has to (1 tables")
    change("revoke delete on board from pinwall", "grant delete on board to pinwall")
    told(check(), "database", "may not change what it has to")


def test_a_schema_of_another_version(check, change):
    change("update schema_migration set digest = 'x' || digest where name like '0001%'",
           "update schema_migration set digest = substr(digest, 2) where name like '0001%'")
    told(check(), "schema", "1 of")
    change("update schema_migration set digest = 'x' || digest where name = 'schemes'",
           "update schema_migration set digest = substr(digest, 2) where name = 'schemes'")
    told(check(), "schema", "2 of")


def test_a_schema_of_a_later_version(check, change):
    change("insert into schema_migration (name, digest) values ('9999_later', '')",
           "delete from schema_migration where name = '9999_later'")
    told(check(), "schema", "newer than this program, by 1")


def test_no_schema(check, stack):
    stack.sql("create database empty owner pinwall_owner")
    stack.sql("grant connect on database empty to pinwall")
    told(check(database=stack.setting("database").replace("dbname=pinwall", "dbname=empty")),
         "schema", "there is none")


def test_a_database_that_forgets(check, change):
    change("alter role pinwall set synchronous_commit = off",
           "alter role pinwall reset synchronous_commit")
    seen = check()
    assert "lost in a crash" in seen.of("Postgres", "warning")[0]["why"] and seen.status == 1


# Redis.


@pytest.fixture
def setting(stack):
    """Changes settings of a Redis until the end of the test."""
    back = []

    def change(server, name, value):
        with stack.redis(server) as redis:
            back.append((server, name, redis.config_get(name)[name]))
            redis.config_set(name, value)

    yield change
    for server, name, value in reversed(back):
        with stack.redis(server) as redis:
            redis.config_set(name, value)


def test_no_redis(check, tmp_path):
    for name in ("redis_state", "redis_cache"):
        told(check(**{name: tmp_path / "none.sock"}), name, "No such file")
    told(check(redis_state=f"127.0.0.1:{free_port()}"), "redis_state", "refused")


def test_a_wrong_password(check, tmp_path):
    (tmp_path / "pass").write_text("wrong")
    (tmp_path / "pass").chmod(0o600)
    told(check(redis_guard_password_file=tmp_path / "pass"), "redis_cache", "WRONGPASS")
    told(check(redis_state_password_file=""), "redis_state", "NOAUTH")


@pytest.mark.parametrize("server, name, value, why", [
    ("state", "maxmemory-policy", "allkeys-lru", "forgets limits"),
    ("cache", "maxmemory-policy", "allkeys-lru", "forgets what makes answers safe"),
    ("cache", "maxmemory-policy", "noeviction", "full one day"),
    ("cache", "save", "60 1", "writes to disk"),
    ("cache", "appendonly", "yes", "writes to disk"),
])
def test_a_redis_that_is_set_up_wrongly(check, setting, server, name, value, why):
    setting(server, name, value)
    told(check(), f"redis_{server}", why)


def test_a_redis_without_a_bound(check, setting):
    setting("state", "maxmemory", 0)
    seen = check()
    assert "all memory" in seen.of("redis_state", "warning")[0]["why"] and seen.status == 1


def test_users_of_redis(check, stack):
    with stack.redis("cache") as redis:
        redis.execute_command("ACL", "SETUSER", "app", "+@all")
        seen = check()
        assert "more than it needs" in seen.of("redis_cache_password_file", "warning")[0]["why"]
        redis.execute_command("ACL", "SETUSER", "app", "-@all", "clearselectors")
        told(check(), "redis_cache", "may not read q:check")
        redis.execute_command("ACL", "LOAD")
    assert check().status == 0


def test_one_redis_for_both(check, stack):
    with stack.redis("cache") as redis:
        redis.execute_command("ACL", "SETUSER", "app", "+get", "allkeys")
        told(check(redis_state=stack.setting("redis_cache"),
                   redis_state_password_file=stack.setting("redis_cache_password_file")),
             "redis_cache", "the same server")
        redis.execute_command("ACL", "LOAD")
