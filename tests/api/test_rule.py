"""The one rule of visibility, proved: nothing that somebody may not see is in
any answer to them, and what they may see is there.

Every GET route of the program is asked, by everybody who looks, about everything
that there is (rule_world.py).  A route or a field that is not known here fails:
whoever adds one says what it is to be asked with."""

import itertools
import json
import re

import pytest
from checks import PICTURE, settle
from rule_world import MUTED, World
from stack import Stack

QUIET = {"cursor", "limit", "why", "sha256"}  # fields that name nothing of the world's
# What a route may show beyond the rule, to whom, and why.
BEYOND = {
    ("trash", "owner"): ("trash",),        # one's own, deleted
    ("trash/{id}", "owner"): ("trash",),
    ("boards/trash", "owner"): ("trash",),
    ("blocks", "owner"): ("people",),      # whom one blocked
    ("blocks", "blocker"): ("people",),
    ("blocks", "host"): (),
    ("mutes", "muter"): ("muted",),        # what one muted
}
# Routes of lists in which what somebody muted may be: it was asked for by name.
OPENS = {
    "pins/{pin}": "one pin, opened",
    "pages/pin/{pin}": "one pin, opened",
    "styles/posts/{post}": "one post, opened",
    "pages/style/post/{post}": "one post, opened",
    "pages/board/{board}": "the picture of a board",
    "boards": "what is on a board is its maker's choice",
    "boards?author__username": "what is on a board is its maker's choice",
    "boards/{board}": "what is on a board is its maker's choice",
    "boards/shared": "what is on a board is its maker's choice",
    "pins?board": "what is on a board is its maker's choice",
    "pins?author__username": "the pins of a person, opened",
    "pinterestAccounts/user/{username}": "boards of a person, opened",
    "rest-auth/user": "boards of one's own",
    "pins?section": "what is on a board is its maker's choice",
    "bookmarks": "what one saved oneself",
    "comments/{comment}": "one comment, opened",
    "styles/comments/{comment}": "one comment, opened",
    "styles/replies/{comment}": "one reply, opened",
}


@pytest.fixture(scope="module", params=[0, 1], ids=["without a cache", "with it"])
def world(request):
    with Stack({"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1,
                "cache": request.param}) as stack:
        made = World(stack)
        settle(stack)
        if request.param:
            stack.wait_for_cache()
        yield made
        made.db.close()
        stack.keep_logs("rule")


def domain(world, route, name):
    """What a field of a route is asked with."""
    names = [thing.marker for thing in world.of("person")]
    found = {
        "pin": world.ids("pin"), "board": world.ids("board"), "tag": list(world.tags.values()),
        "username": names, "name": names, "author__username": names,
        "author__follower__username": names, "users__username": names,
        "boards__title": [thing.marker for thing in world.of("board")],
        "prefix": ["all", "some"],
        "item": world.ids("pin") + world.ids("style") + world.ids("comment")[::9],
        "comment": world.ids("comment")[::4],
        "id": world.ids("pin") + world.ids("style") + world.ids("board"), "uid": world.ids("person"),
        "pk": world.ids("person"), "post": world.ids("style"),
        "user_id": world.ids("person"), "token": ["x" * 43],
        "type": ["popular", "latest", "following", "default"],
        "state": ["waiting", "dead"] if "jobs" in route else ["open", "closed"],
        "query": names[:3], **{name: [value] for name, value in PICTURE.items()},
        "order": ["top"], "section": [f"{section}&board={board}" for section, board in zip(
            world.sections, world.ids("board"))],
    }.get(name)
    assert found, f"{route}: nothing in the world for a field {name}"
    return found


def calls(world):
    """(what is asked, path) of everything that can be read."""
    found = []
    for route in world.routes:
        if route["method"] != "GET":
            continue
        path = route["path"].removeprefix("/api/")
        fields = {f["name"]: f for f in route["fields"]}
        inside = re.findall(r"\{(\w+)\}", path)
        places = []
        for values in itertools.product(*(domain(world, path, name) for name in inside)):
            made = path
            for name, value in zip(inside, values):
                made = made.replace("{%s}" % name, str(value))
            places.append(made + "/" * (not inside))
        query = [name for name, f in fields.items() if f["from"] == "query"]
        # one by its name, whatever else is asked
        needed = "&".join(f"{name}=" + ("0" * 64 if name in QUIET else "latest")
                          for name in query if fields[name]["required"])
        most = ["limit=50"] if "cursor" in query else []
        for place in places:
            found.append((path, place + "?" + "&".join(filter(None, [needed] + most))))
            for name in set(query) - QUIET - {"user_id"}:
                found += [(f"{path}?{name}", place + "?" + "&".join([f"{name}={value}"] + most)
                           + "&user_id=3000001" * ("user_id" in query and value == "default"))
                          for value in domain(world, path, name)]
    return found


@pytest.fixture(scope="module")
def asked(world):
    world.routes = json.loads(world.stack.run("routes", "--json").stdout)
    return calls(world)


def beyond(world, what, viewer):
    """The things that this answer may show all the same."""
    if what.startswith("staff/") and viewer == "staff":
        return set(range(len(world.things)))
    groups = BEYOND.get((what, viewer), ())
    return {n for n, thing in enumerate(world.things) if
            ("trash" in groups and thing.deleted and thing.owner == viewer
             and thing.visibility < 2)
            or ("people" in groups and thing.kind == "person")
            or ("muted" in groups and thing.name in MUTED)}


def hidden(world, what, viewer):
    """What must not be in this answer."""
    extra = beyond(world, what, viewer)
    for n, thing in enumerate(world.things):
        if n in extra or (thing.kind == "person" and thing.name == viewer):
            continue
        if what in OPENS:
            shows = world.may_see(viewer, thing)
        else:
            shows = world.lists(viewer, thing)
        if not shows:
            yield thing


def shown_in(text, things):
    numbers = set(re.findall(r"(?<!\d)\d{7}(?!\d)", text))
    # of a comment that was replied to a stub is left, which has its id
    return [thing for thing in things if thing.marker in text
            or thing.kind != "comment" and str(thing.id) in numbers]


@pytest.mark.parametrize("viewer", ["anonymous", "stranger", "owner", "member", "blocked",
                                    "blocker", "muter", "staff", "host"])
def test_no_answer_shows_what_is_hidden(world, asked, viewer):
    reader, wrong, answered = world.viewers[viewer], [], 0
    for _ in range(2):
        for what, path in asked:
            answer = reader.get(path)
            assert answer.status_code < 500 and answer.status_code != 400, (path, answer.text)
            if answer.status_code != 200:
                # a refusal names nothing but what was asked for
                assert not [t for t in world.things if t.marker in answer.text
                            and t.marker not in path], (path, answer.text)
                continue
            answered += 1
            asked_for = {thing.marker for thing in world.things if thing.marker in path}
            for thing in shown_in(answer.text, hidden(world, what, viewer)):
                if thing.marker not in asked_for:
                    wrong.append(f"{what} ({path}) shows {viewer} the {thing.kind} {thing.name}")
    assert not wrong, "\n".join(sorted(set(wrong))[:60])
    assert answered > 2 * (60 if viewer == "anonymous" else 80)


@pytest.mark.parametrize("viewer", ["anonymous", "stranger", "owner", "member", "blocked",
                                    "blocker", "muter", "staff", "host"])
def test_what_may_be_seen_is_there(world, viewer):
    """Each thing where it is opened, and lists have all of it and nothing else."""
    reader = world.viewers[viewer]
    for thing in world.things:
        path = {"pin": f"pins/{thing.id}", "style": f"styles/posts/{thing.id}",
                "board": f"boards/{thing.id}",
                "comment": f"comments/{thing.id}",
                "person": f"pinterestAccounts/user/{thing.marker}"}[thing.kind]
        answer, sees = reader.get(path), world.may_see(viewer, thing)
        assert (answer.status_code == 200) is sees, (viewer, thing, answer.text)
        assert not sees or thing.marker in answer.text
    assert_lists(world, reader, viewer)


def assert_lists(world, reader, viewer):
    def found(path, key="id"):
        rows = list(reader.pages(path))
        return {row[key] for row in rows}

    pins = world.of("pin")
    listed = {thing.id for thing in pins if world.lists(viewer, thing)}
    assert found("pins/?limit=7") == listed
    assert found(f"pins/?limit=7&tag={world.tags['all']}") == listed
    for board in world.of("board"):
        if world.may_see(viewer, board):
            assert found(f"pins/?limit=7&board={board.id}") == {
                thing.id for thing in pins if world.may_see(viewer, thing)
                and board.name != "empty"}
    for person in world.of("person"):
        mine = {t.id for t in pins if t.owner == person.name and world.may_see(viewer, t)}
        assert found(f"pins/?author__username={person.marker}") == mine, person
        boards = {t.id for t in world.of("board") if t.owner == person.name
                  and world.may_see(viewer, t)}
        assert {row["id"] for row in reader.want(
            200, "GET", f"boards/?author__username={person.marker}&limit=200")} == boards, person
    fans = {t.marker for t in world.of("person") if t.name not in ("host", "stranger", "sleeper")
            and world.may_see(viewer, t)}
    assert found(f"users/{world.people['host'].username}/followers", "username") == fans
