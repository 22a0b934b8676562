"""What the matrix and the contract tests are played with: callers of every
role, things in every state, and a look at the whole database.

    scene.call(row, role, state)   one cell of the matrix, made fresh
    scene.digest()                 changes if any row of anything changes

All answers are held against the API's document (schema.py), and every
password and token that was used is remembered, to be looked for in the logs.
"""

import hashlib
import itertools
import json
import re
import secrets
import sys
from pathlib import Path

import pytest
from checks import PICTURE, settle
from scene_bodies import Bodies
from scene_staff import Staff
from scene_styles import NUMBERS, Styles
from schema import MAIL, Document

import client as tools

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "attack"))
import tokens  # noqa: E402

DEAD = ("expired", "revoked", "inactive")
ROLES = ("anonymous", "user", "owner", "staff", *DEAD)

NAMES = {"missing": "nobody-has-it", "long": "n" * 21, "symbol": "' or '1'='1", "blank": "",
         "number": 5, "list": ["a"]}
TABLES = ("account", "session", "refresh_token", "mail_token", "follow", "item", "pin", "media",
          "style", "style_image", "style_score", "tag", "item_tag", "tag_follow", "board",
          "board_item", "board_member", "board_link", "board_section", "block", "mute", "notice",
          "notice_event", "notice_state", "item_count", "item_like", "bookmark", "comment",
          "comment_mention", "report", "report_case", "staff_log", "account_export")


class Caller(tools.Client):
    """A caller whose answers are checked and whose secrets are remembered."""

    def __init__(self, scene, role="anonymous"):
        super().__init__(scene.stack)
        self.scene, self.role = scene, role
        self.session = None

    def request(self, method, path, **options):
        self.remember(options.get("json"))
        self.remember(options.get("data"))
        answer = super().request(method, path, **options)
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            self.remember(answer.json())
        self.scene.secrets.update(cookie.value for cookie in answer.cookies if cookie.value)
        given = json.dumps(options.get("json") or options.get("data") or "", default=str)
        asked = answer.request.path_url.partition("?")[0]
        mine = MAIL.findall(given) if "@" in given else []
        cookie = answer.request.headers.get("Cookie", "")
        mine += [mail for token, mail in self.scene.holders.items() if token in cookie]
        self.scene.document.check(method, asked, answer, {self.email, *mine})
        return answer

    def remember(self, found):
        """Secrets, wherever they stand in what was sent or answered."""
        if isinstance(found, dict):
            for name, value in found.items():
                if isinstance(value, str) and len(value) >= 8 and re.search(
                        "password|token$|^refresh|^access$|^key$", name):
                    self.scene.secrets.add(value)
                self.remember(value)
                if name == "email" and "@" in str(value):
                    self.scene.mails.add(value)

    def sign_up(self):
        self.username = tools.unique("m")
        self.email = f"{self.username}@example.com"
        self.password = tools.unique("Quiet-harbour-")
        made = self.want(201, "POST", "rest-auth/registration/", json={
            "email": self.email, "username": self.username,
            "password1": self.password, "password2": self.password})
        self.user = made["user"]
        self.take(made)
        return self

    def take(self, answer):
        self.use_token(answer["token"])
        self.refresh = answer["refresh"]
        self.claims = json.loads(tokens.base64.urlsafe_b64decode(
            self.token.split(".")[1] + "=="))
        self.cookies.clear()

    @property
    def id(self):
        return self.user["id"]

    def again(self):
        """Another login of the same person."""
        twin = Caller(self.scene, self.role)
        twin.username, twin.email, twin.password = self.username, self.email, self.password
        twin.user = self.user
        twin.take(twin.want(200, "POST", "rest-auth/login/", json={
            "email": self.email, "password": self.password}))
        return twin


class Scene(Bodies, Styles, Staff):
    def __init__(self, stack):
        self.stack = stack
        self.secrets, self.mails = set(), set()
        self.holders = {}  # whose a refresh token is that is sent as a cookie
        self.document = Document(stack.run("openapi").stdout, stack.url)
        self.routes = json.loads(stack.run("routes", "--json").stdout)
        self.db = stack.connect()
        self.cache = {}
        self.numbers = itertools.count(1)
        self.secret = Path(stack.setting("secret_file")).read_bytes()
        self.secrets.add(self.secret.hex())
        self.callers = {
            "anonymous": Caller(self),
            "user": Caller(self, "user").sign_up(),
            "owner": Caller(self, "owner").sign_up(),
            "staff": self.new_caller("staff"),
        }
        self.friend = Caller(self, "user").sign_up()  # a member of others' boards
        self.make_dead()
        settle(stack)

    def sql(self, query, *values, **named):
        with self.db.cursor() as cursor:
            cursor.execute(query, named or values)
            return cursor.fetchall() if cursor.description else []

    def one(self, query, *values, **named):
        return self.sql(query, *values, **named)[0][0]

    # Callers.

    def new_caller(self, role):
        caller = Caller(self, role)
        if role != "anonymous":
            caller.sign_up()
        if role == "staff":
            self.stack.run("user", "staff", caller.username)
        return caller

    def make_dead(self):
        """Tokens that were good; each would open the owner's things."""
        owner = self.callers["owner"]
        maker = tokens.Maker(self.secret, owner.id, owner.claims["sid"])
        made = maker.now - 1000
        expired = self.copy(owner, "expired")
        expired.use_token(maker.token(iat=made, ims=made * 1000, exp=maker.now - 100))
        revoked = owner.again()
        revoked.want(200, "POST", "rest-auth/logout/")
        closed = Caller(self).sign_up()
        self.close_account(closed)
        self.callers.update(expired=expired, revoked=revoked, inactive=closed)
        for name in DEAD:
            self.callers[name].role = name
            self.secrets.add(self.callers[name].token)

    def copy(self, person, role):
        twin = Caller(self, role)
        twin.user, twin.username, twin.email = person.user, person.username, person.email
        return twin

    def close_account(self, person):
        self.sql("update account set is_active = false where id = %s", person.id)
        settle(self.stack)  # the job ends one login after the other
        person.want(401, "GET", "rest-auth/user/")

    def owner_of(self, role, row):
        """Whose things a caller is tried on: the owner's, or for a token that
        is refused those that it would open."""
        own = role == "inactive" and row.dead == "401"
        return self.callers["inactive" if own else "owner"].id

    # Things.

    def pin(self, owner, visibility=0, deleted=False, title=None, made=None):
        n = next(self.numbers)
        key = f"{secrets.token_hex(12)}-{n:010x}"
        return self.one("""
            with m as (
                insert into media (owner, image, files, width, height, frames, source, colour,
                    palette, placeholder, dhash, sha256, complete)
                values (%(owner)s, %(image)s, %(files)s, 64, 48, 1, 'image/png', '#123456',
                    '{}', 'placeholder', %(n)s, decode(%(sha)s, 'hex'), true) returning id
            ), i as (
                insert into item (kind, owner, visibility, deleted_at, created_at)
                values ('pin', %(owner)s, %(visibility)s,
                    case when %(deleted)s then now() end,
                    coalesce(%(made)s, clock_timestamp())) returning id
            )
            insert into pin (id, title, media) select i.id, %(title)s, m.id from i, m
            returning id""",
            owner=owner, image=f"{key[:2]}/{key}/236.webp", files=f"{key} 236=64x48.webp", n=n,
            sha=hashlib.sha256(key.encode()).hexdigest(), visibility=visibility,
            deleted=deleted, title=title or f"pin {n}", made=made)

    def comment(self, owner, item, parent=None, deleted=False):
        return self.one("""
            with i as (insert into item (kind, owner, deleted_at) values ('comment', %(owner)s,
                    case when %(deleted)s then now() end) returning id)
            insert into comment (id, on_item, parent, content, there)
            select i.id, %(item)s, %(parent)s, 'some words', not %(deleted)s and a.is_active
            from i, account a where a.id = %(owner)s returning id""",
            owner=owner, item=item, parent=parent, deleted=deleted)

    def board(self, owner, visibility=0, title=None):
        return self.one("insert into board (owner, title, visibility) values (%s, %s, %s) "
                        "returning id", owner, title or f"board {next(self.numbers)}", visibility)

    def put(self, board, item):
        self.sql("insert into board_item (board, item, added_by) "
                 "select id, %s, owner from board where id = %s", item, board)

    def tag(self):
        return self.one("insert into tag (tag_name) values (%s) returning id",
                        f"{tools.unique('t')}{next(self.numbers)}")

    def make(self, kind, state, owner, caller):
        """The values that name a thing of this kind in this state."""
        kind = kind.removesuffix(" given")
        return getattr(self, "make_" + (kind.partition(" ")[0] or "nothing"))(
            state, owner, caller)

    def make_nothing(self, *_):
        return PICTURE

    def make_pin(self, state, owner, caller):
        made = {"board": self.board_of(caller)}
        if state in NUMBERS:
            return {**made, **dict.fromkeys(("pin", "id", "item"), NUMBERS[state])}
        pin = self.pin(owner, int(state == "private"), state == "deleted")
        return {**made, "pin": pin, "id": pin, "item": pin}

    def make_comment(self, state, owner, caller):
        """One of the owner's on a pin of theirs."""
        if state in NUMBERS:
            return {"item": NUMBERS[state], "comment": NUMBERS[state]}
        pin = self.pin(owner, int(state == "private"))
        comment = self.comment(owner, pin, deleted=state == "deleted")
        return {"item": comment, "comment": comment}

    def make_reply(self, state, owner, caller):
        if state in NUMBERS or state == "comment":
            return self.make_comment("public" if state == "comment" else state, owner, caller)
        pin = self.pin(owner, int(state == "private"))
        reply = self.comment(owner, pin, self.comment(owner, pin), state == "deleted")
        return {"item": reply, "comment": reply}

    def make_removed(self, state, owner, caller):
        if state in NUMBERS:
            return {"comment": NUMBERS[state]}
        comment = self.comment(owner, self.pin(owner), deleted=state != "never")
        if state == "there":
            self.sql("update comment set removed_by = %s where id = %s", owner, comment)
        return {"comment": comment}

    def make_board(self, state, owner, caller):
        item = self.some_pin(owner)
        made = {"id": item, "username": self.friend.username, "link": 1, "section": 1}
        if state in NUMBERS:
            return {**made, "board": NUMBERS[state]}
        board = self.board(owner, int(state == "private"))
        self.put(board, item)
        self.member(board, self.friend, "viewer")
        made["link"] = self.link(board, owner, secrets.token_urlsafe(32))
        made["section"] = self.one("insert into board_section (board, title) values (%s, 'a part') "
                                   "returning id", board)
        self.end(board, state)
        return {**made, "board": board}

    def end(self, board, state):
        if state == "deleted":
            self.sql("delete from board where id = %s", board)
        elif state == "trashed":
            self.sql("update board set deleted_at = now() where id = %s", board)

    def member(self, board, person, role, accepted=True):
        self.sql("insert into board_member (board, account, role, accepted_at) values "
                 "(%s, %s, %s, case when %s then now() end)", board, person.id, role, accepted)

    def link(self, board, maker, token, role="adder"):
        return self.one("insert into board_link (board, role, hash, made_by, expires_at) values "
                        "(%s, %s, %s, %s, now() + interval '1 day') returning id", board, role,
                        hashlib.sha256(token.encode()).digest(), maker)

    make_trashed = make_board

    def make_invitation(self, state, owner, caller):
        """alone: of a board that the caller is not invited to."""
        if state in NUMBERS:
            return {"board": NUMBERS[state]}
        board = self.board(owner, int(state == "private"))
        if state != "alone" and caller.user and caller.id != owner:
            self.member(board, caller, "adder", accepted=False)
        self.end(board, state)
        return {"board": board}

    def make_mute(self, state, owner, caller):
        return {"id": NUMBERS[state] if state in NUMBERS else self.one(
            "insert into mute (account, word) values (%s, %s) returning id",
            owner, tools.unique("w"))}

    def make_trash(self, state, owner, caller):
        if state in NUMBERS:
            return {"id": NUMBERS[state]}
        return {"id": self.pin(owner, deleted=state == "deleted")}

    def make_trashboard(self, state, owner, caller):
        if state in NUMBERS:
            return {"id": NUMBERS[state]}
        board = self.board(owner)
        if state == "deleted":
            self.sql("update board set deleted_at = now() where id = %s", board)
        return {"id": board}

    def make_tag(self, state, owner, caller):
        if state in NUMBERS:
            return {"tag": NUMBERS[state]}
        tag = self.tag()
        if state == "deleted":
            self.sql("delete from tag where id = %s", tag)
        return {"tag": tag}

    def make_person(self, state, owner, caller):
        name = NAMES.get(state)
        if state == "closed":
            name = self.callers["inactive"].username
        elif state == "there":
            name = self.one("select username from account where id = %s", owner)
        number = NUMBERS.get(state, self.callers["inactive"].id if state == "closed" else owner)
        return {"username": name, "name": name, "uid": number,
                "pk": caller.id if state == "there" and caller.role == "owner" else number}

    def make_export(self, state, owner, caller):
        """A file of somebody's; what is in it is test_download.py's."""
        folder = self.stack.media_dir / "exports"
        folder.mkdir(exist_ok=True)
        (folder / f"of-{owner}").write_bytes(b"PK")
        self.sql("insert into account_export (account, korean, file, bytes, ended_at, expires_at) "
                 "values (%(who)s, false, 'of-' || %(who)s, 2, now(), now() + interval '1 day') "
                 "on conflict do nothing", who=owner)
        return {}

    def make_session(self, state, owner, caller):
        if state in NUMBERS:
            return {"id": NUMBERS[state]}
        return {"id": self.one(
            "insert into session (account, user_agent, revoked_at) values (%s, '', "
            "case when %s then now() end) returning id", owner, state == "revoked")}

    def make_notice(self, state, owner, caller):
        """That somebody follows the owner, unread."""
        if state in NUMBERS:
            return {"id": NUMBERS[state]}
        self.sql("update notice set read_at = now() where receiver = %s", owner)
        return {"id": self.one("""
            with n as (
                insert into notice (receiver, kind) values (%s, 'follow') returning id, receiver
            )
            insert into notice_event (notice, topic, actor, source, receiver)
            select id, 'follow', %s, receiver, receiver from n returning id""",
            owner, self.new_caller("user").id)}

    def make_entry(self, state, owner, caller):
        """hidden: its owner made it private after it was put there."""
        board = self.board_of(caller)
        if state in NUMBERS:
            return {"board": board, "id": NUMBERS[state]}
        item = self.pin(owner)
        if state != "beside":
            self.put(board, item)
        if state == "hidden":
            self.sql("update item set visibility = 1 where id = %s", item)
        return {"board": board, "id": item}

    def board_of(self, caller):
        return self.board((caller.user or self.callers["owner"].user)["id"])

    def some_pin(self, owner):
        if ("pin", owner) not in self.cache:
            self.cache["pin", owner] = self.pin(owner)
        return self.cache["pin", owner]

    # Calls.

    def prepare(self, row, role, state, caller=None):
        """A cell of the matrix: everything is made now, the call is made when
        the result is called."""
        caller = caller or self.callers[role]
        values = self.make(row.kind, state, self.owner_of(role, row), caller)
        path = re.sub(r"\{(\w+)\}", lambda m: tools.requests.utils.quote(
            str(values[m.group(1)]), safe=""), row.path)
        options = self.body(row, caller, values)
        if row.page:
            options["headers"] = {**options.get("headers", {}), "X-Requested-With": "pinwall"}
        return lambda **more: caller.request(row.method, path, **{**options, **more})

    def call(self, row, role, state):
        """A cell that ought to pass; callers that it changes are new ones."""
        fresh = row.caller == "new" and role not in DEAD
        return self.prepare(row, role, state, self.new_caller(role) if fresh else None)()

    def digest(self):
        """Of every row that a caller could change."""
        parts = " union all ".join(
            f"select '{table}', count(*), sum(hashtextextended(t::text, 0)) from {table} t"
            for table in TABLES)
        return dict((name, (n, total)) for name, n, total in self.sql(
            parts + " union all select 'job', count(*), 0 from job "
            "where kind in ('mail', 'image_rest', 'free_media', 'end_logins')"))

    def close(self):
        self.db.close()

    # Afterwards.

    def told_in_logs(self):
        """Secrets and addresses that stand in any log of the site."""
        found = []
        for path in sorted(self.stack.log_dir.rglob("*")):
            if path.is_file():
                text = path.read_text(errors="replace")
                found += [f"{path.name}: {word}" for word in self.secrets | self.mails
                          if word in text]
        return found


@pytest.fixture(scope="module")
def scene(stack):
    made = Scene(stack)
    yield made
    made.close()


__all__ = ["Scene", "Caller", "scene", "ROLES", "DEAD", "tokens"]
