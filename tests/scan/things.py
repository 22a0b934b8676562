"""What a request needs to be served: things that belong to who asks, and values
that are taken.  A scanner that is refused before anything is looked up finds
nothing."""

import re

import client as tools

# By the names of fields; whatever else is text is a word, and a number 1.  None: not
# sent, for it does not go with the others.
VALUES = {"gender": "F", "birthday": "1999-12-31", "phone_number": "+821012345678",
          "shoe_size": 250, "role": "viewer", "reason": "spam", "order": "newest",
          "type": "latest", "sha256": "0" * 64, "pins": "keep"}
BY_PATH = {
    ("/boards/{board}/items", "action"): "add", ("/pins/bulk", "action"): "trash",
    ("/staff/reports/{id}/resolve", "action"): "dismiss", ("/staff/jobs", "state"): "waiting",
    ("/staff/reports", "state"): "open", ("/mutes", "tag"): None, ("/mutes", "item"): None,
    ("/pins", "board"): None, ("/pins/{pin}", "board"): None,
    ("/tags", "users__username"): None, ("/styles/posts", "user_id"): None}
# Not sent: they would have to fit each other, or to be the site's own.
LEFT_OUT = {"cursor", "image_url", "crop_x", "crop_y", "crop_size", "remove_avatar", "before",
            "to", "section", "person"}
PASSWORD = "Four-quiet-harbours-9"


def of_path(path):
    return {field: value for (where, field), value in BY_PATH.items() if where == path}


def values_of(path):
    """Those that need nobody."""
    return VALUES | of_path(path)


def made_for(person, path):
    """Values for the path, the query and the body of a route: {name: value}.  What
    the path names is made, and is hers."""
    made = Made(person, path)
    new = "registration" in path or path == "/accounts"
    name = tools.unique("word")
    values = {
        **values_of(path), "uid": person.user["id"], "pk": person.user["id"], "tag_name": name,
        "name": person.username, "token": person.token, "old_password": person.password,
        "email": f"{name}@example.com" if new else person.email,
        "password": PASSWORD if new else person.password,
        **{f: PASSWORD for f in ("password1", "password2", "new_password1", "new_password2")},
        **{f: name for f in ("profile_name", "user_name")},
        "username": name if new else "alice" if re.search(r"follow|members|users/{", path)
        else person.username}
    return values | made.all() | of_path(path)


class Made:
    def __init__(self, person, path):
        self.person, self.path = person, path

    def want(self, method, path, **options):
        return self.person.want(204 if method == "DELETE" else 201, method, path, **options)

    def all(self):
        board = self.board() if "{board}" in self.path or "/trash/boards" in self.path else {}
        values = {**board, **self.things(board)}
        if "refresh" in self.path or "out" in self.path:
            again = self.person.login(self.person.email, self.person.password)
            values["refresh"] = again["refresh"]
        return values

    def board(self):
        board = self.want("POST", "boards/", json={"title": "hers"})["id"]
        made = {"board": board}
        if "{section}" in self.path:
            made["section"] = self.want("POST", f"boards/{board}/sections",
                                        json={"title": "hers"})["id"]
        if "{link}" in self.path:
            made["link"] = self.want("POST", f"boards/{board}/links", json={"role": "viewer"})["id"]
        return made

    def things(self, board):
        """A pin, a post, comments: as the path asks, and in which state it asks."""
        path, made = self.path, {}
        if path.startswith("/styles") or "{post}" in path:
            item = self.want("POST", "styles/posts", data={"content": "hers"},
                             files={"image": ("a.png", tools.picture())})["id"]
            made["post"] = item
        else:
            pin = self.person.upload("pins/", "hers #word", tools.picture())
            item = made["pin"] = made["id"] = pin["id"]
            made["ids"], made["tag"] = [item], pin["tag_set"][0]["id"]
        if board and not path.endswith("/add_pin"):
            self.want("POST", f"boards/{board['board']}/add_pin", json={"id": item})
        if "/comments/" in path or "/replies/" in path:
            text, first = {"json": {"content": "hers"}}, item
            item = made["comment"] = self.want("POST", f"items/{first}/comments", **text)["id"]
            if "/replies/" in path:
                item = made["comment"] = self.want("POST", f"comments/{item}/replies", **text)["id"]
            item = first if path.startswith("/styles/posts") else item
        return {**made, "item": item, **self.in_its_state(item, made, board)}

    def in_its_state(self, item, made, board):
        """What is in the trash, is not one's own, or is known by another number."""
        path, get = self.path, lambda path: self.person.want(200, "GET", path)
        if path in ("/boards/{board}/restore", "/trash/boards/{id}"):
            self.want("DELETE", f"boards/{board['board']}")
            return {"id": board["board"]}
        if path == "/comments/{comment}/restore":
            self.want("DELETE", f"comments/{item}")
        if path in ("/items/{id}/restore", "/trash/{id}"):
            self.want("DELETE", f"pins/{made['pin']}")
        if re.fullmatch(r"/items/{item}/(like|bookmark|report)", path):
            return {"item": get("pins/?author__username=alice&limit=1")["results"][0]["id"]}
        if path == "/mutes/{id}":
            return {"id": self.want("POST", "mutes", json={"word": tools.unique("m")})["id"]}
        if path == "/sessions/{id}":
            return {"id": get("sessions")[0]["id"]}
        return {}
