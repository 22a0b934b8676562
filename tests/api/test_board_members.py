"""Boards that several people keep: what each role may do, invitations by name
and by link, and what is left of a board for whoever leaves it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import ids
from client import picture, signup, unique

ROLES = ("owner", "editor", "adder", "viewer", "invited", "stranger", "anonymous")
MEMBERS = ("editor", "adder", "viewer")


class Kept:
    """A board with somebody in each role, and pins on it."""

    def __init__(self, stack):
        self.stack = stack
        self.people = {role: signup(stack) for role in ROLES if role != "anonymous"}
        self.owner = self.people["owner"]
        self.pins = [self.owner.upload("pins/", f"pin {i}", picture(seed=i))["id"]
                     for i in range(3)]
        self.extra = signup(stack)

    def board(self, secret):
        """Anew: everybody in their roles, the owner's pin on it and another one
        of the adder's."""
        made = self.owner.want(201, "POST", "boards/", json={
            "title": unique("kept"), "secret": secret})["id"]
        for role in (*MEMBERS, "invited"):
            invite(self.owner, made, self.people[role], "adder" if role == "invited" else role)
            if role != "invited":
                self.people[role].want(200, "POST", f"boards/{made}/accept")
        put(self.owner, made, self.pins[0])
        put(self.people["adder"], made, self.pins[1])
        return made


def invite(who, board, person, role, status=201):
    return who.want(status, "POST", f"boards/{board}/members", json={
        "username": person.username, "role": role})


def put(who, board, pin, status=201):
    return who.want(status, "POST", f"boards/{board}/add_pin", json={"id": pin})


@pytest.fixture(scope="module")
def kept(stack):
    return Kept(stack)


# What is done -> whoever may, beside the owner.  {other}, {own}: pins that the
# owner and the adder put there; {new}: one that is not on it.
WRITES = {
    "title": ("PATCH", "", {"title": "{title}"}, 200, "editor"),
    "content": ("PATCH", "", {"content": "of cups"}, 200, "editor"),
    "whole": ("PUT", "", {"title": "{title}"}, 200, "editor"),
    "secret": ("PATCH", "", {"secret": True}, 200, ""),
    "shown": ("PATCH", "", {"secret": False}, 200, ""),
    "delete": ("DELETE", "", None, 204, ""),
    "move": ("POST", "/move", {}, 204, ""),
    "add": ("POST", "/add_pin", {"id": "{new}"}, 201, "editor adder"),
    "order": ("POST", "/move_pin", {"id": "{other}"}, 204, "editor"),
    "remove another's": ("DELETE", "/pins/{other}", None, 204, "editor"),
    "remove the adder's": ("DELETE", "/pins/{own}", None, 204, "editor adder"),
    "remove by its twin": ("POST", "/remove_pin", {"id": "{other}"}, 204, "editor"),
    "invite a viewer": ("POST", "/members", {"username": "{extra}", "role": "viewer"}, 201,
                        "editor"),
    "invite an adder": ("POST", "/members", {"username": "{extra}", "role": "adder"}, 201,
                        "editor"),
    "invite an editor": ("POST", "/members", {"username": "{extra}", "role": "editor"}, 201, ""),
    "role": ("PATCH", "/members/{viewer}", {"role": "editor"}, 204, ""),
    "remove a member": ("DELETE", "/members/{viewer}", None, 204, "viewer"),
    "link": ("POST", "/links", {"role": "adder"}, 201, "editor"),
    "link for editors": ("POST", "/links", {"role": "editor"}, 201, ""),
    "links": ("GET", "/links", None, 200, "editor"),
}


def filled(value, names):
    if isinstance(value, dict):
        return {key: filled(one, names) for key, one in value.items()}
    for name, to in names.items():
        if value == f"{{{name}}}":
            return to
        if isinstance(value, str):
            value = value.replace(f"{{{name}}}", str(to))
    return value


@pytest.mark.parametrize("secret", [False, True], ids=["public", "secret"])
@pytest.mark.parametrize("what", WRITES)
def test_every_role_and_every_write(stack, kept, api, what, secret):
    method, path, body, status, allowed = WRITES[what]
    names = {"other": kept.pins[0], "own": kept.pins[1], "new": kept.pins[2],
             "extra": kept.extra.username, "viewer": kept.people["viewer"].username}
    for role in ROLES:
        board, names["title"] = kept.board(secret), unique("t")
        answer = kept.people.get(role, api).request(
            method, f"boards/{board}{filled(path, names)}", json=filled(body, names))
        may = role == "owner" or role in allowed.split()
        refused = 401 if role == "anonymous" else \
            404 if secret and role in ("invited", "stranger") else 403
        assert answer.status_code == (status if may else refused), (role, answer.text)
        if not may and method != "GET":
            seen = kept.owner.want(200, "GET", f"boards/{board}")
            assert ids(seen["pin"]) == kept.pins[1::-1] and seen["secret"] is secret
            assert len(seen["members"]) == 3


def test_who_sees_a_secret_board(stack, kept, api):
    board = kept.board(True)
    number = kept.pins[0]
    for role in ROLES:
        who = kept.people.get(role, api)
        sees = role in ("owner", *MEMBERS)
        for path in (f"boards/{board}", f"pins/?board={board}"):
            who.want(200 if sees else 404, "GET", path)
        shown = who.want(200, "GET", f"boards/?author__username={kept.owner.username}&limit=200")
        assert (board in ids(shown)) is sees
        if role in MEMBERS:
            one = who.want(200, "GET", f"boards/{board}")
            assert (one["role"], one["author"]) == (role, kept.owner.username)
            assert ids(one["pin"]) == kept.pins[1::-1]
            assert board in ids(who.want(200, "GET", "boards/shared"))
            assert board not in ids(who.want(200, "GET", "boards/"))
            on = who.want(200, "GET", f"pins/{number}/boards")
            assert (board in ids(on)) is (role != "viewer")
        # nobody learns of it by the pin
        assert board not in ids(who.want(200, "GET", f"pins/{number}")["boards"])
    one = kept.owner.want(200, "GET", f"boards/{board}")
    assert one["role"] is None
    assert [(face["username"], face["role"]) for face in one["members"]] == [
        (kept.people[role].username, role) for role in MEMBERS]
    assert set(one["members"][0]) == {"id", "username", "avatar", "role"}


def test_members_and_who_is_invited(kept, api):
    board = kept.board(False)
    names = [kept.people[role].username for role in (*MEMBERS, "invited")]
    for role in ("owner", "editor"):
        found = kept.people[role].want(200, "GET", f"boards/{board}/members")
        assert [one["username"] for one in found] == names
        assert [one["accepted"] for one in found] == [True] * 3 + [False]
    for role in ("adder", "viewer", "invited", "stranger"):
        found = kept.people[role].want(200, "GET", f"boards/{board}/members")
        assert [one["username"] for one in found] == names[:3]
    api.want(401, "GET", f"boards/{board}/members")


def test_an_invitation(stack, kept):
    ann, ben = signup(stack), signup(stack)
    board = ann.want(201, "POST", "boards/", json={"title": "ours", "secret": True})["id"]
    invite(ann, board, ben, "adder")
    told, = ben.want(200, "GET", "boards/invitations")
    assert (told["id"], told["title"], told["author"], told["role"], told["invited_by"]) == (
        board, "ours", ann.username, "adder", ann.username)
    ben.want(404, "GET", f"boards/{board}")
    put(ben, board, kept.pins[0], 404)
    assert invite(ann, board, ben, "viewer", 400) == {
        "username": ["this person is invited already, or on the board"]}
    assert ben.want(200, "POST", f"boards/{board}/accept")["role"] == "adder"
    assert ben.want(200, "GET", "boards/invitations") == []
    ben.want(404, "POST", f"boards/{board}/accept")
    put(ben, board, kept.pins[0])
    # a role changes at once
    path = f"boards/{board}/members/{ben.username}"
    ann.want(204, "PATCH", path, json={"role": "viewer"})
    put(ben, board, kept.pins[1], 403)
    ben.want(403, "DELETE", f"boards/{board}/pins/{kept.pins[0]}")
    # who leaves is outside, and what was put there stays
    ben.want(204, "DELETE", path)
    ben.want(404, "GET", f"boards/{board}")
    assert ben.want(200, "GET", "boards/shared") == []
    assert ids(ann.want(200, "GET", f"boards/{board}")["pin"]) == [kept.pins[0]]
    ann.want(404, "DELETE", path)
    # ... and may be invited anew, and refuse
    invite(ann, board, ben, "editor")
    ben.want(204, "DELETE", path)
    assert ben.want(200, "GET", "boards/invitations") == []


@pytest.mark.parametrize("body, field", [
    ({"username": "nobody-has-it", "role": "viewer"}, "username"),
    ({"username": "x", "role": "owner"}, "role"),
    ({"username": "x", "role": "Editor"}, "role"),
    ({"username": "x"}, "role"), ({"role": "viewer"}, "username"),
    ({"username": 5, "role": "viewer"}, "username"),
])
def test_who_cannot_be_invited(person, body, field):
    board = person.want(201, "POST", "boards/", json={"title": "x"})["id"]
    assert list(person.want(400, "POST", f"boards/{board}/members", json=body)) == [field]


def test_neither_oneself_nor_who_blocked_one(stack, person, other):
    board = person.want(201, "POST", "boards/", json={"title": "x"})["id"]
    invite(person, board, person, "viewer", 400)
    stack.change("insert into block (blocker, blocked) values (%s, %s)",
                 (other.user["id"], person.user["id"]))
    invite(person, board, other, "viewer", 400)


def test_a_block_ends_what_a_member_may(stack, kept):
    board = kept.board(False)
    ann, ben = kept.owner, kept.people["editor"]
    stack.change("insert into block (blocker, blocked) values (%s, %s)",
                 (ann.user["id"], ben.user["id"]))
    ben.want(404, "GET", f"boards/{board}")
    ben.want(404, "PATCH", f"boards/{board}", json={"title": "mine"})
    put(ben, board, kept.pins[2], 404)
    stack.change("delete from block where blocker = %s", (ann.user["id"],))
    ben.want(200, "PATCH", f"boards/{board}", json={"title": unique("again")})


def test_a_closed_account_is_no_face(stack, kept):
    board = kept.board(False)
    gone = signup(stack)
    invite(kept.owner, board, gone, "viewer")
    gone.want(200, "POST", f"boards/{board}/accept")
    seen = kept.owner.want(200, "GET", f"boards/{board}")
    assert gone.username in [face["username"] for face in seen["members"]]
    stack.change("update account set is_active = false where id = %s", (gone.user["id"],))
    seen = kept.owner.want(200, "GET", f"boards/{board}")
    assert gone.username not in [face["username"] for face in seen["members"]]


# Links.

def link(who, board, role="adder"):
    return who.want(201, "POST", f"boards/{board}/links", json={"role": role})


def test_a_link(stack, kept):
    board = kept.board(True)
    made = link(kept.owner, board)
    assert set(made) == {"id", "role", "expires_at", "token"} and len(made["token"]) == 43
    listed = kept.owner.want(200, "GET", f"boards/{board}/links")
    assert [one["id"] for one in listed] == [made["id"]] and "token" not in listed[0]
    assert stack.sql("select count(*) from board_link where hash::text like %s",
                     (f"%{made['token']}%",)) == [(0,)]
    new = signup(stack)
    body = {"token": made["token"]}
    told = new.want(200, "POST", "boards/invitation", json=body)
    assert (told["id"], told["role"], told["author"]) == (board, "adder", kept.owner.username)
    new.want(404, "GET", f"boards/{board}")
    for _ in range(2):
        assert new.want(200, "POST", "boards/join", json=body)["role"] == "adder"
    put(new, board, kept.pins[2])
    # it raises nobody, and an invitation is taken as it is
    assert kept.people["viewer"].want(200, "POST", "boards/join", json=body)["role"] == "viewer"
    assert kept.people["editor"].want(200, "POST", "boards/join", json=body)["role"] == "editor"
    assert kept.people["invited"].want(200, "POST", "boards/join", json=body)["role"] == "adder"
    kept.owner.want(400, "POST", "boards/join", json=body)


@pytest.mark.parametrize("end", ["revoked", "expired", "maker left", "maker's role", "trashed"])
def test_a_link_ends(stack, kept, end):
    board, maker = kept.board(True), kept.people["editor"]
    made = link(maker, board)
    path = f"boards/{board}/members/{maker.username}"
    {
        "revoked": lambda: maker.want(204, "DELETE", f"boards/{board}/links/{made['id']}"),
        "expired": lambda: stack.change("update board_link set expires_at = now() where id = %s",
                                        (made["id"],)),
        "maker left": lambda: maker.want(204, "DELETE", path),
        "maker's role": lambda: kept.owner.want(204, "PATCH", path, json={"role": "adder"}),
        "trashed": lambda: kept.owner.want(204, "DELETE", f"boards/{board}"),
    }[end]()
    new = signup(stack)
    for call in ("invitation", "join"):
        assert new.want(400, "POST", f"boards/{call}", json={"token": made["token"]}) == {
            "token": ["this link is not valid or has expired"]}
    for token in ("x", "A" * 43, made["token"][:-1]):
        new.want(400, "POST", "boards/join", json={"token": token})


def test_who_ends_a_link(kept):
    board = kept.board(False)
    of_owner, of_editor = link(kept.owner, board), link(kept.people["editor"], board)
    path = f"boards/{board}/links/"
    kept.people["editor"].want(404, "DELETE", path + str(of_owner["id"]))
    kept.owner.want(204, "DELETE", path + str(of_editor["id"]))
    kept.owner.want(404, "DELETE", path + str(of_editor["id"]))
    other = kept.board(False)
    kept.owner.want(404, "DELETE", f"boards/{other}/links/{of_owner['id']}")


def test_many_come_by_one_link_at_once(stack, kept):
    board = kept.board(True)
    token = link(kept.owner, board)["token"]
    new = signup(stack)

    def join(_):
        return new.request("POST", "boards/join", json={"token": token}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(join, range(16))) == {200}
    assert stack.sql("select count(*) from board_member where board = %s and account = %s",
                     (board, new.user["id"])) == [(1,)]


def test_a_pin_is_made_on_a_board_of_others(kept):
    board = kept.board(True)
    for role in ("editor", "adder"):
        made = kept.people[role].upload("pins/", "made there", picture(seed=5), board=board)
        assert made["id"] in ids(kept.owner.want(200, "GET", f"boards/{board}")["pin"])
    for role in ("viewer", "stranger"):
        answer = kept.people[role].request(
            "POST", "pins/", data={"title": "no", "board": str(board)},
            files={"image": ("a.png", picture(seed=6))})
        assert answer.status_code == 400 and "board" in answer.json()
