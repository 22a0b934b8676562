"""What several tests of the API look at."""

import contextlib
import datetime
import os
import re
import signal
from pathlib import Path
from urllib.parse import urlsplit

from stack import wait_for

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
COLOUR = re.compile(r"#[0-9a-f]{6}")
PIN = {"id", "author", "boards", "tag_set", "created_at", "updated_at", "title", "alt", "image",
       "image_url", "media"}
BOARD = {"id", "title", "author", "pin_count", "secret", "content", "cover", "role", "members",
         "pin"}
PERSON = {"id", "avatar", "username", "email", "email_verified", "following", "following_user",
          "following_tag", "follower", "boards", "follower_count", "following_count",
          "created_at"}
TOKENS = {"token", "access_token", "access", "access_token_expiration", "refresh_token",
          "refresh"}
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=()",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
                               "frame-ancestors 'none'",
}


def time_of(text):
    assert TIME.fullmatch(text), text
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def check_pin(pin):
    """Every pin has this form; its files are there."""
    assert PIN <= set(pin) <= PIN | {"duplicate_of"}
    assert time_of(pin["created_at"]) <= time_of(pin["updated_at"])
    media = pin["media"]
    assert set(media) == {"width", "height", "colour", "placeholder", "animated", "sizes"}
    assert COLOUR.fullmatch(media["colour"]) and 6 <= len(media["placeholder"]) <= 40
    assert pin["image"].partition("/media/")[2] in {
        size["url"].partition("/media/")[2] for size in media["sizes"]}
    return pin


def check_headers(answer):
    """The headers that every answer of the API has, once each."""
    names = [name.lower() for name in answer.raw.headers]
    assert len(names) == len(set(names)), names
    for name, value in SECURITY.items():
        assert answer.headers.get(name) == value, name
    assert answer.headers.get("Server") == "nginx"
    assert "X-Powered-By" not in answer.headers


# Names of a picture as a bucket has them; none of any thing that a test makes.
PICTURE = {"shard": "aa", "key": "aa-00", "file": "236.webp"}
# Called with nothing, they end the login of the caller.
ENDS_LOGIN = {("POST", "/api/accounts/quit"), ("DELETE", "/api/sessions")}
# Whose refusals have a "message" beside their fields, the first reason.
WITH_MESSAGE = re.compile(r"/api/accounts(/(signin|signout|profile/.*))?/?")


def check_refusal(answer):
    """400 names fields or says why, everything else has {"detail"}."""
    body = answer.json()
    path = urlsplit(answer.request.url).path
    if answer.status_code == 400 and "message" in body and WITH_MESSAGE.fullmatch(path):
        assert body.pop("message") in [r for reasons in body.values() for r in reasons], body
    if answer.status_code == 400 and "detail" not in body:
        assert body and all(
            isinstance(reasons, list) and reasons and all(isinstance(r, str) for r in reasons)
            for reasons in body.values()), body
    elif answer.status_code >= 500 and "code" in body:
        assert set(body) == {"detail", "code", "request"}, body
    else:
        assert set(body) == {"detail"} and isinstance(body["detail"], str), body


def count(stack, *tables):
    """The number of rows of each."""
    counts = ", ".join(f"(select count(*) from {table})" for table in tables)
    return stack.sql(f"select {counts}")[0]


def files(stack):
    """Every file of pictures and of uploads on their way."""
    return {path for folder in (stack.media_dir, stack.spool_dir)
            for path in folder.rglob("*") if path.is_file()}


def settle(stack):
    """Waits until every job is done."""
    wait_for(lambda: not stack.sql("select 1 from job where dead_at is null and run_at <= now()"))


@contextlib.contextmanager
def unchanged(stack):
    """Nothing half-done: no row and no file more or less than before."""
    def look():
        settle(stack)
        return files(stack), count(stack, "account", "item", "pin", "media", "tag", "board",
                                   "board_item")

    before = look()
    yield
    assert look() == before


def finish(stack, name):
    """At the end of a test's own site: its logs stay, and a sanitizer that
    found something in it is heard."""
    stack.keep_logs(name)
    reports = re.findall(r".*(?:Sanitizer|runtime error:).*", stack.log())
    assert not reports, "\n".join(reports[:20])


def run_job(stack, kind):
    """Has a job done, by the command or by the jobs process."""
    stack.run("jobs", kind)
    settle(stack)


def delete_for_good(person, pin):
    """Into the trash, and out of it."""
    person.want(204, "DELETE", f"pins/{pin}")
    person.want(204, "DELETE", f"trash/{pin}")


def remove_account(stack, person):
    """What a person has goes to the trash before the account."""
    who = (person.user["id"],)
    stack.change("update item set deleted_at = now() where owner = %s", who)
    stack.change("delete from account where id = %s", who)


def ids(rows):
    return [row["id"] for row in rows]


def many_pins(stack, person, n):
    """n pins by one statement, newest last; their pictures are rows without
    files."""
    return [row[0] for row in stack.sql("""
        with m as (
            insert into media (owner, image, files, width, height, frames, source, colour,
                palette, placeholder, dhash, sha256)
            select %(owner)s, 'aa/aa' || i || '/236.webp', 'aa' || i || ' 236=64x48.webp',
                64, 48, 1, 'image/png', '#123456', '{}', 'placeholder', i, ''
            from generate_series(1, %(n)s) i returning id
        ), i as (
            insert into item (kind, owner) select 'pin', %(owner)s from m returning id
        )
        insert into pin (id, title, media)
        select i.id, 'pin ' || i.id, m.id
        from (select id, row_number() over (order by id) as n from i) i
        join (select id, row_number() over (order by id) as n from m) m using (n)
        returning id""", {"owner": person.user["id"], "n": n})]


def processes(stack, role):
    """The ids of the stack's processes in a role: slow, fast, jobs, ..."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_text().split("\0")
        except (OSError, UnicodeDecodeError):
            continue
        if words[0] == str(stack.program) and str(stack.conf) in words and role in words:
            found.append(int(entry.name))
    return sorted(found)


def is_quiet(pid):
    """A worker that has nothing left to do, and no lines to write, waits for its
    next event without an end."""
    try:
        call = Path(f"/proc/{pid}/syscall").read_text().split()
    except OSError:
        return True  # it has gone
    # epoll_wait(epoll, events, n, -1)
    return len(call) > 4 and int(call[4], 16) & 0xffffffff == 0xffffffff


def quiet(stack):
    """Waits until all that was asked is done and stands in the log."""
    wait_for(lambda: all(is_quiet(pid) for role in ("fast", "slow")
                         for pid in processes(stack, role)))


def only_process(stack, role):
    """The id of the stack's only process in a role; one that a reload has told
    to leave is waited for."""
    def alone():
        found = processes(stack, role)
        return found if len(found) == 1 else None
    process, = wait_for(alone)
    return process


@contextlib.contextmanager
def stopped(stack, role):
    """The processes of a role stand still."""
    settle(stack)
    pids = processes(stack, role)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield pids
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
