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
    "board": {"public": ("public",), "private": ("private",),
              "deleted": ("deleted", "trashed"), "absent": ABSENT},
    # the caller is invited to it; one that is in its owner's trash
    "invitation": {"public": ("public",), "private": ("private",),
                   "absent": ("alone", "deleted", "trashed") + ABSENT},
    "trashed": {"trashed": ("trashed",), "absent": ("public", "private", "deleted") + ABSENT},
    "tag": {"there": ("there",), "absent": ("deleted",) + ABSENT},
    # what hangs on items; private: on a private pin
    "style": {"public": ("public",), "private": ("private",), "deleted": ("deleted",),
              "absent": ABSENT + ("pin",)},
    "comment": {"public": ("public",), "private": ("private",), "deleted": ("deleted",),
                "absent": ABSENT},
    "reply": {"public": ("public",), "private": ("private",), "deleted": ("deleted",),
              "absent": ABSENT + ("comment",)},
    "removed": {"there": ("there",), "absent": ("never", "by another") + ABSENT},
    "person": {"there": ("there",), "absent": ("closed", "missing", "long", "symbol")},
    # muted by its owner
    "mute": {"private": ("there",), "absent": ABSENT},
    "notice": {"private": ("there",), "absent": ABSENT},
    # for the staff: what was reported, whom they suspended, a dead job
    "case": {"there": ("there",), "absent": ABSENT},
    "suspended": {"suspended": ("suspended",), "others": ("there", "closed"),
                  "absent": ("missing", "symbol")},
    "job": {"dead": ("dead",), "absent": ("waiting",) + ABSENT},
    "person pk": {"there": ("there",), "absent": ("closed", "missing", "largest")},
    "session": {"in use": ("in use",), "absent": ("revoked",) + ABSENT},
    "person id": {"there": ("there",), "absent": ("closed",) + ABSENT},
    "export": {"private": ("there",)},
    # what its owner deleted
    "trash": {"deleted": ("deleted",), "absent": ("public",) + ABSENT},
    "trashboard": {"deleted": ("deleted",), "absent": ("public",) + ABSENT},
    # in the query or the body, where it is refused by name
    "board given": {"public": ("public",), "private": ("private",),
                    "absent": ("deleted", "trashed", "missing", "largest"), "malformed": NUMBERS},
    "tag given": {"there": ("there",), "absent": ("deleted", "missing", "largest"),
                  "malformed": NUMBERS},
    "user given": {"there": ("there",), "absent": ("closed", "missing", "largest"),
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


def comments(path, kind):
    return [
        read(path, kind, *SEEN),
        login("PUT", path, kind, "403 404 404 404", "200 200 404 404", body="comment",
              tables=COMMENT),
        login("PATCH", path, kind, "403 404 404 404", "200 200 404 404", body="comment",
              tables=COMMENT),
        login("DELETE", path, kind, "403 404 404 404", "204 204 404 404"),
    ]


# Who may see something may like it and answer it.
SEEN = "200 404 404 404", "200 200 404 404"
ADDED = "201 404 404 404", "201 201 404 404"
LIKE, COMMENT = "item_like item_count", "comment item comment_mention"
ACCOUNT = "account session"
MATRIX = [
    open_to_all("GET", "healthz", "200"),
    open_to_all("GET", "readyz", "200"),
    open_to_all("GET", "metrics", "200"),
    open_to_all("GET", "speed", "200"),
    open_to_all("GET", "openapi.json", "200"),
    # nothing is told where pictures are files; tests/s3 has them in a bucket
    open_to_all("GET", "media/{shard}/{key}/{file}", "200"),

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
    page("pin/{pin}", "pin", "200 404 410 404", "200 200 410 404"),
    page("style/popular"),
    page("style/latest"),
    page("style/following"),
    page("style/post/{post}", "style", "200 404 404 404", "200 200 404 404"),
    page("board/{board}", "board", "200 404 404 404", "200 200 404 404"),
    page("tag/{tag}", "tag", "200 404"),
    page("person/{username}", "person", "200 404"),
    page("person/{username}/pins", "person", "200 404"),
    page("person/{username}/style", "person", "200 404"),
    page("person/{username}/followers", "person", "200 404"),
    page("person/{username}/following", "person", "200 404"),
    *(staff("GET", f"pages/staff/{tab}", "", "200")
      for tab in ("reports", "users", "jobs", "caches", "log")),
    open_to_all("GET", "session", "200"),
    open_to_all("POST", "session", "200", "login", page=True, tables=ACCOUNT),
    open_to_all("DELETE", "session", "204", caller="new", page=True),
    open_to_all("POST", "session/refresh", "200", "refresh_cookie", page=True,
                tables="session refresh_token"),

    open_to_all("POST", "accounts/registration", "201", "shopper", tables=ACCOUNT),
    open_to_all("POST", "accounts/registration/verify-email", "200", "verification",
                tables="account mail_token"),
    open_to_all("POST", "accounts/registration/resend-email", "200", "reset",
                tables="account mail_token"),
    open_to_all("POST", "accounts/login", "200", "login", tables=ACCOUNT),
    open_to_all("POST", "accounts/logout", "200", "refresh", tables="session refresh_token"),
    login("GET", "accounts/user", "", "200"),
    login("PUT", "accounts/user", "", "200", body="shoes", tables="account"),
    login("PATCH", "accounts/user", "", "200", body="shoes", tables="account"),
    login("POST", "accounts/password/change", "", "200", body="new_password", caller="new",
          tables=ACCOUNT),
    open_to_all("POST", "accounts/password/reset", "200", "reset", tables="account mail_token"),
    open_to_all("POST", "accounts/password/reset/confirm", "200", "reset_confirm",
                tables="account mail_token"),
    login("POST", "accounts/quit", "", "200", caller="new", tables=ACCOUNT),
    open_to_all("POST", "accounts", "201", "signup", tables=ACCOUNT),
    open_to_all("POST", "accounts/signin", "200", "login", tables=ACCOUNT),
    login("POST", "accounts/signout", "", "205", body="own_refresh",
          tables="session refresh_token"),
    login("GET", "accounts/profile/{pk}", "person pk", "403 403", "200 403"),
    login("PUT", "accounts/profile/{pk}", "person pk", "403 403", "200 403", body="gender",
          tables="account"),
    login("DELETE", "accounts/profile/{pk}", "person pk", "403 403", "200 403",
          body="own_password", caller="new", tables="account session"),
    login("POST", "accounts/profile/password-check/{pk}", "person pk", "403 403", "200 403",
          body="own_password", tables="account session"),
    login("GET", "performances/api/user/status", "", "200"),

    login("GET", "sessions", "", "200"),
    login("DELETE", "sessions", "", "204", caller="new"),
    login("DELETE", "sessions/{id}", "session", "404 404", "204 404", tables="session"),

    login("GET", "rest-auth/user", "", "200"),
    login("PUT", "rest-auth/user", "", "200", body="account", tables="account"),
    login("PATCH", "rest-auth/user", "", "200", body="account_part", tables="account"),
    read("pinterestAccounts/user/{username}", "person", "200 404"),
    login("PUT", "pinterestAccounts/user/{name}", "person", "403 404", "200 404",
          body="account", tables="account"),
    login("PATCH", "pinterestAccounts/user/{name}", "person", "403 404", "200 404",
          body="account_part", tables="account"),

    login("GET", "users/me", "", "200"),
    login("DELETE", "users/me", "", "204", body="own_password", caller="new",
          tables="account session"),
    login("PATCH", "users/me", "", "200", body="account_part", tables="account"),
    login("GET", "accounts/export", "", "200"),
    login("POST", "accounts/export", "", "202", body="own_password", caller="new",
          tables="account_export account"),
    login("DELETE", "accounts/export", "", "204", caller="new"),
    login("GET", "accounts/export/file", "export", "404", "200"),
    read("users/{username}", "person", "200 404"),
    staff("GET", "styles/profiles", "", "200"),
    read("styles/profiles/{uid}", "person id", "200 404"),
    login("PUT", "styles/profiles/{uid}", "person id", "403 404", "200 404", body="profile",
          tables="account"),
    login("PATCH", "styles/profiles/{uid}", "person id", "403 404", "200 404", body="profile",
          tables="account"),
    login("GET", "styles/profiles/{uid}/followers", "person id", "200 404"),
    login("GET", "styles/profiles/{uid}/followings", "person id", "200 404"),
    login("PATCH", "styles/profiles/{uid}/follow", "person id", "200 404", "400 404",
          tables="follow account"),

    login("POST", "pinterestAccounts/follow", "person given", "202 404 400", "409 404 400",
          body="username", tables="follow account"),
    login("POST", "pinterestAccounts/unfollow", "person given", "202 404 400",
          body="username", tables="follow account"),
    login("PUT", "users/{username}/follow", "person", "200 404", "409 404",
          tables="follow account"),
    login("DELETE", "users/{username}/follow", "person", "200 404"),
    login("GET", "pinterestAccounts/following-user", "", "200"),
    login("GET", "pinterestAccounts/following-tag", "", "200"),
    read("users/{username}/followers", "person", "200 404"),
    read("users/{username}/followings", "person", "200 404"),

    login("GET", "notices", "", "200"),
    login("GET", "notices/count", "", "200"),
    login("POST", "notices/read", "", "200", body="up_to", tables="notice notice_state"),
    login("POST", "notices/{id}/read", "notice", "404 404", "200 404",
          tables="notice notice_state"),
    login("GET", "notices/settings", "", "200"),
    login("PATCH", "notices/settings", "", "200", body="kinds", tables="notice_state notice"),

    read("pins", "", "200"),
    login("GET", "pins/following_pin", "", "200"),
    read("pins/{pin}", "pin", "200 404 410 404", "200 200 410 404"),
    read("pins/{pin}/similar_pin", "pin", "200 404 200 404", "200 200 200 404"),
    read("pins/{pin}/sim_pin_list", "pin", "200 404 200 404", "200 200 200 404"),
    login("POST", "pins", "", "201", body="new_pin", tables="pin item media item_tag"),
    login("PUT", "pins/{pin}", "pin", "403 404 404 404", "200 200 404 404",
          body="pin", tables="pin item media item_tag"),
    login("PATCH", "pins/{pin}", "pin", "403 404 404 404", "200 200 404 404",
          body="pin", tables="pin item media item_tag"),
    login("DELETE", "pins/{pin}", "pin", "403 404 404 404", "204 204 404 404"),

    login("GET", "blocks", "", "200"),
    login("PUT", "users/{username}/block", "person", "200 404", "409 404", caller="new",
          tables="block account"),
    login("DELETE", "users/{username}/block", "person", "200 404"),
    login("GET", "mutes", "", "200"),
    login("POST", "mutes", "", "201", body="mute", tables="mute account"),
    login("DELETE", "mutes/{id}", "mute", "404 404", "204 404"),
    read("styles/posts?type=latest", "", "200"),
    read("styles/posts/{post}", "style", "200 404 404 404", "200 200 404 404"),
    login("POST", "styles/posts", "", "201", body="new_post",
          tables="style style_image item media item_tag"),
    login("PUT", "styles/posts/{post}", "style", "403 404 404 404", "200 200 404 404",
          body="post", tables="style style_image item media item_tag"),
    login("PATCH", "styles/posts/{post}", "style", "403 404 404 404", "200 200 404 404",
          body="post", tables="style style_image item media item_tag"),
    login("DELETE", "styles/posts/{post}", "style", "403 404 404 404", "204 204 404 404"),
    login("POST", "items/{item}/report", "pin", "200 404 404 404", "409 409 404 404",
          body="report", tables="report report_case item"),
    login("POST", "boards/{board}/report", "board", "200 404 404 404", "409 409 404 404",
          body="report", tables="report report_case board"),
    login("POST", "users/{username}/report", "person", "200 404", "409 404",
          body="report", tables="report report_case account"),
    staff("GET", "staff/reports", "", "200"),
    staff("GET", "staff/reports/{id}", "case", "200 404"),
    staff("POST", "staff/reports/{id}/resolve", "case", "200 404", "decision",
          tables="report report_case staff_log item account"),
    staff("POST", "staff/users/{username}/unsuspend", "suspended", "200 409 404",
          tables="account staff_log"),
    staff("GET", "staff/users", "", "200"),
    staff("GET", "staff/log", "", "200"),
    staff("GET", "staff/jobs", "", "200"),
    staff("POST", "staff/jobs/{id}/retry", "job", "204 404", tables="job staff_log"),
    staff("DELETE", "staff/jobs/{id}", "job", "204 404"),
    staff("GET", "staff/caches", "", "200"),
    login("GET", "trash", "", "200"),
    login("DELETE", "trash", "", "204"),
    login("GET", "trash/{id}", "trash", "404 404", "200 404"),
    login("DELETE", "trash/{id}", "trash", "404 404", "204 404"),
    login("DELETE", "trash/boards/{id}", "trashboard", "404 404", "204 404"),
    login("POST", "items/{id}/restore", "trash", "404 404", "204 404", tables="item"),

    login("POST", "pins/preview", "", "200", body="address", tables="pin item media item_tag"),
    login("GET", "pins/known?sha256=" + 64 * "0", "", "200"),

    read("tags", "", "200"),
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
    login("POST", "boards/{board}/restore", "trashed", "404 404", "200 404",
          tables="board board_item"),
    login("PUT", "boards/{board}/cover", "board", "403 404 404 404", "200 200 404 404",
          body="cover", tables="board media"),
    login("DELETE", "boards/{board}/cover", "board", "403 404 404 404", "200 200 404 404"),
    login("POST", "boards/{board}/sections", "board", "403 404 404 404", "201 201 404 404",
          body="section", tables="board_section board"),
    login("PATCH", "boards/{board}/sections/{section}", "board", "403 404 404 404",
          "200 200 404 404", body="section", tables="board_section board"),
    login("DELETE", "boards/{board}/sections/{section}", "board", "403 404 404 404",
          "204 204 404 404"),
    login("POST", "boards/{board}/items", "board", "403 404 404 404", "200 200 404 404",
          body="many", tables="board_item board item"),
    login("POST", "pins/bulk", "", "200", body="many_of_mine", tables="item pin"),
    login("GET", "boards/shared", "", "200"),
    login("GET", "boards/invitations", "", "200"),
    login("GET", "boards/{board}/members", "board", "200 404 404 404", "200 200 404 404"),
    login("POST", "boards/{board}/members", "board", "403 404 404 404", "201 201 404 404",
          body="invite", tables="board_member board"),
    login("PATCH", "boards/{board}/members/{username}", "board", "403 404 404 404",
          "204 204 404 404", body="role", tables="board_member board"),
    login("DELETE", "boards/{board}/members/{username}", "board", "403 404 404 404",
          "204 204 404 404"),
    login("POST", "boards/{board}/accept", "invitation", "200 200 404", "404 404 404",
          tables="board_member board"),
    login("POST", "boards/{board}/links", "board", "403 404 404 404", "201 201 404 404",
          body="role", tables="board_link board"),
    login("GET", "boards/{board}/links", "board", "403 404 404 404", "200 200 404 404"),
    login("DELETE", "boards/{board}/links/{link}", "board", "403 404 404 404",
          "204 204 404 404"),
    login("POST", "boards/invitation", "", "200", body="link", tables="board_link board"),
    login("POST", "boards/join", "", "200", body="link", tables="board_member board_link"),
    login("GET", "pins/{pin}/boards", "pin", "200 404 404 404", "200 200 404 404"),

    read("items/{item}/social", "pin", *SEEN),
    login("PUT", "items/{item}/like", "pin", "200 404 404 404", "409 409 404 404", tables=LIKE),
    login("DELETE", "items/{item}/like", "pin", *SEEN),
    read("items/{item}/likes", "pin", *SEEN),
    login("PUT", "items/{item}/bookmark", "pin", "200 404 404 404", "409 409 404 404",
          tables="bookmark item_count"),
    login("DELETE", "items/{item}/bookmark", "pin", *SEEN),
    login("GET", "bookmarks", "", "200"),
    login("GET", "likes", "", "200"),
    login("PATCH", "styles/posts/{item}/like", "style", *SEEN, tables=LIKE),
    read("styles/posts/{item}/likes", "style", *SEEN),
    login("PATCH", "styles/comments/{item}/like", "comment", *SEEN, tables=LIKE),
    read("styles/comments/{item}/likes", "comment", *SEEN),
    login("PATCH", "styles/replies/{item}/like", "reply", *SEEN, tables=LIKE),
    read("styles/replies/{item}/likes", "reply", *SEEN),

    read("items/{item}/comments", "pin", *SEEN),
    login("POST", "items/{item}/comments", "pin", *ADDED, body="comment", tables=COMMENT),
    read("styles/posts/{item}/comments", "style", *SEEN),
    login("POST", "styles/posts/{item}/comments", "style", *ADDED, body="comment",
          tables=COMMENT),
    *comments("comments/{comment}", "comment"),
    *comments("styles/comments/{comment}", "comment"),
    *comments("styles/replies/{comment}", "reply"),
    *(row for path in ("comments/{comment}/replies", "styles/comments/{comment}/replies")
      for row in (
          read(path, "comment", *SEEN),
          login("POST", path, "comment", *ADDED, body="reply", tables=COMMENT))),
    login("POST", "comments/{comment}/restore", "removed", "404 404", "200 404", tables=COMMENT),
]

EXTRA = [
    read("pins?board={board}", "board given", "200 404 404 400", "200 200 404 400"),
    read("pins?tag={tag}", "tag given", "200 200 400"),
    read("styles/posts?type=default&user_id={user}", "user given", "200 404 400"),
    read("pins?author__username={username}", "person in query", "200 200 400"),
    read("pins?author__follower__username={username}", "person in query", "200 200 400"),
    read("boards?author__username={username}", "person in query", "200 200 400"),
    read("tags?users__username={username}", "person in query", "200 200 400"),
    login("POST", "pins", "board given", "400 400 400 400", "201 201 400 400",
          body="new_pin_on_board"),
    login("POST", "boards/{board}/add_pin", "pin given", "201 400 400 400", "201 201 400 400",
          body="pin_id"),
    # owner: one's own pin on one's own board; the others: a pin of the owner's
    # on a board of theirs, where it may be hidden since
    login("DELETE", "boards/{board}/pins/{id}", "entry", "204 204 404"),
    login("POST", "boards/{board}/remove_pin", "entry given", "204 204 404 400", body="pin_id"),
    login("POST", "boards/{board}/move_pin", "entry given", "204 204 404 400", body="pin_id"),
    login("PUT", "items/{item}/like", "comment", *SEEN, tables=LIKE),
    login("DELETE", "items/{item}/like", "comment", *SEEN),
    login("PUT", "items/{item}/bookmark", "comment", "409 404 404 404", "409 409 404 404"),
    read("items/{item}/likes", "comment", *SEEN),
]
