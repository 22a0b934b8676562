"""The lists that go by pages, for test_walks.py.

A list is a row of WALKS, by the path of its route: how it is asked for, how a row
of it is made, and how one is taken away, both by somebody else than the reader."""

import random

from checks import many_pins

from client import Client, signup, unique


def number_of(row):
    """The id of a row, or of the person that it is about."""
    for name in ("id", "user_id", "from_profile", "to_profile"):
        if name in row:
            return row[name] if name.endswith("id") else row[name]["user_id"]
    raise AssertionError(f"a row without an id: {row}")


class List:
    """The reader's path, and what happens to the list meanwhile."""
    both_ways = True  # a bare list goes on by its header, one way
    newest_first = True
    most = 100  # rows of a page
    stays = False  # nothing is ever taken away

    def __init__(self, stack, db, query=""):
        self.stack, self.db, self.query = stack, db, query
        self.reader, self.owner = signup(stack), signup(stack)
        self.start()

    def start(self):
        pass

    def sql(self, text, *values):
        with self.db.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else []

    def pins(self, owner):
        return many_pins(self.stack, owner, 1)

    def person(self):
        name = unique("w")
        return self.sql("insert into account (username, email, password) values (%s, %s, 'x') "
                        "returning id", name, f"{name}@example.com")[0][0]

    def pin(self):
        return self.pins(self.owner)[0]

    def drop_pin(self, row):
        self.sql("update item set deleted_at = now() where id = %s", row["id"])

    def board(self, owner=None):
        return self.sql("insert into board (owner, title) values (%s, %s) returning id",
                        (owner or self.owner).user["id"], unique("b"))[0][0]

    def tag(self):
        return self.sql("insert into tag (tag_name) values (%s) returning id",
                        unique("walked"))[0][0]


class Followers(List):
    def path(self):
        return f"users/{self.owner.username}/followers"

    def add(self):
        self.sql("insert into follow values (%s, %s)", self.person(), self.owner.user["id"])

    def drop(self, row):
        self.sql("delete from follow where follower = %s", row["id"])


class Followings(List):
    def path(self):
        return f"users/{self.reader.username}/followings"

    def add(self):
        self.sql("insert into follow values (%s, %s)", self.reader.user["id"], self.person())

    def drop(self, row):
        self.sql("delete from follow where followee = %s", row["id"])


class MyPeople(Followings):
    both_ways = False

    def path(self):
        return "pinterestAccounts/following-user"


class MyTags(List):
    both_ways = False

    def path(self):
        return "pinterestAccounts/following-tag"

    def add(self):
        self.sql("insert into tag_follow values (%s, %s)", self.reader.user["id"], self.tag())

    def drop(self, row):
        self.sql("delete from tag_follow where tag = %s", row["id"])


class TagsOfUser(MyTags):
    def path(self):
        return f"tags/?users__username={self.reader.username}"


class Tags(List):
    both_ways = False

    def path(self):
        return "tags/"

    def add(self):
        self.tag()

    def drop(self, row):
        self.sql("delete from tag where id = %s", row["id"])


class Notices(List):
    def path(self):
        return "notices/"

    def tell(self, board):
        self.sql("select notice_write('invite', %s, %s)", self.owner.user["id"], board)

    def add(self):
        board = self.board()
        self.sql("insert into board_member (board, account, role) values (%s, %s, 'viewer')",
                 board, self.reader.user["id"])
        self.tell(board)

    def drop(self, row):
        self.sql("delete from board_member where board = %s", row["item"]["id"])
        self.tell(row["item"]["id"])


class Pins(List):
    def path(self):
        return f"pins/{self.query}".format(owner=self.owner.username, reader=self.reader.username,
                                           **self.made)

    def start(self):
        self.made = {"board": self.board(), "tag": self.tag()}
        self.title, = self.sql("select title from board where id = %s", self.made["board"])[0]
        self.made["title"] = self.title
        self.sql("insert into follow values (%s, %s)", self.reader.user["id"],
                 self.owner.user["id"])

    def add(self):
        pin = self.pin()
        self.sql("insert into board_item (board, item) values (%s, %s)", self.made["board"], pin)
        self.sql("insert into item_tag select id, %s, created_at from item where id = %s",
                 self.made["tag"], pin)

    def drop(self, row):
        self.drop_pin(row)


class FollowedPins(Pins):
    def path(self):
        return "pins/following_pin"


class Trash(List):
    def path(self):
        return "trash/"

    def add(self):
        thing, table = random.choice([(self.pins(self.reader)[0], "item"),
                                      (self.board(self.reader), "board")])
        self.sql(f"update {table} set deleted_at = clock_timestamp() where id = %s", thing)

    def drop(self, row):
        table = "board" if row["kind"] == "board" else "item"
        self.sql(f"update {table} set deleted_at = null where id = %s", row["id"])


class Boards(List):
    both_ways = False

    def path(self):
        return f"boards/{self.query}".format(owner=self.owner.username)

    def add(self):
        self.board()

    def drop(self, row):
        self.sql("update board set deleted_at = now() where id = %s", row["id"])


class MyBoards(Boards):
    def add(self):
        self.board(self.reader)


class AllBoards(Boards):
    def start(self):
        self.reader = Client(self.stack)


class Profiles(List):
    """Everybody, for the staff."""
    both_ways = False

    def start(self):
        self.stack.run("user", "staff", self.reader.username)

    def path(self):
        return "styles/profiles/"

    def add(self):
        self.person()

    def drop(self, row):
        self.sql("update account set is_active = false where id = %s and email like %s",
                 number_of(row), "w%")


class ProfileFollowers(Followers):
    def path(self):
        return f"styles/profiles/{self.owner.user['id']}/followers/"

    def drop(self, row):
        self.sql("delete from follow where follower = %s", number_of(row))


class ProfileFollowings(Followings):
    def path(self):
        return f"styles/profiles/{self.reader.user['id']}/followings/"

    def drop(self, row):
        self.sql("delete from follow where followee = %s", number_of(row))


class Blocks(List):
    def path(self):
        return "blocks/"

    def add(self):
        self.sql("insert into block values (%s, %s)", self.reader.user["id"], self.person())

    def drop(self, row):
        self.sql("delete from block where blocked = %s", row["id"])


class Mutes(List):
    def path(self):
        return "mutes/"

    def add(self):
        self.sql("insert into mute (account, word) values (%s, %s)", self.reader.user["id"],
                 unique("word"))

    def drop(self, row):
        self.sql("delete from mute where id = %s", row["id"])


class Likes(List):
    where = "items/{}/likes"

    def start(self):
        self.item = self.thing()

    def thing(self):
        return self.pin()

    def path(self):
        return self.where.format(self.item)

    def add(self):
        self.sql("insert into item_like values (%s, %s)", self.item, self.person())

    def drop(self, row):
        self.sql("delete from item_like where item = %s and account = %s", self.item,
                 number_of(row))

    def post(self):
        return self.sql("with i as (insert into item (kind, owner) values ('style', %s) "
                        "returning id) insert into style (id, content) select id, 'x' from i "
                        "returning id", self.owner.user["id"])[0][0]

    def said(self, item, parent=None):
        return self.sql("with i as (insert into item (kind, owner) values ('comment', %s) "
                        "returning id) insert into comment (id, on_item, parent, content) "
                        "select id, %s, %s, 'x' from i returning id",
                        self.owner.user["id"], item, parent)[0][0]


class PostLikes(Likes):
    where = "styles/posts/{}/likes/"

    def thing(self):
        return self.post()


class CommentLikes(Likes):
    where = "styles/comments/{}/likes/"

    def thing(self):
        return self.said(self.post())


class ReplyLikes(Likes):
    where = "styles/replies/{}/likes/"

    def thing(self):
        item = self.post()
        return self.said(item, self.said(item))


class Comments(Likes):
    """Some are liked: the order of the list is by that as well."""
    where = "items/{}/comments"

    def path(self):
        return super().path() + self.query

    def add(self):
        comment = self.said(self.item)
        if comment % 3 == 0:
            self.sql("insert into item_like values (%s, %s)", comment, self.reader.user["id"])

    def drop(self, row):
        self.drop_pin(row)


class PostComments(Comments):
    where = "styles/posts/{}/comments/"
    both_ways = False

    def thing(self):
        return self.post()


class Replies(Comments):
    """What comes is at the end."""
    where = "comments/{}/replies"
    newest_first = False

    def start(self):
        self.on = self.pin()
        self.item = self.said(self.on)

    def add(self):
        self.said(self.on, self.item)


class PostReplies(Replies):
    where = "styles/comments/{}/replies/"

    def start(self):
        self.on = self.post()
        self.item = self.said(self.on)


class Bookmarks(List):
    def path(self):
        return "bookmarks/"

    def add(self):
        self.sql("insert into bookmark values (%s, %s)", self.pin(), self.reader.user["id"])

    def drop(self, row):
        self.sql("delete from bookmark where item = %s", row["id"])


class Liked(List):
    def path(self):
        return "likes/"

    def add(self):
        self.sql("insert into item_like values (%s, %s)", self.pin(), self.reader.user["id"])

    def drop(self, row):
        self.sql("delete from item_like where item = %s", row["id"])


class Posts(Likes):
    most = 50

    def start(self):
        self.sql("insert into follow values (%s, %s)", self.reader.user["id"],
                 self.owner.user["id"])

    def path(self):
        return f"styles/posts/{self.query}".format(owner=self.owner.user["id"])

    def add(self):
        self.post()

    def drop(self, row):
        self.drop_pin(row)


# Path below /api/ -> the lists that are asked for there.
WALKS = {
    "users/{username}/followers": [(Followers, "")],
    "users/{username}/followings": [(Followings, "")],
    "pinterestAccounts/following-user": [(MyPeople, "")],
    "pinterestAccounts/following-tag": [(MyTags, "")],
    "tags": [(Tags, ""), (TagsOfUser, "")],
    "notices": [(Notices, "")],
    "pins": [(Pins, query) for query in (
        "", "?author__username={owner}", "?board={board}", "?tag={tag}",
        "?boards__title={title}", "?author__follower__username={reader}",
        "?author__username={owner}&boards__title={title}")],
    "pins/following_pin": [(FollowedPins, "")],
    "trash": [(Trash, "")],
    "styles/profiles": [(Profiles, "")],
    "styles/profiles/{uid}/followers": [(ProfileFollowers, "")],
    "styles/profiles/{uid}/followings": [(ProfileFollowings, "")],
    "styles/posts": [(Posts, query) for query in (
        "?type=popular", "?type=latest", "?type=following",
        "?type=default&user_id={owner}")],
    "blocks": [(Blocks, "")],
    "mutes": [(Mutes, "")],
    "items/{item}/likes": [(Likes, "")],
    "styles/posts/{item}/likes": [(PostLikes, "")],
    "styles/comments/{item}/likes": [(CommentLikes, "")],
    "styles/replies/{item}/likes": [(ReplyLikes, "")],
    "bookmarks": [(Bookmarks, "")],
    "likes": [(Liked, "")],
    "items/{item}/comments": [(Comments, ""), (Comments, "?order=top")],
    "styles/posts/{item}/comments": [(PostComments, "")],
    "comments/{comment}/replies": [(Replies, "")],
    "styles/comments/{comment}/replies": [(PostReplies, "")],
    "boards": [(Boards, "?author__username={owner}"), (MyBoards, ""), (AllBoards, "")],
}
