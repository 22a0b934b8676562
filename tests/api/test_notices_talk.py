"""Notices of likes, comments, replies and mentions: who is told, once, and where
it leads; and the number of the unread, whatever happens to what they are about."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from checks import many_pins, run_job
from client import picture, signup
from test_notices import Life, count, names, told


@pytest.fixture
def pin(stack, person):
    return many_pins(stack, person, 1)[0]


@pytest.fixture
def crowd(stack):
    return [signup(stack) for _ in range(3)]


def like(who, item):
    who.want(200, "PUT", f"items/{item}/like")


def unlike(who, item):
    who.want(200, "DELETE", f"items/{item}/like")


def say(who, item, text):
    return who.want(201, "POST", f"items/{item}/comments", json={"content": text})["id"]


def answer(who, comment, text):
    return who.want(201, "POST", f"comments/{comment}/replies", json={"content": text})["id"]


def kinds(found):
    return sorted(one["kind"] for one in found)


def test_likes(person, crowd, pin):
    for one in crowd:
        like(one, pin)
        like(one, pin)
    group, = told(person)
    assert group["kind"] == "like" and group["num_actors"] == 3
    assert group["item"]["id"] == pin and group["item"]["kind"] == "pin"
    assert group["item"]["title"].startswith("pin ") and "/media/" in group["item"]["image"]
    assert group["url"] == f"/pin/{pin}"
    unlike(crowd[2], pin)
    unlike(crowd[0], pin)
    group, = told(person)
    assert group["num_actors"] == 1 and names(group) == [crowd[1].username]
    unlike(crowd[1], pin)
    assert told(person) == []


def test_a_like_waits_for_nobody_who_is_told(stack, person, crowd, pin):
    """It is counted while all that is told to the owner is held."""
    db = stack.connect()
    db.autocommit = False
    with db.cursor() as sql:
        sql.execute("select notice_hold(array[%s::bigint])", (person.user["id"],))
        sql.execute("lock table notice, notice_event in access exclusive mode")
        like(crowd[0], pin)
        db.rollback()
    db.close()
    assert told(person)[0]["num_actors"] == 1


def test_a_comment_that_is_liked(person, crowd, pin):
    comment = say(person, pin, "look at the light")
    like(crowd[0], comment)
    one, = told(person)
    assert one["kind"] == "like" and one["url"] == f"/pin/{pin}#comment-{comment}"
    assert one["item"]["kind"] == "comment" and one["item"]["title"] == "look at the light"


def test_comments_are_one_and_people_are_counted(person, crowd, pin):
    ann, ben, _ = crowd
    first, second, third = say(ann, pin, "one"), say(ben, pin, "two"), say(ann, pin, "three")
    group, = told(person)
    assert group["kind"] == "comment" and group["num_actors"] == 2
    assert names(group) == [ann.username, ben.username]
    assert group["url"] == f"/pin/{pin}#comment-{third}"
    ann.want(204, "DELETE", f"comments/{third}")
    group, = told(person)
    assert group["num_actors"] == 2 and group["url"] == f"/pin/{pin}#comment-{second}"
    ann.want(204, "DELETE", f"comments/{first}")
    assert names(told(person)[0]) == [ben.username]
    ben.want(204, "DELETE", f"comments/{second}")
    assert told(person) == []
    ben.want(200, "POST", f"comments/{second}/restore")
    assert names(told(person)[0]) == [ben.username]


def test_a_reply_is_told_to_whom_it_answers(person, crowd, pin):
    ann, ben, cat = crowd
    comment = say(ann, pin, "whose lamp is it?")
    person.want(200, "POST", "notices/read", json={"id": told(person)[0]["id"]})
    reply = answer(ben, comment, "mine")
    one, = told(ann)
    assert one["kind"] == "reply" and one["url"] == f"/pin/{pin}#comment-{reply}"
    assert one["item"]["id"] == comment and one["item"]["title"] == "whose lamp is it?"
    assert kinds(told(person)) == ["comment", "comment"]
    # a reply to the reply: for who wrote it, who began, and whose pin it is
    answer(cat, reply, "no, mine")
    assert [(n["kind"], names(n)) for n in told(ben)] == [("reply", [cat.username])]
    assert told(ann)[0]["num_actors"] == 2
    assert names(told(person)[0]) == [cat.username, ben.username]
    # nobody is told of what they said themselves
    assert told(cat) == []


def test_mentions(person, crowd, pin):
    ann, ben, cat = crowd
    comment = say(ann, pin, f"@{ben.username} and @{person.username}, @{ann.username}")
    one, = told(ben)
    assert one["kind"] == "mention" and one["item"]["id"] == pin
    assert one["url"] == f"/pin/{pin}#comment-{comment}"
    assert kinds(told(person)) == ["mention"], "once for one comment"
    assert told(ann) == []
    ann.want(200, "PATCH", f"comments/{comment}", json={"content": f"@{cat.username}!"})
    assert told(ben) == [] and kinds(told(cat)) == ["mention"]
    assert kinds(told(person)) == ["comment"]


def test_a_style_post(stack, person, crowd):
    ann, ben, _ = crowd
    post = person.want(201, "POST", "styles/posts/", data={"content": "a grey coat #coat"},
                       files=[("image", (f"{i}.png", picture())) for i in range(2)])
    like(ann, post["id"])
    comment = say(ben, post["id"], "how warm is it?")
    said, liked = told(person)
    assert (said["kind"], liked["kind"]) == ("comment", "like")
    assert said["url"] == f"/style/{post['id']}#comment-{comment}"
    for one in (said, liked):
        assert one["item"] == {"id": post["id"], "kind": "style", "title": "a grey coat #coat",
                               "image": post["images"][0]}
    like(person, comment)
    assert told(ben)[0]["item"]["image"] == post["images"][0]
    # what is said is looked through for muted words, of posts as well
    stack.change("insert into mute (account, word) values (%s, 'coat')", (ben.user["id"],))
    say(ann, post["id"], f"@{ben.username} my coat is warmer")
    assert kinds(told(ben)) == ["like"]


def test_what_is_muted_or_switched_off(stack, person, crowd, pin):
    ann, ben, _ = crowd
    me = person.user["id"]
    stack.change("insert into mute (account, word) values (%s, 'cheap')", (me,))
    say(ann, pin, "Cheap watches")
    assert told(person) == []
    stack.change("insert into mute (account, item) values (%s, %s)", (me, pin))
    say(ann, pin, "a watch")
    assert told(person) == []
    stack.change("delete from mute where account = %s", (me,))
    person.want(200, "PATCH", "notices/settings", json={"comment": False})
    say(ben, pin, "another watch")
    like(ben, pin)
    assert kinds(told(person)) == ["like"]


def test_what_is_deleted_or_secret_is_not_told_of(stack, person, crowd, pin):
    ann, ben, _ = crowd
    like(ann, pin)
    say(ann, pin, f"@{ben.username}")
    assert count_of(person) == 2 and count_of(ben) == 1
    person.want(204, "DELETE", f"pins/{pin}")
    assert told(person) == told(ben) == []
    person.want(204, "POST", f"items/{pin}/restore")
    assert count_of(person) == 2 and count_of(ben) == 1
    stack.change("update item set visibility = 1 where id = %s", (pin,))
    assert count_of(person) == 2 and told(ben) == []
    stack.change("update item set visibility = 0 where id = %s", (pin,))
    assert count_of(ben) == 1
    # by ann, on a page of somebody who wants nothing of ben
    stack.change("insert into block values (%s, %s)", (person.user["id"], ben.user["id"]))
    assert told(ben) == [] and count_of(person) == 2
    stack.change("delete from block where blocked = %s", (ben.user["id"],))
    assert count_of(ben) == 1
    stack.change("update account set is_active = false where id = %s", (person.user["id"],))
    assert told(ben) == []


def count_of(one):
    assert len(told(one)) == count(one)
    return count(one)


def test_what_goes_for_good(stack, person, crowd, pin):
    ann, ben, _ = crowd
    comment = say(ann, pin, f"@{ben.username}")
    like(person, comment)
    assert count_of(ann) == count_of(ben) == 1
    person.want(204, "DELETE", f"pins/{pin}")
    stack.change("delete from item where id = %s", (pin,))
    assert told(ann) == told(ben) == told(person) == []
    # the source of others is no item: a follower, a board
    assert stack.sql("select 1 from notice_event where source in (%s, %s)"
                     " and topic not in ('follow', 'invite')", (comment, pin)) == []


# The number is that of the list, whatever happens.

class Talk(Life):
    """... and who like, say and answer things, and delete them again."""

    def __init__(self, stack, seed):
        super().__init__(stack, seed)
        self.pins = [(one, pin) for one in self.people for pin in many_pins(stack, one, 2)]
        self.said = []

    def anybody(self):
        return self.dice.choice(self.people)

    def like(self):
        thing = self.dice.choice([pin for _, pin in self.pins] + [c for _, c in self.said])
        self.anybody().request("PUT", f"items/{thing}/like")

    def unlike(self):
        thing = self.dice.choice([pin for _, pin in self.pins] + [c for _, c in self.said])
        self.anybody().request("DELETE", f"items/{thing}/like")

    def say(self):
        who, text = self.anybody(), f"hello @{self.anybody().username}"
        made = who.post(f"items/{self.dice.choice(self.pins)[1]}/comments",
                        json={"content": text})
        if made.status_code == 201:
            self.said.append((who, made.json()["id"]))

    def reply(self):
        if self.said:
            who = self.anybody()
            made = who.post(f"comments/{self.dice.choice(self.said)[1]}/replies",
                            json={"content": "yes"})
            if made.status_code == 201:
                self.said.append((who, made.json()["id"]))

    def change(self):
        if self.said:
            who, comment = self.dice.choice(self.said)
            who.request("PATCH", f"comments/{comment}",
                        json={"content": f"@{self.anybody().username} again"})

    def unsay(self):
        if self.said:
            who, comment = self.dice.choice(self.said)
            who.request("DELETE", f"comments/{comment}")

    def resay(self):
        if self.said:
            who, comment = self.dice.choice(self.said)
            who.request("POST", f"comments/{comment}/restore")

    def pin_goes(self):
        who, pin = self.dice.choice(self.pins)
        who.request("DELETE", f"pins/{pin}")

    def pin_comes(self):
        who, pin = self.dice.choice(self.pins)
        who.request("POST", f"items/{pin}/restore")

    def pin_hides(self):
        self.sql("update item set visibility = 1 - visibility where id = %s and visibility < 2",
                 self.dice.choice(self.pins)[1])

    def steps(self):
        return super().steps() + 3 * [self.like, self.say] + 2 * [self.reply] + [
            self.unlike, self.change, self.unsay, self.resay, self.pin_goes, self.pin_comes,
            self.pin_comes, self.pin_hides]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_number_is_that_of_the_list(stack, seed):
    life = Talk(stack, seed)
    seen = set()
    for _ in range(10):
        for _ in range(14):
            life.dice.choice(life.steps())()
        for one in life.people:
            seen |= {notice["kind"] for notice in told(one)}
    assert seen >= {"like", "comment", "reply", "mention"}
    run_job(stack, "check_counters")
    assert not stack.lines("counter notice")


def test_the_number_is_exact_under_concurrency(stack):
    life = Talk(stack, 3)
    before = len(stack.log())

    def act(seed):
        mine = Talk.__new__(Talk)
        mine.__dict__ = {**life.__dict__, "dice": random.Random(seed)}
        for _ in range(16):
            mine.dice.choice(mine.steps())()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(16)))
    for one in life.people:
        told(one)
    run_job(stack, "check_counters")
    assert not stack.lines("counter notice", "deadlock", since=before)


def test_a_thousand_likes_at_once(stack, person, pin):
    """Exact, and the number is of people: each likes and unlikes it again and again."""
    crowd = [signup(stack) for _ in range(8)]

    def act(i):
        for turn in range(15):
            (like if turn % 2 == 0 else unlike)(crowd[i], pin)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(8)))
    group, = told(person)
    assert group["num_actors"] == 8 and len(group["actors"]) == 3
