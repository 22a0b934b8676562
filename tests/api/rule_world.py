"""A world in which everything that can be hidden is hidden from somebody: who
looks, what there is, and who of them may see what.

Every thing has a marker, a word that stands in its title or is its name, and an
id that nothing of another kind has.  So whether it was shown is seen from the
text of an answer, whatever form that has.

    closed      the account is closed               nobody sees anything of it
    secret      visibility 1                        its owner, members of a board
    trash       deleted by its owner                its owner, in the trash
    down        taken down by the staff             the staff, in its pages
    blocked     the owner blocked this viewer       nothing of one another
    blocker     this viewer blocked the owner       likewise
    muter       muted a person, a tag, a word and an item: not in lists
"""

import hashlib
import secrets
from dataclasses import dataclass, field

import client as tools

VIEWERS = ("stranger", "owner", "member", "blocked", "blocker", "muter", "staff", "host")
PEOPLE = VIEWERS + ("closed", "muted", "sleeper")
# Far from one another, so that an id says what it is of.
STARTS = {"item": 1_000_000, "board": 2_000_000, "account": 3_000_000, "tag": 4_000_000,
          "media": 5_000_000, "mute": 6_000_000, "board_section": 9_000_000}
# What boards are full of, and what each pin is: owner, visibility, deleted; style
# posts are as they are, and on no board.
PINS = {
    "plain": ("host", 0, False),
    "tagged": ("host", 0, False),
    "worded": ("host", 0, False),
    "hidden": ("host", 0, False),
    "by_muted": ("muted", 0, False),
    "open": ("owner", 0, False),
    "secret": ("owner", 1, False),
    "trash": ("owner", 0, True),
    "secret_trash": ("owner", 1, True),
    "down": ("owner", 2, False),
    "down_trash": ("owner", 2, True),
    "of_blocked": ("blocked", 0, False),
    "of_sleeper": ("sleeper", 0, True),
    "of_closed": ("closed", 0, False),
    "closed_trash": ("closed", 0, True),
}
STYLES = {name: made for name, made in PINS.items() if name != "of_sleeper"}
BOARDS = {
    "plain": ("host", 0, False),
    "trash": ("owner", 0, True),
    "open": ("owner", 0, False),
    "secret": ("owner", 1, False),
    "secret_trash": ("owner", 1, True),
    "down": ("owner", 2, False),
    "down_trash": ("owner", 2, True),
    "of_blocked": ("blocked", 0, False),
    "of_closed": ("closed", 0, False),
    "empty": ("host", 0, False),
}
# Who says something about which pins; each to whom replies, who said the same.
TALKERS = ("host", "owner", "closed", "blocked", "muted")
TALKED_ABOUT = ("plain", "open", "secret", "trash")
MUTED = ("tagged", "worded", "hidden", "by_muted")
APART = ({"owner", "blocked"}, {"owner", "blocker"})
WORD = "heronword"


@dataclass
class Thing:
    kind: str
    name: str
    owner: str
    visibility: int = 0
    deleted: bool = False
    marker: str = ""
    id: int = 0
    members: tuple = field(default=())
    on: object = None  # the pin that a comment is on


class World:
    def __init__(self, stack):
        self.stack = stack
        self.db = stack.connect()
        for table, start in STARTS.items():
            self.sql(f"alter table {table} alter column id restart with {start}")
        self.people = {name: tools.signup(stack) for name in PEOPLE}
        self.things = [Thing("person", name, name, marker=who.username, id=who.user["id"])
                       for name, who in self.people.items()]
        stack.run("user", "staff", self.people["staff"].username)
        self.tags = {name: self.one("insert into tag (tag_name) values (%s) returning id",
                                    f"{name}{secrets.token_hex(4)}") for name in ("all", "some")}
        self.hashes, self.digest = [], hashlib.sha256(b"picture").digest()
        for name, made in PINS.items():
            self.make_item("pin", name, *made)
        for name, made in STYLES.items():
            self.make_item("style", name, *made)
        for name, made in BOARDS.items():
            self.make_board(name, *made)
        self.relate()
        for pin in TALKED_ABOUT:
            self.talk(self.thing("pin", pin))
        self.go_home()
        self.sql("update account set is_active = false where id = %s", self.id("closed"))
        self.sql("update board b set cover_item = %s where exists (select from board_item x "
                 "where x.board = b.id)", self.thing("pin", "secret").id)
        self.tell()
        self.viewers = {"anonymous": tools.Client(stack),
                        **{name: self.people[name] for name in VIEWERS}}

    def sql(self, query, *values):
        with self.db.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def one(self, query, *values):
        return self.sql(query, *values)[0][0]

    def id(self, name):
        return self.people[name].user["id"]

    def of(self, kind):
        return [thing for thing in self.things if thing.kind == kind]

    def ids(self, kind):
        return [thing.id for thing in self.of(kind)]

    def thing(self, kind, name):
        return next(t for t in self.of(kind) if t.name == name)

    # Making it.

    def make_item(self, kind, name, owner, visibility, deleted):
        marker = f"{kind}{secrets.token_hex(5)}"
        title = f"lake boat {marker}" + (f" {WORD}" if name == "worded" else "")
        key = f"{secrets.token_hex(12)}-{len(self.things):010x}"
        media = self.one("""
            insert into media (owner, image, files, width, height, frames, source, colour,
                palette, placeholder, dhash, sha256, complete)
            values (%s, %s, %s, 64, 48, 1, 'image/png', '#123456', '{}', 'placeholder', 1,
                %s, true) returning id""", self.id(owner), f"{key[:2]}/{key}/236.webp",
            f"{key} 236=64x48.webp", self.digest)
        made = self.one("insert into item (kind, owner) values (%s, %s) returning id", kind,
                        self.id(owner))
        if kind == "pin":
            self.sql("insert into pin (id, title, media) values (%s, %s, %s)", made, title, media)
        else:
            self.sql("insert into style (id, content) values (%s, %s)", made, title)
            self.sql("insert into style_image (style, place, media) values (%s, 1, %s)", made,
                     media)
        for tag in ("all", "some") if name == "tagged" else ("all",):
            self.sql("insert into item_tag (item, tag, created_at) select id, %s, created_at "
                     "from item where id = %s", self.tags[tag], made)
        self.finish("item", made, visibility, deleted)
        self.things.append(Thing(kind, name, owner, visibility, deleted, marker, made))

    def make_board(self, name, owner, visibility, deleted):
        marker = f"board{secrets.token_hex(5)}"
        board = self.one("insert into board (owner, title) values (%s, %s) returning id",
                         self.id(owner), marker)
        for pin in self.of("pin") if name != "empty" else ():
            self.sql("insert into board_item (board, item, added_by) values (%s, %s, %s)",
                     board, pin.id, self.id(owner))
        # links of who may invite and of who may not
        for maker in (owner, "stranger"):
            self.hashes.append(secrets.token_bytes(32))
            self.sql("insert into board_link (board, role, hash, made_by, expires_at) values "
                     "(%s, 'adder', %s, %s, now() + interval '1 day')", board, self.hashes[-1],
                     self.id(maker))
        members = {"owner": "editor", "member": "editor", "host": "viewer", "muted": None,
                   "sleeper": None}
        if name != "secret":
            members.update(blocked=None, closed="viewer", blocker="adder")
        self.people_of(board, owner, members)
        self.finish("board", board, visibility, deleted)
        inside = tuple(who for who, role in members.items() if role)
        self.things.append(Thing("board", name, owner, visibility, deleted, marker, board,
                                 inside))

    def say(self, pin, who, parent=None, deleted=False):
        marker = f"said{secrets.token_hex(5)}"
        made = self.one("""
            with i as (insert into item (kind, owner) values ('comment', %s) returning id)
            insert into comment (id, on_item, parent, content)
            select id, %s, %s, %s from i returning id""", self.id(who), pin.id, parent, marker)
        if deleted:
            self.sql("update comment set removed_by = %s where id = %s", self.id(who), made)
            self.sql("update item set deleted_at = clock_timestamp() where id = %s", made)
        name = f"{who} on {pin.name}{' again' * (parent is not None)}"
        self.things.append(Thing("comment", name, who, 0, deleted, marker, made, on=pin))
        return made

    def talk(self, pin):
        for who in TALKERS:
            first = self.say(pin, who)
            for other in TALKERS:
                if who in ("host", "closed") and other != who:
                    self.say(pin, other, first)
            self.say(pin, who, deleted=True)

    def go_home(self):
        """Items that were made on boards, whoever may do what there now; sections."""
        self.sections = [row[0] for row in self.sql(
            "insert into board_section (board, title) select id, 'part' from board order by id "
            "returning id")]
        self.sql("update board_item x set section = s.id from board_section s "
                 "where s.board = x.board")
        board = {name: self.thing("board", name).id for name in BOARDS}
        pin = {name: self.thing("pin", name).id for name in PINS}
        for where, what in (("trash", "down_trash"), ("open", "of_blocked")):
            self.sql("update board_item set home = true where board = %s and item = %s",
                     board[where], pin[what])
        self.sql("update item set deleted_at = (select deleted_at from board where id = %s) "
                 "where id = %s", board["trash"], pin["down_trash"])
        self.sql("update board_item set added_by = %s where board = %s and item = %s",
                 self.id("blocked"), board["open"], pin["plain"])
        # made a moment ago, however long this takes
        self.sql("update item set created_at = now() + interval '1 hour' where id = %s",
                 pin["of_sleeper"])
        self.sql("insert into item_like (item, account) select i.id, a.id from item i, account a")
        self.sql("insert into bookmark (item, account) select i.id, a.id from item i, account a "
                 "where i.kind <> 'comment'")

    def people_of(self, board, owner, members):
        """None: invited, and has not come."""
        for who, role in members.items():
            if who != owner:
                self.sql("insert into board_member (board, account, role, accepted_at, "
                         "invited_by) values (%s, %s, %s, case when %s then now() end, %s)",
                         board, self.id(who), role or "adder", role is not None, self.id(owner))

    def finish(self, table, row, visibility, deleted):
        self.sql(f"update {table} set visibility = %s, deleted_at = case when %s then "
                 "clock_timestamp() end where id = %s", visibility, deleted, row)

    def relate(self):
        follows = [(who, whom) for who in PEOPLE for whom in ("host", "owner", "closed", "muted",
                                                             "blocked")
                   if who != whom and who not in ("stranger", "sleeper")]
        follows += [("owner", "stranger"), ("host", "member"), ("closed", "stranger")]
        for who, whom in dict.fromkeys(follows):
            self.sql("insert into follow (follower, followee) values (%s, %s)", self.id(who),
                     self.id(whom))
        for who in ("stranger", "blocked", "muter", "closed", "owner"):
            self.sql("insert into tag_follow (account, tag) values (%s, %s)", self.id(who),
                     self.tags["all"])
        for what in ("person", "tag", "item", "word"):
            given = {"person": self.id("muted"), "tag": self.tags["some"],
                     "item": self.thing("pin", "hidden").id, "word": WORD}[what]
            self.sql(f"insert into mute (account, {what}) values (%s, %s)", self.id("muter"),
                     given)
        self.sql("insert into mute (account, item) values (%s, %s)", self.id("muter"),
                 self.thing("style", "hidden").id)
        # muted while it could be seen
        self.sql("insert into mute (account, item) values (%s, %s)", self.id("stranger"),
                 self.thing("pin", "secret").id)
        for who, whom in (("owner", "blocked"), ("blocker", "owner"), ("host", "closed")):
            self.sql("insert into block (blocker, blocked) values (%s, %s)", self.id(who),
                     self.id(whom))

    def tell(self):
        """Everybody was told, and has read, that everybody else followed them, whoever
        is closed last, and of boards that no one may see."""
        self.sql("""
            with n as (
                insert into notice (receiver, kind, newest, num_actors, read_at)
                select id, 'follow', 7000000 + id, 10, now() from account returning id, receiver)
            insert into notice_event (notice, topic, actor, source, receiver)
            select n.id, 'follow', a.id, 0, n.receiver from n, account a
            where a.id <> n.receiver order by n.id, a.is_active desc, a.id""")
        self.sql("""
            insert into notice (receiver, kind, item, newest, read_at)
            select a.id, 'invite', b.id, 8000000 + 1000 * b.id + a.id, now()
            from account a, board b where b.visibility <> 1""")

    # Who sees what.

    @staticmethod
    def apart(one, other):
        return {one, other} in APART

    def may_see(self, viewer, thing):
        """May the viewer open it?"""
        if thing.on is not None and not self.may_see(viewer, thing.on):
            return False
        if thing.owner == "closed" or self.apart(viewer, thing.owner) or thing.deleted:
            return False
        return thing.visibility == 0 or thing.visibility == 1 and (
            viewer == thing.owner or viewer in thing.members)

    def lists(self, viewer, thing):
        """Is it in the viewer's lists?"""
        muted = thing.kind in ("pin", "style") and thing.name in MUTED
        muted = muted or thing.kind == "comment" and (
            thing.owner == "muted" or thing.on.name in MUTED)
        return self.may_see(viewer, thing) and not (viewer == "muter" and muted)
