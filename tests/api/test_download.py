"""One's own data as a file: asked for with the password, made by a job, for its
owner alone, whole or not at all, and gone in time."""

import contextlib
import io
import os
import signal
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import check_headers, many_pins, only_process, settle, stopped
from client import Client, mails, picture, signup, unique
from stack import wait_for

STATE = {"state", "bytes", "created_at", "ended_at", "expires_at", "url", "reason"}
NONE = {**dict.fromkeys(STATE), "state": "none"}
OPENING = ("257", "56")  # openat, on either kind of machine


def state(person):
    found = person.want(200, "GET", "accounts/export")
    assert set(found) == STATE
    return found


def ask(person, status=202, **options):
    return person.want(status, "POST", "accounts/export",
                       json={"password": person.password}, **options)


def ready(person):
    """Until it is no longer being made."""
    return wait_for(lambda: (found := state(person))["state"] != "making" and found)


def exports(stack):
    folder = stack.media_dir / "exports"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def verified(stack, person):
    stack.sql("update account set email_verified_at = now() where id = %s", (person.user["id"],))
    return person


def members(data):
    """Checked, and read: a member that is cut off or damaged is told."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def with_a_pin(stack, **options):
    person = signup(stack, **options)
    person.upload("pins/", "A pin #sea", picture(size=(300, 200)))
    settle(stack)
    return person


class Held:
    """The making of somebody's data is in the middle of a picture: there is a pipe
    in its place, and nobody writes to it yet."""

    def __init__(self, stack, person):
        self.stack = stack
        key, = stack.sql("select split_part(files, ' ', 1) from media where owner = %s",
                         (person.user["id"],))[0]
        self.file, = (stack.media_dir / key[:2] / key).glob("original.*")
        self.pipe = stack.dir / unique("pipe")

    def __enter__(self):
        self.data = self.file.read_bytes()
        self.file.unlink()
        os.mkfifo(self.file)
        os.link(self.file, self.pipe)
        return self

    def wait(self):
        """Until a process waits in open, and which it is."""
        def waits():
            pid = only_process(self.stack, "long")
            with open(f"/proc/{pid}/syscall", encoding="ascii") as file:
                return file.read().split()[0] in OPENING and pid
        return wait_for(waits)

    def __exit__(self, *_):
        whole = self.file.with_name("whole")
        whole.write_bytes(self.data)
        whole.rename(self.file)
        with contextlib.suppress(OSError):  # nobody waits
            to = os.open(self.pipe, os.O_WRONLY | os.O_NONBLOCK)
            assert os.write(to, self.data) == len(self.data)
            os.close(to)
        self.pipe.unlink()


def test_what_one_gets_is_what_the_command_writes(stack, tmp_path):
    ann = verified(stack, with_a_pin(stack, language="ko"))
    assert state(ann) == NONE
    asked = ask(ann)
    assert asked["state"] == "making" and asked["created_at"] and not asked["url"]
    found = ready(ann)
    assert found["state"] == "ready" and found["created_at"] <= found["ended_at"]
    assert found["ended_at"] < found["expires_at"] and found["reason"] is None
    answer = ann.get(found["url"])
    assert answer.status_code == 200 and len(answer.content) == found["bytes"]
    check_headers(answer)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    day = found["ended_at"][:10]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="pinwall-{day}.zip"'
    stack.run("export", ann.username, tmp_path / "by-command.zip")
    assert answer.content == (tmp_path / "by-command.zip").read_bytes()
    inside = members(answer.content)
    assert b"A pin #sea" in inside["pins.jsonl"] and inside["pictures/000001.png"]
    # one that was cut off goes on
    part = ann.get(found["url"], headers={"Range": "bytes=10-"})
    assert part.status_code == 206 and part.content == answer.content[10:]
    mail, = wait_for(lambda: mails(stack, ann.email)[1:])
    assert mail["Subject"] == "내 데이터가 준비되었습니다"
    assert f"{stack.url}/settings/account" in mail.get_content()
    assert found["url"] not in mail.get_content()


def test_a_mail_goes_to_addresses_that_were_proved(stack):
    ann, ben = verified(stack, signup(stack)), signup(stack)
    for person in (ann, ben):
        ask(person)
        assert ready(person)["state"] == "ready"
    settle(stack)
    assert [mail["Subject"] for mail in mails(stack, ann.email)][1:] == ["Your data is ready"]
    assert len(mails(stack, ben.email)) == 1  # that which asks to prove it


def test_it_is_its_owners_alone(stack, person, other, api):
    ask(person)
    found = ready(person)
    name, = stack.sql("select file from account_export where account = %s",
                      (person.user["id"],))[0]
    assert name in exports(stack)
    assert state(other) == NONE
    other.want(404, "GET", "accounts/export/file")
    for path in ("accounts/export", "accounts/export/file"):
        api.want(401, "GET", path)
    other.want(204, "DELETE", "accounts/export")
    for path in (f"/_pinwall_private/exports/{name}", f"/media/exports/{name}",
                 f"/media/exports/{name}.webp", f"/exports/{name}"):
        assert person.get(path).status_code == 404, path
    assert person.get(found["url"]).status_code == 200
    # nor by its login, once that has ended
    person.want(200, "POST", "rest-auth/logout/")
    person.want(401, "GET", "accounts/export/file")


@pytest.mark.parametrize("sent, why", [
    ({}, "this field is required"), ({"password": ""}, "this field may not be blank"),
    ({"password": "wrong"}, "this is not your password")])
def test_the_password_is_asked(stack, person, sent, why):
    assert person.want(400, "POST", "accounts/export", json=sent) == {"password": [why]}
    assert state(person) == NONE
    assert stack.sql("select from job where kind = 'export'") == []


def test_two_at_once_are_one(stack):
    ann = with_a_pin(stack)
    with Held(stack, ann) as held, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ann.post("accounts/export", json={
            "password": ann.password}).status_code, range(4)))
        assert sorted(answers) == [202, 409, 409, 409]
        held.wait()
        assert "already" in ask(ann, 409)["detail"]
        assert state(ann)["state"] == "making"
        ann.want(404, "GET", "accounts/export/file")
    assert ready(ann)["state"] == "ready"
    assert len(members(ann.get("accounts/export/file").content)) > 15


def test_others_work_while_one_is_made(stack, other):
    """Mails and notices do not wait behind it."""
    ann = with_a_pin(stack)
    with Held(stack, ann) as held:
        ask(ann)
        held.wait()
        other.want(200, "POST", "rest-auth/registration/resend-email/")
        wait_for(lambda: len(mails(stack, other.email)) == 2)
    assert ready(ann)["state"] == "ready"


def test_asking_again_makes_another(stack, person):
    ask(person)
    ready(person)
    before = person.get("accounts/export/file").content
    old = set(exports(stack))
    person.upload("pins/", "One more", picture())
    settle(stack)
    assert ask(person)["state"] == "making"
    assert ready(person)["state"] == "ready"
    after = person.get("accounts/export/file").content
    assert b"One more" in members(after)["pins.jsonl"] and after != before
    settle(stack)
    assert len(set(exports(stack)) - old) == 1 and len(old - set(exports(stack))) == 1


def test_what_is_not_wanted_any_more_goes(stack):
    before, person = exports(stack), with_a_pin(stack)
    ask(person)
    ready(person)
    person.want(204, "DELETE", "accounts/export")
    assert state(person) == NONE
    person.want(404, "GET", "accounts/export/file")
    wait_for(lambda: exports(stack) == before)
    person.want(204, "DELETE", "accounts/export")
    # while it is made, too
    with Held(stack, person) as held:
        ask(person)
        held.wait()
        person.want(204, "DELETE", "accounts/export")
    settle(stack)
    assert exports(stack) == before and state(person) == NONE


def test_it_has_its_time(stack, person, other):
    for one in (person, other):
        ask(one)
        ready(one)
    name, = stack.sql("""update account_export set expires_at = now() where account = %s
        and expires_at - ended_at = interval '7 days' returning file""",
                      (person.user["id"],))[0]
    assert state(person) == NONE
    person.want(404, "GET", "accounts/export/file")
    stack.run("jobs", "sweep_exports")
    wait_for(lambda: name not in exports(stack))
    assert stack.sql("select from account_export where account = %s", (person.user["id"],)) == []
    assert other.get("accounts/export/file").status_code == 200


def test_it_goes_with_the_account(stack, person):
    before = exports(stack)
    ask(person)
    ready(person)
    person.want(204, "DELETE", "users/me", json={"password": person.password})
    person.want(401, "GET", "accounts/export/file")
    settle(stack)
    assert exports(stack) == before


def test_the_account_is_closed_meanwhile(stack):
    before, person = exports(stack), with_a_pin(stack)
    with Held(stack, person) as held:
        ask(person)
        held.wait()
        stack.change("update account set is_active = false where id = %s", (person.user["id"],))
    settle(stack)
    assert exports(stack) == before
    assert stack.sql("select file from account_export where account = %s",
                     (person.user["id"],)) == [(None,)]
    stack.change("update account set is_active = true where id = %s", (person.user["id"],))


def test_a_process_that_was_killed(stack):
    """kill -9 in the middle: nothing half is kept, and it is made again."""
    ann = with_a_pin(stack)
    before, spool = exports(stack), sorted(os.listdir(stack.spool_dir))
    with Held(stack, ann) as held:
        ask(ann)
        for _ in range(2):
            os.kill(held.wait(), signal.SIGKILL)
            assert state(ann)["state"] == "making" and exports(stack) == before
            ann.want(404, "GET", "accounts/export/file")
        held.wait()
    assert ready(ann)["state"] == "ready"
    assert stack.sql("select tries from account_export where account = %s",
                     (ann.user["id"],)) == [(3,)]
    assert b"A pin #sea" in members(ann.get("accounts/export/file").content)["pins.jsonl"]
    assert len(exports(stack)) == len(before) + 1
    assert sorted(os.listdir(stack.spool_dir)) == spool
    settle(stack)


def test_one_that_cannot_be_made_is_told(stack):
    """A picture that is lost; and one that ends its process every time."""
    ann, ben = signup(stack), signup(stack)
    many_pins(stack, ann, 1)
    for person, tries in ((ann, 7), (ben, 8)):
        with stopped(stack, "long"):
            ask(person)
            stack.sql("update account_export set tries = %s where account = %s",
                      (tries, person.user["id"]))
        found = ready(person)
        assert (found["state"], found["reason"]) == ("failed", "fault")
        assert found["url"] is None and found["bytes"] is None
        person.want(404, "GET", "accounts/export/file")
    assert stack.lines("given-up reason=ERR_NOT_FOUND")
    # it can be asked for again
    assert ask(ben)["state"] == "making"
    assert ready(ben)["state"] == "ready"


def test_one_that_fails_is_tried_again(stack):
    ann = with_a_pin(stack)
    key, = stack.sql("""select split_part(files, ' ', 1) from media
        where owner = %s""", (ann.user["id"],))[0]
    folder = stack.media_dir / key[:2] / key
    folder.rename(folder.with_name("away"))
    ask(ann)
    wait_for(lambda: stack.sql("select from job where kind = 'export' and attempts > 0"))
    assert state(ann)["state"] == "making"
    folder.with_name("away").rename(folder)
    assert ready(ann)["state"] == "ready"


def test_files_without_a_row_are_removed(stack, person):
    ask(person)
    ready(person)
    folder = stack.media_dir / "exports"
    for name in exports(stack):
        os.utime(folder / name, (0, 0))
    lost = unique("lost")
    (folder / lost).write_bytes(b"PK")
    stack.run("jobs", "sweep_orphans")
    settle(stack)
    assert lost in exports(stack)  # it may get its row yet
    os.utime(folder / lost, (0, 0))
    stack.run("jobs", "sweep_orphans")
    wait_for(lambda: lost not in exports(stack))
    assert person.get("accounts/export/file").status_code == 200


def test_a_job_that_was_given_up_is_told(stack, person):
    with stopped(stack, "long"):
        ask(person)
        stack.sql("delete from job where kind = 'export'")
    stack.run("jobs", "sweep_exports")
    assert state(person)["state"] == "making"
    stack.sql("update account_export set created_at = now() - interval '2 hours' "
              "where account = %s", (person.user["id"],))
    stack.run("jobs", "sweep_exports")
    assert state(person)["state"] == "failed"


def test_pages_of_the_site_alone_may_ask(stack, person):
    """By its cookies no other page makes a browser ask for it."""
    page = Client(stack)
    page.want(200, "POST", "session", json={"email": person.email, "password": person.password},
              headers={"X-Requested-With": "pinwall"})
    assert page.post("accounts/export", json={
        "password": person.password}).status_code in (401, 403)
    assert state(person) == NONE
