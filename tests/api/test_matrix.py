"""Who may do what to what: the authorization matrix (Z1), cell by cell, and
lists that never show what their reader may not see."""

import datetime
import random

import pytest
from checks import ids, settle
from matrix import ALIKE, EXTRA, KINDS, MATRIX
from scene import DEAD, ROLES, Caller, scene  # noqa: F401

import client as tools

MOVING = {"date", "x-request-id", "ratelimit-remaining", "ratelimit-reset", "retry-after"}
NAMES = [f"{row.method} {row.path}" for row in MATRIX] + \
    [f"{row.method} {row.path}, {row.kind}" for row in EXTRA]


def cells(row):
    return [(role, column, state, row.expected("dead" if role in DEAD else role, column))
            for role in ROLES for column, states in KINDS[row.kind].items() for state in states]


def look(answer):
    return (answer.status_code, answer.content,
            tuple(sorted((name.lower(), value) for name, value in answer.headers.items()
                         if name.lower() not in MOVING)))


def test_every_route_has_its_row(scene):  # noqa: F811
    routes = [(route["method"], route["path"]) for route in scene.routes]
    rows = [row.key for row in MATRIX]
    assert len(rows) == len(set(rows)) and len(routes) == len(set(routes))
    assert set(routes) - set(rows) == set(), "routes without a row in matrix.py"
    assert set(rows) - set(routes) == set(), "rows without a route"
    assert {row.key for row in EXTRA} <= set(routes)


def test_rows_say_what_the_table_of_routes_says(scene):  # noqa: F811
    """AUTH_ and the status of success stand in both."""
    for route in scene.routes:
        row = next(r for r in MATRIX if r.key == (route["method"], route["path"]))
        needed = row.anonymous == "401"
        dead = row.dead == "401"
        staff = row.user == "403" and row.owner == "403"
        assert {"none": (False, False, False), "try": (False, False, False),
                "optional": (needed, True, False), "user": (True, True, False),
                "staff": (True, True, True)}[route["auth"]] \
            == (needed, dead, staff), row.key
        assert row.page == route["cookies"], row.key
        assert str(route["status"]) in (row.owner + " " + row.staff).split(), row.key


def compare(wrong, cell, answer):
    role, column, state, expected = cell
    if answer.status_code != expected:
        wrong.append(f"{role}, {column} ({state}): {answer.status_code}, not {expected}: "
                     f"{answer.text[:300]}")


@pytest.mark.parametrize("row", MATRIX + EXTRA, ids=NAMES)
def test_refused(scene, row):  # noqa: F811
    """What is refused changes no row, and what is not there looks like what
    may not be seen."""
    refused = [cell for cell in cells(row) if cell[3] >= 400]
    calls = [scene.prepare(row, role, state) for role, _, state, _ in refused]
    settle(scene.stack)
    before = scene.digest()
    answers = [call() for call in calls]
    after = scene.digest()
    wrong, looks = [], {}
    for cell, answer in zip(refused, answers):
        compare(wrong, cell, answer)
        if cell[1] in ALIKE:
            looks.setdefault((cell[0], cell[3]), {}).setdefault(look(answer), []).append(cell[1:])
    assert not wrong, "\n".join(wrong)
    assert after == before, {name: (before[name], after[name]) for name in before
                             if before[name] != after[name]}
    for cell, different in looks.items():
        assert len(different) == 1, (cell, different)


@pytest.mark.parametrize("row", MATRIX + EXTRA, ids=NAMES)
def test_allowed(scene, row):  # noqa: F811
    wrong = []
    for cell in cells(row):
        if cell[3] < 400:
            compare(wrong, cell, scene.call(row, cell[0], cell[2]))
    assert not wrong, "\n".join(wrong)


# Lists.

class Mixture:
    """People, pins in every state, boards and tags at random, and what each
    reader may see of them."""

    def __init__(self, scene, seed):  # noqa: F811
        dice = self.dice = random.Random(seed)
        self.scene = scene
        self.people = [Caller(scene).sign_up() for _ in range(3)]
        self.follower = self.people[2]
        start = datetime.datetime.now(datetime.timezone.utc)
        self.tags = [scene.tag() for _ in range(3)]
        self.pins = []
        for n in range(24):
            pin = {"owner": dice.choice(self.people).id, "visibility": int(dice.random() < .35),
                   "deleted": dice.random() < .25, "title": tools.unique("pin-"),
                   "made": start + datetime.timedelta(milliseconds=n)}
            pin["id"] = scene.pin(**pin)
            pin["tags"] = sorted(dice.sample(self.tags, dice.randrange(3)))
            for tag in pin["tags"]:
                scene.sql("insert into item_tag values (%s, %s, %s)", pin["id"], tag, pin["made"])
            self.pins.append(pin)
        self.boards = []
        for _ in range(9):
            board = {"owner": dice.choice(self.people).id, "visibility": int(dice.random() < .4),
                     "title": tools.unique("board-")}
            board["id"] = scene.board(**board)
            board["pins"] = dice.sample(self.pins, dice.randrange(9))  # as they are put there
            for pin in board["pins"]:
                scene.put(board["id"], pin["id"])
                pin.setdefault("boards", []).insert(0, board)
            self.boards.append(board)
        for person in self.people[:2]:
            self.follower.want(202, "POST", "pinterestAccounts/follow",
                               json={"username": person.username})
        self.follower.want(201, "POST", f"tags/{self.tags[0]}/follow_tag")

    @staticmethod
    def sees(reader, thing):
        return not thing.get("deleted") and (
            thing["visibility"] == 0 or (reader.user or {}).get("id") == thing["owner"])

    def newest(self, reader, wanted=lambda pin: True):
        return [pin["id"] for pin in reversed(self.pins)
                if self.sees(reader, pin) and wanted(pin)]

    def on(self, reader, board):
        """The pins that a reader sees on a board, the last put first."""
        return [pin["id"] for pin in reversed(board["pins"]) if self.sees(reader, pin)]


class Reading:
    """One reader's look at everything; all texts are kept."""

    def __init__(self, reader):
        self.reader, self.texts = reader, []

    def get(self, path, status=200):
        answer = self.reader.get(path)
        assert answer.status_code == status, (path, answer.text)
        self.texts.append(answer.text)
        return answer.json()

    def all(self, path):
        """Every result, three a page."""
        path, found = f"{path}{'&' if '?' in path else '?'}limit=3", []
        while path:
            page = self.get(path)
            found += page["results"]
            path = page["next"]
        return found


@pytest.fixture(scope="module", params=[1, 2, 3])
def mixture(request, scene):  # noqa: F811
    return Mixture(scene, request.param)


READERS = ("anonymous", "first", "second", "follower", "unrelated", "staff")


@pytest.mark.parametrize("who", READERS)
def test_lists_show_what_may_be_seen_and_all_of_it(scene, mixture, who):  # noqa: F811
    people = dict(zip(("first", "second", "follower"), mixture.people))
    reader = people.get(who) or scene.callers.get(who) or scene.callers["user"]
    look_at = Reading(reader)
    check_pins(mixture, reader, look_at)
    check_places(mixture, reader, look_at)
    check_boards(mixture, reader, look_at)
    # Nothing of what is hidden stands anywhere in what was answered.
    text = "\n".join(look_at.texts)
    hidden = [thing["title"] for thing in mixture.pins + mixture.boards
              if not mixture.sees(reader, thing)]
    shown = [thing["title"] for thing in mixture.pins + mixture.boards
             if mixture.sees(reader, thing)]
    assert len(hidden) > 3 and len(shown) > 3
    assert not [title for title in hidden if title in text]
    assert not [title for title in shown if title not in text]


def check_pins(mixture, reader, look_at):
    pins = {pin["id"]: pin for pin in mixture.pins}
    for person in mixture.people:
        assert ids(look_at.all(f"pins/?author__username={person.username}")) == mixture.newest(
            reader, lambda pin, person=person: pin["owner"] == person.id)
    assert [n for n in ids(look_at.get("pins/?limit=200")["results"]) if n in pins] \
        == mixture.newest(reader)
    followed = {person.id for person in mixture.people[:2]}
    assert ids(look_at.all(f"pins/?author__follower__username={mixture.follower.username}")) \
        == mixture.newest(reader, lambda pin: pin["owner"] in followed)
    if reader is mixture.follower:
        assert ids(look_at.all("pins/following_pin")) == mixture.newest(
            reader, lambda pin: pin["owner"] in followed or mixture.tags[0] in pin["tags"])
    for pin in mixture.pins:
        sees = mixture.sees(reader, pin)
        gone = pin["deleted"] and mixture.sees(reader, {**pin, "deleted": False})
        one = look_at.get(f"pins/{pin['id']}", 200 if sees else 410 if gone else 404)
        if sees:
            assert ids(one["boards"]) == [b["id"] for b in pin.get("boards", [])
                                          if b["visibility"] == 0]
            assert ids(one["tag_set"]) == pin["tags"]


def check_places(mixture, reader, look_at):
    for tag in mixture.tags:
        assert ids(look_at.all(f"pins/?tag={tag}")) == mixture.newest(
            reader, lambda pin, tag=tag: tag in pin["tags"])
    for board in mixture.boards:
        sees = mixture.sees(reader, board)
        titled = ids(look_at.all(f"pins/?boards__title={board['title']}"))
        if not sees:
            assert titled == []
            look_at.get(f"pins/?board={board['id']}", 404)
            look_at.get(f"boards/{board['id']}", 404)
            continue
        on_it = {pin["id"] for pin in board["pins"]}
        assert titled == mixture.newest(reader, lambda pin, on_it=on_it: pin["id"] in on_it)
        assert ids(look_at.all(f"pins/?board={board['id']}")) == mixture.on(reader, board)
        assert ids(look_at.get(f"boards/{board['id']}")["pin"]) == mixture.on(reader, board)


def check_boards(mixture, reader, look_at):
    boards = {board["id"]: board for board in mixture.boards}

    def expect(found, wanted):
        found = [b for b in found if b["id"] in boards]
        assert ids(found) == [b["id"] for b in reversed(mixture.boards)
                              if wanted(b) and mixture.sees(reader, b)]
        for board in found:
            assert ids(board["pin"]) == mixture.on(reader, boards[board["id"]])
    for person in mixture.people:
        def theirs(board, person=person):
            return board["owner"] == person.id
        expect(look_at.get(f"boards/?author__username={person.username}"), theirs)
        expect(look_at.get(f"pinterestAccounts/user/{person.username}")["boards"], theirs)
    if reader.user is None:
        expect(look_at.get("boards/?limit=200"), lambda board: True)
    else:
        expect(look_at.get("boards/"), lambda board: board["owner"] == reader.id)
        expect(look_at.get("rest-auth/user/")["boards"], lambda board: board["owner"] == reader.id)


def test_nothing_is_told_in_logs(scene):  # noqa: F811
    """Z8: neither tokens, passwords nor addresses, of all that was used."""
    assert len(scene.secrets) > 50
    told = scene.told_in_logs()
    assert not told, "\n".join(told)
