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
from checks import settle
from schema import MAIL, Document
from stack import wait_for

import client as tools

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "attack"))
import tokens  # noqa: E402

DEAD = ("expired", "revoked", "inactive")
ROLES = ("anonymous", "user", "owner", "staff", *DEAD)

NUMBERS = {"missing": 999_999_999_999, "largest": 2**63 - 2, "zero": 0, "negative": -1,
           "over": 2**63, "huge": 10**30, "text": "abc", "symbol": "1'or'1'='1"}
NAMES = {"missing": "nobody-has-it", "long": "n" * 21, "symbol": "' or '1'='1", "blank": "",
         "number": 5, "list": ["a"]}
TABLES = ("account", "session", "refresh_token", "mail_token", "follow", "item", "pin", "media",
          "tag", "item_tag", "tag_follow", "board", "board_item")


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


class Scene:
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
        wait_for(lambda: person.get("rest-auth/user/").status_code == 401)

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
        return {}

    def make_pin(self, state, owner, caller):
        made = {"board": self.board_of(caller)}
        if state in NUMBERS:
            return {**made, "pin": NUMBERS[state], "id": NUMBERS[state]}
        pin = self.pin(owner, int(state == "private"), state == "deleted")
        return {**made, "pin": pin, "id": pin}

    def make_board(self, state, owner, caller):
        if state in NUMBERS:
            return {"board": NUMBERS[state], "id": self.some_pin(owner)}
        board = self.board(owner, int(state == "private"))
        item = self.some_pin(owner)
        self.put(board, item)
        if state == "deleted":
            self.sql("delete from board where id = %s", board)
        return {"board": board, "id": item}

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
        return {"username": name, "name": name}

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

    # Bodies.

    def body(self, row, caller, values):
        if not row.body:
            return {}
        made = getattr(self, "body_" + row.body)(caller, values)
        return made if {"files", "headers"} & set(made) else {"json": made}

    def somebody(self):
        return self.callers["owner"]

    def body_registration(self, caller, values):
        name, word = tools.unique("m"), tools.unique("Quiet-harbour-")
        return {"email": f"{name}@example.com", "username": name, "password1": word,
                "password2": word}

    def body_login(self, caller, values):
        return {"email": self.somebody().email, "password": self.somebody().password}

    def body_refresh(self, caller, values):
        return {"refresh": self.somebody().again().refresh}

    def body_refresh_cookie(self, caller, values):
        token = self.somebody().again().refresh
        self.holders[token] = self.somebody().email
        return {"headers": {"Cookie": f"__Host-refresh={token}"}}

    def body_verify(self, caller, values):
        return {"token": self.somebody().token}

    def mail_token(self, purpose):
        """A token as it would come by mail, for somebody new."""
        person, token = self.new_caller("user"), secrets.token_urlsafe(32)
        self.secrets.add(token)
        self.sql("delete from mail_token where account = %s", person.id)
        self.sql("insert into mail_token values (%s, %s, %s, %s, now() + interval '1 hour')",
                 hashlib.sha256(token.encode()).digest(), person.id, purpose, person.email)
        return person, token

    def body_verification(self, caller, values):
        return {"key": self.mail_token("verify")[1]}

    def body_reset(self, caller, values):
        return {"email": self.somebody().email}

    def body_reset_confirm(self, caller, values):
        person, token = self.mail_token("reset")
        word = tools.unique("Quiet-harbour-")
        return {"uid": person.id, "token": token, "new_password1": word, "new_password2": word}

    def body_new_password(self, caller, values):
        word = tools.unique("Quiet-harbour-")
        return {"old_password": caller.password or "none", "new_password1": word,
                "new_password2": word}

    def body_account(self, caller, values):
        person = caller if caller.user else self.somebody()
        return {"username": person.username, "email": person.email}

    def body_account_part(self, caller, values):
        return {"username": (caller if caller.user else self.somebody()).username}

    def body_username(self, caller, values):
        return {"username": values["username"]}

    def body_new_pin(self, caller, values):
        return {"data": {"title": "a picture #tea"},
                "files": {"image": ("p.png", tools.picture(size=(8, 6)))}}

    def body_new_pin_on_board(self, caller, values):
        made = self.body_new_pin(caller, values)
        made["data"]["board"] = str(values["board"])
        return made

    def body_address(self, caller, values):
        return {"image_url": self.stack.web.serve(tools.picture(size=(8, 6)))}

    def body_pin(self, caller, values):
        return {"title": f"changed {next(self.numbers)}"}

    def body_new_tag(self, caller, values):
        return {"tag_name": f"{tools.unique('t')}{next(self.numbers)}"}

    def body_new_board(self, caller, values):
        return {"title": f"board {next(self.numbers)}", "secret": True}

    def body_other_pin(self, caller, values):
        return {"id": self.pin(self.callers["owner"].id)}

    def body_pin_on_it(self, caller, values):
        return {"id": values["id"]}

    body_pin_id = body_pin_on_it

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
