"""R10: an account goes while its owner writes on, and while others write to what
is theirs: each call has an answer, nothing of theirs is shown afterwards, no
counter is off, and no row is left."""

import random
import threading
import time

import psycopg2
import pytest

from checks import run_job, settle
from client import Client, picture, signup, unique
from stack import wait_for
from test_leaving import counters_are_right, grow_old, leave, rows_of


class Story:
    """Ann, who leaves, and Ben, each with something that the other writes to."""

    def __init__(self, stack):
        self.stack = stack
        self.ann, self.ben = signup(stack), signup(stack)
        self.pin = self.ann.upload("pins/", "first", picture())["id"]
        self.bens = self.ben.upload("pins/", "by ben", picture())["id"]
        self.post, self.bens_post = (self.new_post(who) for who in (self.ann, self.ben))
        self.board = self.ben.want(201, "POST", "boards/", json={"title": unique("b")})["id"]
        self.said = self.say(self.ann, self.bens)
        self.bens_said = self.say(self.ben, self.bens)
        self.shared = self.say(self.ann, self.bens_post)
        self.stop, self.bad, self.done = threading.Event(), [], {}

    @staticmethod
    def new_post(who):
        return who.want(201, "POST", "styles/posts/", data={"content": "today"},
                        files={"image": ("p.png", picture())})["id"]

    @staticmethod
    def say(who, item):
        return who.want(201, "POST", f"items/{item}/comments", json={"content": "first"})["id"]

    def calls(self):
        """What each of the two does again and again."""
        ann, ben = self.ann, self.ben

        def says():
            return {"json": {"content": f"late @{ben.username} @{ann.username}"}}

        def on(what):
            return random.choice(("PUT", "DELETE")), f"items/{what}/like"

        return {
            ann: [
                lambda: ("POST", "pins/", {"data": {"title": "late #tea"}, "files": picture_file()}),
                lambda: ("POST", "styles/posts/", {"data": {"content": "late #tea"}, "files": picture_file()}),
                lambda: ("POST", "boards/", {"json": {"title": unique("late")}}),
                lambda: (*on(self.bens), {}), lambda: (*on(self.bens_post), {}),
                lambda: (*on(self.bens_said), {}),
                lambda: ("PUT", f"items/{self.bens}/bookmark", {}),
                lambda: ("POST", f"items/{self.bens}/comments", says()),
                lambda: ("POST", f"items/{self.bens_post}/comments", says()),
                lambda: ("POST", f"comments/{self.bens_said}/replies", says()),
                lambda: ("PUT", f"comments/{self.said}", says()),
                lambda: ("DELETE", f"comments/{self.shared}", {}),
                lambda: ("POST", f"comments/{self.shared}/restore", {}),
                lambda: (random.choice(("PUT", "DELETE")), f"users/{ben.username}/follow", {}),
            ],
            ben: [
                lambda: ("PATCH", f"styles/profiles/{ann.user['id']}/follow/", {}),
                lambda: (*on(self.pin), {}), lambda: (*on(self.post), {}),
                lambda: (*on(self.said), {}),
                lambda: ("POST", f"items/{self.pin}/comments", says()),
                lambda: ("POST", f"items/{self.post}/comments", says()),
                lambda: ("POST", f"comments/{self.said}/replies", says()),
                lambda: ("POST", f"boards/{self.board}/add_pin", {"json": {"id": self.pin}}),
                lambda: ("DELETE", f"boards/{self.board}/pins/{self.pin}", {}),
            ],
        }

    def again(self, person, calls):
        twin = Client(self.stack)
        twin.use_token(person.token)
        while not self.stop.is_set():
            method, path, options = random.choice(calls)()
            answer = twin.request(method, path, **options)
            key = person is self.ann, answer.status_code < 300
            self.done[key] = self.done.get(key, 0) + 1
            if answer.status_code >= 500 and answer.status_code != 503:
                self.bad.append((method, path, answer.status_code, answer.text))

    def during(self, end):
        """Has end() happen in the middle of it all."""
        threads = [threading.Thread(target=self.again, args=pair)
                   for pair in self.calls().items() for _ in range(3)]
        for thread in threads:
            thread.start()
        # not before each has written something
        try:
            wait_for(lambda: all(self.done.get((who, True), 0) > 10
                                 for who in (True, False)), 60)
            end()
            refused = self.done.get((True, False), 0)
            time.sleep(0.5)
            # whoever left is refused at last
            wait_for(lambda: self.done.get((True, False), 0) > refused)
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()
        assert not self.bad, self.bad[:3]
        settle(self.stack)

    def nothing_is_shown(self):
        ann, ben = self.ann, self.ben
        for path in (f"items/{self.bens}/comments", f"items/{self.bens_post}/comments",
                     f"items/{self.bens}/likes", f"items/{self.bens_post}/likes",
                     f"comments/{self.bens_said}/replies",
                     f"users/{ben.username}/followers",
                     f"users/{ben.username}/followings"):
            for row in ben.pages(path):
                assert ann.username not in str(row.get("created_by")) + str(
                    row.get("from_profile")) + str(row.get("username")), (path, row)
                assert f"'username': '{ann.username}'" not in str(row), (path, row)
        for path in ("pins/", "styles/posts/?type=latest", "styles/posts/?type=popular"):
            page = ben.want(200, "GET", path, params={"limit": 50})
            assert ann.username not in str(page), path
        for path in (f"users/{ann.username}", f"pins/{self.pin}", f"styles/posts/{self.post}/",
                     f"comments/{self.said}", f"items/{self.pin}/comments"):
            ben.want(404, "GET", path)

    def counts_are_lists(self):
        """What is counted on Ben's things is what their lists show."""
        for item in (self.bens, self.bens_post):
            shown = list(self.ben.pages(f"items/{item}/comments"))
            n = sum(not c["deleted"] for c in shown)
            for comment in shown:
                replies = list(self.ben.pages(f"comments/{comment['id']}/replies"))
                assert comment["num_replies"] == len(replies), comment
                assert not comment["deleted"] or replies, comment
                n += len(replies)
            social = self.ben.want(200, "GET", f"items/{item}/social")
            assert social["num_comments"] == n
        return [self.ben.want(200, "GET", f"items/{item}/social")["num_likes"]
                for item in (self.bens, self.bens_post)]


def picture_file():
    return {"image": ("a.png", picture(size=(8, 6)))}


# What Ann may be at when she leaves: the call, and a table in which it waits for
# another, when it has written already.
LATE = {
    "pin": ("item_count", lambda s: ("POST", "pins/", {
        "data": {"title": "late #tea"}, "files": picture_file()})),
    "post": ("style_score", lambda s: ("POST", "styles/posts/", {
        "data": {"content": "late #tea"}, "files": picture_file()})),
    "comment": ("item_count", lambda s: ("POST", f"items/{s.bens}/comments", {
        "json": {"content": f"late @{s.ben.username}"}})),
    "comment on a post": ("style_comment", lambda s: (
        "POST", f"items/{s.bens_post}/comments", {"json": {"content": "late"}})),
    "reply": ("item_count", lambda s: ("POST", f"comments/{s.bens_said}/replies", {
        "json": {"content": f"late @{s.ben.username}"}})),
    "undo": ("item_count", lambda s: ("POST", f"comments/{s.shared}/restore", {})),
    "edit": ("comment_mention", lambda s: ("PUT", f"comments/{s.said}", {
        "json": {"content": f"late @{s.ben.username}"}})),
    "like": ("item_count", lambda s: ("PUT", f"items/{s.bens_post}/like", {})),
    "bookmark": ("item_count", lambda s: ("PUT", f"items/{s.bens_post}/bookmark", {})),
    "follow": ("job", lambda s: ("PUT", f"users/{s.ben.username}/follow", {})),
    "board": ("board", lambda s: ("POST", "boards/", {"json": {"title": "late"}})),
}


# How she leaves: with her rows, and without.
ENDS = {"for good": (204, "DELETE", "users/me"), "quit": (200, "POST", "accounts/quit/")}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("kind", LATE)
def test_what_began_before_the_end(stack, kind, end):
    """The one is done before the other, or after it: never half of each."""
    story, answers = Story(stack), {}
    table, call = LATE[kind]
    method, path, options = call(story)
    status, *request = ENDS[end]
    if kind == "undo":
        story.ann.want(204, "DELETE", f"comments/{story.shared}")
    twin = Client(stack)
    twin.use_token(story.ann.token)
    settle(stack)

    def asks(name, client, *request, **more):
        def run():
            answers[name] = client.request(*request, **more)
        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def waiting():
        return stack.sql("select count(distinct pid) from pg_locks where not granted")[0][0]

    holder = psycopg2.connect(stack.dsn())
    with holder.cursor() as sql:
        sql.execute(f"lock table {table} in exclusive mode")
    threads = [asks("late", twin, method, path, **options)]
    try:
        wait_for(lambda: waiting() >= 1)
        threads.append(asks("leave", story.ann, *request, json=(
            {"password": story.ann.password} if end == "for good" else None)))
        # a worker that waits may have been given both: then one comes after the other
        end_of_wait = time.monotonic() + 1
        wait_for(lambda: waiting() >= 2 or "leave" in answers
                 or time.monotonic() > end_of_wait)
    finally:
        holder.close()
        for thread in threads:
            thread.join()
    assert answers["leave"].status_code == status, answers["leave"].text
    assert answers["late"].status_code < 500, answers["late"].text
    settle(stack)
    story.nothing_is_shown()
    story.counts_are_lists()
    counters_are_right(stack)
    if end == "quit":
        return
    grow_old(stack, story.ann.user["id"])
    run_job(stack, "remove_accounts")
    assert rows_of(stack, story.ann.user["id"]) == {}
    assert story.counts_are_lists() == [0, 0]
    counters_are_right(stack)


@pytest.mark.parametrize("seed", range(3))
def test_leaving_for_good(stack, seed):
    random.seed(seed)
    story = Story(stack)
    story.during(lambda: leave(story.ann))
    story.nothing_is_shown()
    counters_are_right(stack)
    story.counts_are_lists()
    gone = story.ann.user["id"]
    grow_old(stack, gone)

    def is_gone():
        run_job(stack, "remove_accounts")
        return not stack.sql("select 1 from account where id = %s", (gone,))

    wait_for(is_gone)
    assert rows_of(stack, gone) == {}
    assert stack.sql("select 1 from item where owner = %s", (gone,)) == []
    story.nothing_is_shown()
    assert story.counts_are_lists() == [0, 0]
    counters_are_right(stack)
    assert stack.sql("select 1 from job where dead_at is not null and kind in "
                     "('remove_accounts', 'notice')") == []


@pytest.mark.parametrize("seed", range(2))
def test_quitting(stack, seed):
    """The rows stay, and are as hidden as if they had gone."""
    random.seed(seed)
    story = Story(stack)
    story.during(lambda: story.ann.want(200, "POST", "accounts/quit/"))
    assert stack.sql("select is_active, deleted_at from account where id = %s",
                     (story.ann.user["id"],)) == [(False, None)]
    story.nothing_is_shown()
    counters_are_right(stack)
    story.counts_are_lists()
