"""One account in a file: out of one site, into another, and out of that one the
same again."""

import contextlib
import json
import re
import signal
import subprocess
import zipfile

import pytest
from checks import check_pin, settle
from drill import check_site

import client as tools
from stack import Stack, wait_for

SETTINGS = {"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1}
RELATIONS = ("pins", "styles", "style_pictures", "pin_tags", "boards", "sections", "board_items",
             "covers", "members", "comments", "likes", "bookmarks", "follows", "tag_follows",
             "blocks", "mutes")


@pytest.fixture(scope="module")
def sites():
    """One with people, and one without."""
    with Stack(SETTINGS) as old, Stack(SETTINGS) as new:
        yield old, new
        new.keep_logs("portable")


def texts(path):
    """All of it but the pictures."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name).decode() for name in file.namelist()
                if not name.startswith("pictures/")}


def pictures(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()
                if name.startswith("pictures/")}


def lines(path, section):
    return [json.loads(line) for line in texts(path)[f"{section}.jsonl"].splitlines()]


def publish(person, title="A pin #sea", form="PNG", **options):
    return person.upload("pins/", title, tools.picture(form, (300, 200)), **options)["id"]


def rich(stack):
    """Somebody who has done everything, and two whom it was done with."""
    ann, ben, cy = (tools.signup(stack) for _ in range(3))
    ann.want(200, "PATCH", "rest-auth/user/",
             files={"avatar": ("me.png", tools.picture(size=(200, 200)))})
    mine = [publish(ann, f"Pin {i} #sea #산책", form)
            for i, form in enumerate(("PNG", "JPEG", "PNG", "JPEG"))]
    others = [publish(person, "Theirs #hills") for person in (ben, cy)]
    ann.want(201, "POST", "styles/posts", data={"content": "What I wear #coat"}, files=[
        ("image", ("a.png", tools.picture())), ("image", ("b.png", tools.picture()))])
    settle(stack)
    board = ann.want(201, "POST", "boards/", json={"title": "Places"})["id"]
    secret = ann.want(201, "POST", "boards/", json={"title": "Mine alone", "secret": True})["id"]
    for pin in (*mine[:3], *others):
        ann.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin})
    ann.want(201, "POST", f"boards/{secret}/add_pin", json={"id": others[0]})
    section = ann.want(201, "POST", f"boards/{board}/sections", json={"title": "North"})["id"]
    ann.want(200, "POST", f"boards/{board}/items", json={
        "ids": mine[:1], "action": "move", "section": section})
    ann.want(200, "PUT", f"boards/{board}/cover", json={"pin": mine[1]})
    ann.want(200, "PUT", f"boards/{secret}/cover",
             files={"image": ("cover.png", tools.picture())})
    ann.want(201, "POST", f"boards/{board}/members", json={
        "username": ben.username, "role": "editor"})
    ben.want(200, "POST", f"boards/{board}/accept")
    said = ben.want(201, "POST", f"items/{mine[0]}/comments", json={"content": "Where?"})["id"]
    talk = ann.want(201, "POST", f"items/{others[0]}/comments", json={
        "content": f"As @{cy.username} said"})["id"]
    ann.want(201, "POST", f"comments/{said}/replies", json={"content": "There"})
    for item in (others[0], said):
        ann.want(200, "PUT", f"items/{item}/like")
    for item in others:
        ann.want(200, "PUT", f"items/{item}/bookmark")
    ben.want(200, "PUT", f"items/{talk}/like")
    ann.want(202, "POST", "pinterestAccounts/follow", json={"username": ben.username})
    ben.want(202, "POST", "pinterestAccounts/follow", json={"username": ann.username})
    (tag,), = stack.sql("select id from tag where tag_name = 'hills'")
    stack.sql("insert into tag_follow (account, tag) values (%s, %s)", (ann.user["id"], tag))
    stack.sql("insert into mute (account, word) values (%s, 'rain')", (ann.user["id"],))
    stack.sql("insert into mute (account, tag) values (%s, %s)", (ann.user["id"], tag))
    stack.sql("insert into block (blocker, blocked) values (%s, %s)",
              (ann.user["id"], cy.user["id"]))
    stack.sql("update notice_state set off = '{like,follow}' where account = %s",
              (ann.user["id"],))
    stack.sql("update account set gender = 'F', birthday = '1990-02-03', shoe_size = 240, "
              "introduction = e'two\\nlines', phone_number = '+821012345678' where id = %s",
              (ann.user["id"],))
    ann.want(204, "DELETE", f"pins/{mine[3]}")
    settle(stack)
    return ann, ben, cy


def export(stack, name, path, check=True):
    return stack.run("export", name, path, check=check)


def bring(stack, path, check=True):
    return stack.run("import", "account", path, check=check)


def test_out_in_and_out_again(sites, tmp_path):
    old, new = sites
    people = rich(old)
    for person in people:
        export(old, person.username, tmp_path / f"{person.username}.zip")
    first = tmp_path / f"{people[0].username}.zip"
    for section in RELATIONS:
        assert lines(first, section), section
    # the neighbours first; what they did with her comes with a second look
    for person in people[1:]:
        bring(new, tmp_path / f"{person.username}.zip")
    done = bring(new, first)
    assert f"{people[0].username}: imported" in done.stdout
    # a reply to what ben wrote on her pin: neither is there yet
    settle(new)
    again = tmp_path / "again.zip"
    export(new, people[0].username, again)
    before, after = texts(first), texts(again)
    left_out = {line.split(":")[0] for line in done.stdout.splitlines() if "left out" in line}
    for name in before:
        if name not in left_out:
            assert after[name] == before[name], name
    assert pictures(again) == pictures(first)
    assert {name.rsplit(".")[-1] for name in pictures(first)} >= {"png", "jpg"}
    assert left_out <= {"comments.jsonl", "likes.jsonl", "bookmarks.jsonl"}
    check_site(new)
    # a third site has exactly what the second had
    third = Stack(SETTINGS)
    try:
        third.start()
        for person in people[1:]:
            export(new, person.username, tmp_path / "x.zip")
            bring(third, tmp_path / "x.zip")
            (tmp_path / "x.zip").unlink()
        done = bring(third, again)
        assert "left out" not in done.stdout, done.stdout
        settle(third)
        export(third, people[0].username, tmp_path / "third.zip")
        assert texts(tmp_path / "third.zip") == after
        assert pictures(tmp_path / "third.zip") == pictures(first)
        check_site(third)
        pins = tools.Client(third).want(200, "GET", "pins/", params={
            "author__username": people[0].username})["results"]
        assert [check_pin(pin)["title"] for pin in pins] == [
            f"Pin {i} #sea #산책" for i in (2, 1, 0)]
        # it is no news to anybody
        assert third.sql("select count(*) from notice") == [(0,)]
    finally:
        third.destroy()


# What is hostile.

def forge(source, target, change=None, drop=(), add=(), compress=zipfile.ZIP_DEFLATED):
    """The same file with members changed ({name: text -> text}), left out, added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", compress) as new:
        for name in old.namelist():
            if name in drop:
                continue
            data = old.read(name)
            if change and name in change:
                data = change[name](data.decode()).encode()
            new.writestr(name, data)
        for name, data in add:
            new.writestr(name, data)
    return target


def first_line(**fields):
    """The first line with other values; None takes one away."""
    def change(text):
        line, _, rest = text.partition("\n")
        found = {**json.loads(line), **fields}
        return json.dumps({k: v for k, v in found.items() if v is not None},
                          ensure_ascii=False) + "\n" + rest
    return change


def raw(text):
    return lambda _: text


HOSTILE = {
    "no format": (dict(drop=("format.json",)), "format.json: it is missing"),
    "newer": (dict(change={"format.json": first_line(version=2)}), "another format, or a newer"),
    "another thing": (dict(change={"format.json": first_line(format="zip")}), "another format"),
    "no profile": (dict(drop=("profile.json",)), "profile.json: it is missing"),
    "not json": (dict(change={"pins.jsonl": raw("{\n")}), "pins.jsonl:1: "),
    "not utf-8": (dict(change={"profile.json": lambda t: t.replace("two", "\udcff")}), None),
    "a list": (dict(change={"pins.jsonl": raw("[1]\n")}), "pins.jsonl:1: "),
    "deep": (dict(change={"pins.jsonl": raw("[" * 20000 + "\n")}), "pins.jsonl:1: "),
    "long line": (dict(change={"pins.jsonl": first_line(title="x" * 40000)}), "too long"),
    "cut off": (dict(change={"pins.jsonl": lambda text: text[:-1]}), "cut off"),
    "unknown field": (dict(change={"pins.jsonl": first_line(owner=1)}), "not known here"),
    "missing field": (dict(change={"pins.jsonl": first_line(title=None)}), "is required"),
    "wrong type": (dict(change={"pins.jsonl": first_line(at="now")}), '"at"'),
    "number of a number": (dict(change={"pins.jsonl": first_line(at=1e300)}), '"at"'),
    "time": (dict(change={"pins.jsonl": first_line(at=2 ** 62)}), '"at"'),
    "before time": (dict(change={"pins.jsonl": first_line(at=-1)}), '"at"'),
    "title": (dict(change={"pins.jsonl": first_line(title="x" * 101)}), '"title"'),
    "control characters": (dict(change={"pins.jsonl": first_line(title="a\u0000b")}), '"title"'),
    "visibility": (dict(change={"pins.jsonl": first_line(visibility=3)}), '"visibility"'),
    "name": (dict(change={"profile.json": first_line(username="a b")}), '"username"'),
    "mail": (dict(change={"profile.json": first_line(email="nobody")}), '"email"'),
    "birthday": (dict(change={"profile.json": first_line(birthday="1990-02-31")}), '"birthday"'),
    "phone": (dict(change={"profile.json": first_line(phone_number="1; drop")}), '"phone_number"'),
    "staff": (dict(change={"profile.json": first_line(is_staff=True)}), "not known here"),
    "picture that is none": (dict(change={"pins.jsonl": first_line(
        picture="pictures/none.png")}), "pictures/none.png is missing"),
    "picture outside": (dict(change={"pins.jsonl": first_line(
        picture="../../etc/passwd")}), "is no picture"),
    "picture of text": (dict(change={"pins.jsonl": first_line(picture="pictures/x")},
                             add=[("pictures/x", b"GIF89a, but not so")]), "pins.jsonl:1: "),
    "picture too large": (dict(change={"pins.jsonl": first_line(picture="pictures/x")},
                               add=[("pictures/x", bytes(30 << 20))]), "is too large"),
    "bomb": (dict(change={"likes.jsonl": raw("\n" * (300 << 20))}), "too large"),
    "role": (dict(change={"members.jsonl": first_line(role="owner")}), "members.jsonl:1: "),
    "two boards of a title": (dict(change={"boards.jsonl": lambda text: text + text.partition(
        "\n")[0] + "\n"}), "boards.jsonl:"),
    "like without a time": (dict(change={"likes.jsonl": first_line(at=None)}), "is required"),
}


@pytest.fixture(scope="module")
def file_of(sites, tmp_path_factory):
    old, _ = sites
    path = tmp_path_factory.mktemp("one") / "one.zip"
    person = rich(old)[0]
    export(old, person.username, path)
    return path


def nothing(stack):
    settle(stack)
    return stack.sql("select (select count(*) from account), (select count(*) from item), "
                     "(select count(*) from media), (select count(*) from board), "
                     "(select count(*) from account_import)")


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_leaves_nothing(sites, file_of, tmp_path, name):
    _, new = sites
    options, why = HOSTILE[name]
    if name == "not utf-8":
        with zipfile.ZipFile(file_of) as old, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
            for member in old.namelist():
                bad.writestr(member, old.read(member).replace(b"two", b"\xff\xfe"))
        why = "not valid JSON"
    else:
        forge(file_of, tmp_path / "bad.zip", **options)
    before = nothing(new)
    logged = (new.log_dir / "postgres.log").stat().st_size
    done = bring(new, tmp_path / "bad.zip", check=False)
    assert done.returncode == 1, done.stdout
    assert why in done.stderr, done.stderr
    assert nothing(new) == before
    # nothing of it is quoted where it does not belong
    log = (new.log_dir / "postgres.log").read_bytes()[logged:].decode()
    assert "invalid input" not in log and "1990-02-31" not in log


def test_files_that_are_none(sites, tmp_path):
    _, new = sites
    (tmp_path / "text.zip").write_text("not a zip")
    for path in (tmp_path / "text.zip", tmp_path / "missing.zip"):
        assert bring(new, path, check=False).returncode == 1
    assert new.run("import", "site", tmp_path / "text.zip", check=False).returncode == 2
    assert new.run("export", "x", check=False).returncode == 2
    done = new.run("export", "nobody-at-all", tmp_path / "x.zip", check=False)
    assert done.returncode == 1 and "nobody has this name" in done.stderr
    assert not (tmp_path / "x.zip").exists()


def test_one_that_is_kept_waiting_ends(sites, file_of):
    """Somebody holds a lock on what comes last: it says so, and nothing is there;
    what it cannot remove itself either is removed when it is begun again, or by a
    job."""
    _, new = sites
    name = json.loads(texts(file_of)["profile.json"])["username"]
    before = nothing(new)
    with contextlib.closing(new.connect()) as other, subprocess.Popen(
            [str(new.program), "import", "--conf", str(new.conf), "account", str(file_of)],
            env=new.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True) as running:
        wait_for(lambda: new.sql("select from pg_locks where objid = 7274993"), step=0.005)
        running.send_signal(signal.SIGSTOP)
        other.autocommit = False
        other.cursor().execute("lock table item_like")
        running.send_signal(signal.SIGCONT)
        said, why = running.communicate(timeout=90)
        assert running.returncode == 1 and f"{name}: not imported" in said
        assert re.search(r"^likes.jsonl:1: ERR_BUSY", why, re.M), why
        assert "somebody else holds what this needs" in why
        # nor does one begin that could not end
        done = bring(new, file_of, check=False)
        assert done.returncode == 1
        assert "does somebody hold a lock on a table?" in done.stderr
    assert new.sql("select is_active from account where username = %s", (name,)) == [(False,)]
    assert tools.Client(new).get(f"users/{name}").status_code == 404
    new.run("jobs", "sweep_imports")
    assert new.sql("select count(*) from account_import") == [(1,)]  # it may be tried again
    new.sql("update account_import set began_at = now() - interval '2 days'")
    new.run("jobs", "sweep_imports")
    new.run("jobs", "remove_accounts")
    new.sql("update account set deleted_at = now() - interval '2 hours' where deleted_at < now()")
    new.run("jobs", "remove_accounts")
    assert nothing(new) == before


def test_one_that_was_killed_is_no_account(sites, file_of):
    _, new = sites
    name = json.loads(texts(file_of)["profile.json"])["username"]
    pins = len(lines(file_of, "pins"))
    killed = 0
    for i in range(30):
        with subprocess.Popen([str(new.program), "import", "--conf", str(new.conf), "account",
                               str(file_of)], env=new.environment(), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as running:
            try:
                running.wait(0.05 * 1.4 ** i)
            except subprocess.TimeoutExpired:
                running.kill()
        good = running.returncode == 0
        wait_for(lambda: new.sql("select count(*) from pg_locks where objid = 7274993") == [(0,)])
        found = new.sql("select is_active, (select count(*) from pin p join item i on i.id = p.id "
                        "where i.owner = a.id) from account a where username = %s", (name,))
        # the whole of it, or nothing that anybody sees
        assert found == [(True, pins)] if good else (
            found in ([], [(True, pins)]) or not found[0][0])
        killed += not good
        if found == [(True, pins)]:
            break
    assert killed > 1 and found == [(True, pins)]
    assert new.sql("select count(*) from account_import") == [(0,)]
    # and a second time it has the name already
    done = bring(new, file_of, check=False)
    assert done.returncode == 1 and "has this name already" in done.stderr
    check_site(new)
