"""One account in a file: out of one site, into another, and out of that one the
same again."""

import json
import zipfile

import pytest
from checks import check_pin, settle
from drill import check_site

import client as tools
from stack import Stack

SETTINGS = {"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1}
RELATIONS = ("pins", "styles", "style_pictures", "pin_tags", "boards", "sections", "board_items",
             "members", "comments", "likes", "bookmarks", "follows", "tag_follows", "blocks",
             "mutes")


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


def lines(path, section):
    return [json.loads(line) for line in texts(path)[f"{section}.jsonl"].splitlines()]


def publish(person, title="A pin #sea", **options):
    return person.upload("pins/", title, tools.picture(size=(300, 200)), **options)["id"]


def rich(stack):
    """Somebody who has done everything, and two whom it was done with."""
    ann, ben, cy = (tools.signup(stack) for _ in range(3))
    ann.want(200, "PATCH", "rest-auth/user/",
             files={"avatar": ("me.png", tools.picture(size=(200, 200)))})
    mine = [publish(ann, f"Pin {i} #sea #산책") for i in range(4)]
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
    for item in (others[0], said, mine[1]):
        ann.want(200, "PUT", f"items/{item}/like")
    for item in (others[0], mine[1]):
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
        check_site(third)
        pins = tools.Client(third).want(200, "GET", "pins/", params={
            "author__username": people[0].username})["results"]
        assert [check_pin(pin)["title"] for pin in pins] == [
            f"Pin {i} #sea #산책" for i in (2, 1, 0)]
        # it is no news to anybody
        assert third.sql("select count(*) from notice") == [(0,)]
    finally:
        third.destroy()
