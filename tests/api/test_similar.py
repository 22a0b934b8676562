"""Pins like a pin: which, in which order, why, and what never shows."""

import itertools
import math
import os
import signal
import threading
import time

import pytest
from checks import check_pin, ids, processes
from client import Client, picture, signup, unique
from sklearn.feature_extraction.text import TfidfVectorizer
from stack import Stack, wait_for

WORDS = [f"{a}{b}{c}" for a, b, c in itertools.product("bdgk", "aou", "lmnr")]


@pytest.fixture(scope="module")
def site():
    """A site with nothing but these tests' pins, so that weights are known."""
    with Stack({"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1, "fast_workers": 2}) as stack:
        yield stack
        stack.keep_logs("similar")


@pytest.fixture(scope="module")
def person(site):
    return signup(site)


def add(site, person, titles):
    """Pins by SQL, as any other program would write them; their ids."""
    keys = [unique("f") for _ in titles]
    return [row[0] for row in site.sql("""
        with n as (select * from unnest(%(keys)s, %(titles)s) with ordinality n (key, title, n)),
        m as (
            insert into media (owner, image, files, width, height, frames, source, colour,
                palette, placeholder, dhash, sha256, complete)
            select %(owner)s, left(key, 2) || '/' || key || '/4.webp', key || ' 4=4x3.webp',
                4, 3, 1, 'image/png', '#102030', '{}', 'placeholder', 0, sha256(key::bytea), true
            from n order by n returning id
        ), i as (
            insert into item (kind, owner) select 'pin', %(owner)s from n order by n returning id
        )
        insert into pin (id, title, media)
        select i.id, n.title, m.id
        from n join (select id, row_number() over (order by id) as n from i) i using (n)
        join (select id, row_number() over (order by id) as n from m) m using (n)
        order by n returning id""", {"keys": keys, "titles": list(titles),
                                     "owner": person.user["id"]})]


def told(site):
    """The index has all that was committed."""
    wait_for(lambda: site.sql("select count(*) from index_outbox") == [(0,)])


def similar(caller, pin, status=200, **query):
    asked = "&".join(f"{k}={v}" for k, v in query.items())
    return caller.want(status, "GET", f"pins/{pin}/similar_pin?{asked}")


def documents(site):
    return dict(site.sql(
        "select p.id, w.words from pin p join item i on i.id = p.id"
        " join item_words w on w.item = p.id"
        " where i.visibility = 0 and i.deleted_at is null order by p.id"))


def expected(site, pin):
    """By scikit-learn, from the words that the site keeps."""
    kept = documents(site)
    order = sorted(kept)
    rows = TfidfVectorizer(token_pattern=r"\S+").fit_transform([kept[n] for n in order])
    scores = (rows @ rows[order.index(pin)].T).toarray().ravel()
    return {n: s for n, s in zip(order, scores) if s > 0 and n != pin}


def check_against_sklearn(site, pin, found):
    wanted = expected(site, pin)
    got = [(row["id"], row["similarity"]["score"]) for row in found]
    assert len(got) == min(len(wanted), 200)
    for n, score in got:
        assert math.isclose(score, wanted[n], abs_tol=1e-9), (n, score, wanted[n])
    assert got == sorted(got, key=lambda hit: (-hit[1], hit[0]))
    assert min((s for _, s in got), default=1) >= max(
        (s for n, s in wanted.items() if n not in dict(got)), default=0) - 1e-9


def test_the_order_is_that_of_scikit_learn(site, person):
    made = add(site, person, [" ".join(WORDS[(i * k) % len(WORDS)] for k in range(1, 3 + i % 4))
                              for i in range(120)])
    told(site)
    for pin in made[::9]:
        found = similar(Client(site), pin, limit=200)
        check_against_sklearn(site, pin, found)


def test_what_an_answer_is(site, person):
    one, twin, near, far = add(site, person, [
        "quartz violin harbour", "quartz violin harbour", "quartz violin", "unrelated zeppelin"])
    told(site)
    found = similar(Client(site), one)
    assert ids(found) == [twin, near] and far not in ids(found)
    assert found[0]["similarity"] == {"score": 1}
    for pin in found:
        check_pin({k: v for k, v in pin.items() if k != "similarity"})
    assert similar(Client(site), one, limit=1) == found[:1]
    same = Client(site).want(200, "GET", f"pins/{one}/sim_pin_list")
    assert same == found
    # one by one: never itself, not even beside its twin
    assert ids(similar(Client(site), twin)) == [one, near]


def test_why(site, person):
    one, other = add(site, person, ["marble lantern ocean", "marble lantern forest"])
    told(site)
    hit = next(p for p in similar(Client(site), one, why=1) if p["id"] == other)
    why = hit["similarity"]["why"]
    assert sorted(w["word"] for w in why) == ["lantern", "marble"]
    assert math.isclose(sum(w["weight"] for w in why), hit["similarity"]["score"], abs_tol=1e-9)
    assert [w["weight"] for w in why] == sorted((w["weight"] for w in why), reverse=True)


def test_limit(site, person):
    pin, *_ = add(site, person, ["crowd of limits"] * 230)
    told(site)
    assert len(similar(Client(site), pin)) == 47
    assert len(similar(Client(site), pin, limit=200)) == 200
    for bad in (0, 201, "x", -1):
        assert list(similar(Client(site), pin, 400, limit=bad)) == ["limit"]
    assert list(similar(Client(site), pin, 400, why=2)) == ["why"]


def test_nobody_sees_what_is_hidden_deleted_or_edited_away(site, person):
    pin, hidden, deleted, edited, gone = add(site, person, ["pelican sundial"] * 5)
    told(site)
    assert ids(similar(Client(site), pin)) == [hidden, deleted, edited, gone]
    site.sql("update item set visibility = 1 where id = %s", (hidden,))
    assert hidden not in ids(similar(Client(site), pin))
    site.sql("update item set deleted_at = now() where id = %s", (deleted,))
    assert deleted not in ids(similar(Client(site), pin))
    site.sql("update item set deleted_at = now() where id = %s", (gone,))
    site.sql("delete from item where id = %s", (gone,))
    assert gone not in ids(similar(Client(site), pin))
    site.sql("update pin set title = 'something else' where id = %s", (edited,))
    told(site)
    # ids and scores may be shown old, until after ten seconds they are made anew
    wait_for(lambda: similar(Client(site), pin) == [])
    for n in (hidden, gone, 10**9):
        similar(Client(site), n, 404)
    # what was deleted has pins like it, and does not say by which words
    found, = [one for one in similar(Client(site), deleted, why=1) if one["id"] == pin]
    assert found["similarity"]["score"] > 0 and "words" not in found["similarity"]
    # its owner sees a hidden pin, and what is like it
    assert ids(similar(person, hidden)) == [pin]
    assert hidden not in ids(similar(person, pin))
    site.sql("update item set visibility = 0 where id = %s", (hidden,))
    told(site)
    wait_for(lambda: ids(similar(Client(site), pin)) == [hidden])
    kept = documents(site)
    assert hidden in kept and deleted not in kept
    assert site.sql("select item from item_words where item in (%s, %s)", (deleted, gone)) == []


PATIENCE_S = 0.25  # who has just written waits for the index, no longer


def at_once(person, pin, as_it_is):
    """An answer that comes before patience ends knows one's own writes; one that
    comes later, on a busy machine, need not, and the next ones do."""
    while True:
        begin = time.monotonic()
        found = ids(similar(person, pin))
        if as_it_is(found):
            return
        assert time.monotonic() - begin >= PATIENCE_S, found


def test_own_writes_are_there_at_once(site, person):
    for i in range(25):
        word = unique("w")
        one = person.upload("pins/", f"own {word}", picture())["id"]
        two = person.upload("pins/", f"again {word}", picture(seed=i))["id"]
        at_once(person, one, lambda found, two=two: found[:1] == [two])
        other = unique("w")
        person.want(200, "PATCH", f"pins/{two}", json={"title": f"only {other}"})
        at_once(person, one, lambda found, two=two: two not in found)
        person.want(204, "DELETE", f"pins/{two}")


def test_without_words_the_pins_of_its_tags_then_the_newest(site, person):
    def tag(pin, name):
        site.sql("""
            with t as (insert into tag (tag_name) values (%s) on conflict (lower(tag_name))
                do update set tag_name = excluded.tag_name returning id)
            insert into item_tag (item, tag, created_at) select %s, id, now() from t""",
                 (name, pin))

    none, tagged, recent = add(site, person, ["!!!", "ㅋㅋ ???", "something worded"])
    found = similar(Client(site), none, limit=5)
    assert ids(found)[:2] == [recent, tagged] and len(found) == 5
    tag(none, "mere")
    tag(tagged, "mere")
    told(site)
    found = similar(Client(site), none, limit=5)
    assert ids(found)[0] == tagged and recent in ids(found) and len(found) == 5
    assert none not in ids(found) and len(set(ids(found))) == 5
    assert all(p["similarity"] is None for p in found[1:])
    words, = add(site, person, ["singular xylophonist"])
    told(site)
    assert similar(Client(site), words) == []  # words, but nothing like them


def test_korean(site, person):
    one, two, three = add(site, person, [
        "제주도에서 찍은 바다 사진", "제주도의 바다와 오름", "부산에서 먹은 국밥"])
    told(site)
    found = similar(Client(site), one, why=1)
    assert ids(found) == [two] and three not in ids(found)
    assert {w["word"] for w in found[0]["similarity"]["why"]} == {"제주도", "바다"}


def test_tags_are_words(site, person):
    """Of their own pins, and in titles where they stand with a particle."""
    tag, word = "가나담마", unique("w")
    one = person.upload("pins/", f"{word} #{tag}", picture(seed=991))["id"]
    two, = add(site, person, [f"{tag}에서 {unique('w')}"])
    told(site)
    assert tag in documents(site)[one].split() and tag in documents(site)[two].split()
    assert two in ids(similar(Client(site), one))
    site.sql("update tag set tag_name = '마담나가' where lower(tag_name) = %s", (tag,))
    told(site)
    assert "마담나가" in documents(site)[one].split()


def index_of(site):
    return site.dir / "index" / "pins.index"


def test_without_an_index_there_is_an_answer(site, person):
    """Lost, damaged, or its process killed: the site answers, and mends it."""
    pin, twin = add(site, person, ["obsidian compass"] * 2)
    told(site)
    for damage in ("remove", "cut", "scribble", "kill"):
        before = processes(site, "index")
        path = index_of(site)
        inode = path.stat().st_ino if damage != "kill" else None
        if damage == "remove":
            path.unlink()
        elif damage == "cut":
            os.truncate(path, 100)
        elif damage == "scribble":
            with path.open("r+b") as f:
                f.write(os.urandom(4096))
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while True:
            found = similar(Client(site), pin)  # 200 all the while
            if found and found[0]["similarity"] and ids(found) == [twin] \
                    and path.exists() and path.stat().st_ino != inode \
                    and processes(site, "index") not in ([], before):
                break
            assert time.monotonic() < deadline, damage
            time.sleep(0.02)


def test_killed_again_and_again_under_load(site, person):
    """Never a wrong answer, and nothing of what was committed is lost."""
    stop, wrong = threading.Event(), []
    base = add(site, person, [f"tremolo {unique('w')}" for _ in range(30)])
    told(site)

    def read():
        caller = Client(site)
        while not stop.is_set():
            for pin in base[:5]:
                answer = caller.get(f"pins/{pin}/similar_pin?limit=200")
                if answer.status_code != 200:
                    wrong.append(answer.status_code)
                    continue
                hits = [(-p["similarity"]["score"], p["id"]) for p in answer.json()
                        if p["similarity"]]
                if hits != sorted(hits) or pin in ids(answer.json()):
                    wrong.append(hits)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for round_ in range(12):
        base += add(site, person, [f"tremolo {unique('w')}" for _ in range(5)])
        site.sql("update pin set title = %s where id = %s",
                 (f"tremolo {unique('w')}", base[round_]))
        site.sql("update item set deleted_at = now() where id = %s", (base.pop(),))
        time.sleep(0.03 * (round_ % 4))
        for pid in processes(site, "index") + processes(site, "fast")[:1]:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.3)
    stop.set()
    for reader in readers:
        reader.join()
    assert not [w for w in wrong if w not in (502, 504)], wrong[:3]  # a worker was killed too
    told(site)
    wait_for(lambda: len(similar(Client(site), base[0], limit=200)) == len(base) - 1)
    check_against_sklearn(site, base[0], similar(Client(site), base[0], limit=200))


def test_made_anew_by_the_command(site, person):
    pin, *_ = add(site, person, ["basalt gramophone"] * 3)
    told(site)
    before = similar(Client(site), pin)
    generation = site.run("index", "status").stdout.split()[-1]
    site.run("index", "rebuild")
    assert site.run("index", "status").stdout.split()[-1] != generation
    assert similar(Client(site), pin) == before
    site.stop()
    index_of(site).unlink()
    site.start()
    wait_for(lambda: similar(Client(site), pin) == before)
