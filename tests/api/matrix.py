"""The authorization matrix (Z1): what every route answers to whom, about what.

One row for each route of the program, by its method and path below /api/.  A
row names the kind of thing that the route is about; the kind names its columns
(KINDS), and the row gives one status per column for each caller:

    anonymous   no login
    user        somebody whom the thing does not belong to
    owner       the one whom it belongs to
    staff       a member of the staff, whom it does not belong to
    dead        a token that has expired, one whose login has ended, and one
                whose account was closed

"401" alone stands for every column.  Columns whose cells a caller must not be
able to tell apart are named in KINDS too: where their statuses are the same,
so are the answers, byte for byte.

EXTRA has further rows for routes that take a thing in the query or the body
besides.  How a thing of each kind and state is made is in scene.py.
"""

from dataclasses import dataclass

# kind -> column -> states of that column
ABSENT = ("missing", "largest", "zero", "negative", "over", "huge", "text", "symbol")
NUMBERS = ("zero", "negative", "over", "huge", "text")
KINDS = {
    "": {"-": ("-",)},
    # named in the path, where what is no number is as absent as what is none
    "pin": {"public": ("public",), "private": ("private",), "deleted": ("deleted",),
            "absent": ABSENT},
    "board": {"public": ("public",), "private": ("private",), "deleted": ("deleted",),
              "absent": ABSENT},
    "tag": {"there": ("there",), "absent": ("deleted",) + ABSENT},
    "person": {"there": ("there",), "absent": ("closed", "missing", "long", "symbol")},
    # in the query or the body, where it is refused by name
    "board given": {"public": ("public",), "private": ("private",),
                    "absent": ("deleted", "missing", "largest"), "malformed": NUMBERS},
    "tag given": {"there": ("there",), "absent": ("deleted", "missing", "largest"),
                  "malformed": NUMBERS},
    "pin given": {"public": ("public",), "private": ("private",),
                  "absent": ("deleted", "missing", "largest"), "malformed": NUMBERS},
    "person given": {"there": ("there",), "absent": ("closed", "missing"),
                     "malformed": ("long", "blank", "number", "list")},
    "person in query": {"there": ("there",), "absent": ("closed", "missing"),
                        "malformed": ("long", "blank")},
    # a pin on a board of the caller's
    "entry": {"on it": ("on it",), "hidden": ("hidden",), "absent": ("beside",) + ABSENT},
    "entry given": {"on it": ("on it",), "hidden": ("hidden",),
                    "absent": ("beside", "missing", "largest"), "malformed": NUMBERS},
}
# Columns that look the same to whom the thing does not belong.
ALIKE = ("private", "deleted", "absent")


@dataclass
class Row:
    method: str
    path: str
    kind: str
    anonymous: str
    user: str
    owner: str
    staff: str
    dead: str
    body: str = ""     # the name of a maker in scene.py; "": none
    caller: str = ""   # "new": every call that may pass has a new caller
    page: bool = False  # for pages of the site alone: it sets cookies
    tables: str = ""   # what it writes: mass assignment tries all their columns

    @property
    def key(self):
        return self.method, f"/api/{self.path.partition('?')[0]}"

    def columns(self):
        return list(KINDS[self.kind])

    def expected(self, role, column):
        cells = getattr(self, role).split()
        columns = self.columns()
        assert len(cells) in (1, len(columns)), f"{self.key} {role}"
        return int(cells[0] if len(cells) == 1 else cells[columns.index(column)])


def read(path, kind, everybody, owner=None, dead="401", **more):
    return Row("GET", path, kind, everybody, everybody, owner or everybody, everybody, dead,
               **more)


def open_to_all(method, path, status, body="", **more):
    """The viewer is never known."""
    return Row(method, path, "", status, status, status, status, status, body=body, **more)


def page(path, kind="", everybody="200", owner=None):
    """A document: a login that is not valid is none."""
    return read(f"pages/{path}", kind, everybody, owner, dead=everybody)


def login(method, path, kind, user, owner=None, body="", **more):
    return Row(method, path, kind, "401", user, owner or user, user, "401", body=body, **more)


def staff(method, path, kind, status, body="", **more):
    return Row(method, path, kind, "401", "403", "403", status, "401", body=body, **more)


ACCOUNT = "account session"
MATRIX = [
    open_to_all("GET", "healthz", "200"),
    open_to_all("GET", "readyz", "200"),
    open_to_all("GET", "metrics", "200"),
    open_to_all("GET", "openapi.json", "200"),

    open_to_all("POST", "rest-auth/registration", "201", "registration", tables=ACCOUNT),
    open_to_all("POST", "rest-auth/registration/verify-email", "200", "verification",
                tables="account mail_token"),
    login("POST", "rest-auth/registration/resend-email", "", "200", tables="mail_token account"),
    open_to_all("POST", "rest-auth/login", "200", "login", tables=ACCOUNT),
    Row("POST", "rest-auth/logout", "", "401", "200", "200", "200", "401", caller="new",
        tables="session refresh_token"),
    open_to_all("POST", "accounts/token/refresh", "200", "refresh",
                tables="session refresh_token"),
    open_to_all("POST", "accounts/token/verify", "200", "verify", tables="session refresh_token"),
    login("POST", "rest-auth/password/change", "", "200", body="new_password", caller="new",
          tables=ACCOUNT),
    open_to_all("POST", "rest-auth/password/reset", "200", "reset", tables="account mail_token"),
    open_to_all("POST", "rest-auth/password/reset/confirm", "200", "reset_confirm",
                tables="account mail_token"),

    page("home"),
    page("latest"),
    page("explore"),
    page("pin/{pin}", "pin", "200 404 404 404", "200 200 404 404"),
    page("board/{board}", "board", "200 404 404 404", "200 200 404 404"),
    page("tag/{tag}", "tag", "200 404"),
    page("person/{username}", "person", "200 404"),
    page("person/{username}/pins", "person", "200 404"),
    page("person/{username}/followers", "person", "200 404"),
    page("person/{username}/following", "person", "200 404"),
    open_to_all("GET", "session", "200"),
    open_to_all("POST", "session", "200", "login", page=True, tables=ACCOUNT),
    open_to_all("DELETE", "session", "204", caller="new", page=True),
    open_to_all("POST", "session/refresh", "200", "refresh_cookie", page=True,
                tables="session refresh_token"),

    login("GET", "rest-auth/user", "", "200"),
    login("PUT", "rest-auth/user", "", "200", body="account", tables="account"),
    login("PATCH", "rest-auth/user", "", "200", body="account_part", tables="account"),
    read("pinterestAccounts/user/{username}", "person", "200 404"),
    login("PUT", "pinterestAccounts/user/{name}", "person", "403 404", "200 404",
          body="account", tables="account"),
    login("PATCH", "pinterestAccounts/user/{name}", "person", "403 404", "200 404",
          body="account_part", tables="account"),

    login("POST", "pinterestAccounts/follow", "person given", "202 404 400", "409 404 400",
          body="username", tables="follow account"),
    login("POST", "pinterestAccounts/unfollow", "person given", "202 404 400",
          body="username", tables="follow account"),
    login("PUT", "users/{username}/follow", "person", "200 404", "409 404",
          tables="follow account"),
    login("DELETE", "users/{username}/follow", "person", "200 404"),
    login("GET", "pinterestAccounts/following-user", "", "200"),
    login("GET", "pinterestAccounts/following-tag", "", "200"),
    read("users/{username}/followers", "person", "200 404", dead="200 404"),
    read("users/{username}/followings", "person", "200 404", dead="200 404"),

    read("pins", "", "200"),
    login("GET", "pins/following_pin", "", "200"),
    read("pins/{pin}", "pin", "200 404 404 404", "200 200 404 404"),
    read("pins/{pin}/similar_pin", "pin", "200 404 404 404", "200 200 404 404"),
    read("pins/{pin}/sim_pin_list", "pin", "200 404 404 404", "200 200 404 404"),
    login("POST", "pins", "", "201", body="new_pin", tables="pin item media item_tag"),
    login("PUT", "pins/{pin}", "pin", "403 404 404 404", "200 200 404 404",
          body="pin", tables="pin item media item_tag"),
    login("PATCH", "pins/{pin}", "pin", "403 404 404 404", "200 200 404 404",
          body="pin", tables="pin item media item_tag"),
    login("DELETE", "pins/{pin}", "pin", "403 404 404 404", "204 204 404 404"),

    login("POST", "pins/preview", "", "200", body="address", tables="pin item media item_tag"),
    login("GET", "pins/known?sha256=" + 64 * "0", "", "200"),

    read("tags", "", "200", dead="200"),
    login("POST", "tags", "", "201", body="new_tag", tables="tag"),
    read("tags/{tag}", "tag", "200 404"),
    staff("PUT", "tags/{tag}", "tag", "200 404", "new_tag", tables="tag"),
    staff("PATCH", "tags/{tag}", "tag", "200 404", "new_tag", tables="tag"),
    staff("DELETE", "tags/{tag}", "tag", "204 404"),
    login("POST", "tags/{tag}/follow_tag", "tag", "201 404", tables="tag_follow tag"),
    login("POST", "tags/{tag}/unfollow_tag", "tag", "202 404", tables="tag_follow tag"),
    login("PUT", "tags/{tag}/follow", "tag", "200 404", tables="tag_follow tag"),
    login("DELETE", "tags/{tag}/follow", "tag", "200 404"),

    read("boards", "", "200"),
    login("POST", "boards", "", "201", body="new_board", tables="board board_item"),
    read("boards/{board}", "board", "200 404 404 404", "200 200 404 404"),
    login("PUT", "boards/{board}", "board", "403 404 404 404", "200 200 404 404",
          body="new_board", tables="board board_item"),
    login("PATCH", "boards/{board}", "board", "403 404 404 404", "200 200 404 404",
          body="new_board", tables="board board_item"),
    login("DELETE", "boards/{board}", "board", "403 404 404 404", "204 204 404 404"),
    login("POST", "boards/{board}/add_pin", "board", "403 404 404 404", "201 201 404 404",
          body="other_pin", tables="board board_item item"),
    login("DELETE", "boards/{board}/pins/{id}", "board", "403 404 404 404", "204 204 404 404"),
    login("POST", "boards/{board}/remove_pin", "board", "403 404 404 404", "204 204 404 404",
          body="pin_on_it", tables="board board_item item"),
    login("POST", "boards/{board}/move", "board", "403 404 404 404", "204 204 404 404",
          tables="board board_item"),
    login("POST", "boards/{board}/move_pin", "board", "403 404 404 404", "204 204 404 404",
          body="pin_on_it", tables="board board_item item"),
    login("GET", "pins/{pin}/boards", "pin", "200 404 404 404", "200 200 404 404"),
]

EXTRA = [
    read("pins?board={board}", "board given", "200 404 404 400", "200 200 404 400"),
    read("pins?tag={tag}", "tag given", "200 200 400"),
    read("pins?author__username={username}", "person in query", "200 200 400"),
    read("pins?author__follower__username={username}", "person in query", "200 200 400"),
    read("boards?author__username={username}", "person in query", "200 200 400"),
    read("tags?users__username={username}", "person in query", "200 200 400",
         dead="200 200 400"),
    login("POST", "pins", "board given", "400 400 400 400", "201 201 400 400",
          body="new_pin_on_board"),
    login("POST", "boards/{board}/add_pin", "pin given", "201 400 400 400", "201 201 400 400",
          body="pin_id"),
    # owner: one's own pin on one's own board; the others: a pin of the owner's
    # on a board of theirs, where it may be hidden since
    login("DELETE", "boards/{board}/pins/{id}", "entry", "204 204 404"),
    login("POST", "boards/{board}/remove_pin", "entry given", "204 204 404 400", body="pin_id"),
    login("POST", "boards/{board}/move_pin", "entry given", "204 204 404 400", body="pin_id"),
]
