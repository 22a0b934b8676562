"""The end of an account (S2, S5.6-9, R10): with the password, at once for all to
see, and nothing of it stays or comes back."""

import threading
import time

import psycopg2
import pytest

from checks import files, run_job, settle
from client import Client, login, picture, signup, unique
from stack import wait_for


def leave(person, password=None, status=204):
    return person.want(status, "DELETE", "users/me",
                       json={"password": password or person.password})


def rows_of(stack, account):
    """Table -> how many rows name the account, by every foreign key there is."""
    keys = stack.sql("""
        select c.conrelid::regclass::text, a.attname from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
        where c.contype = 'f' and c.confrelid = 'account'::regclass""")
    assert len(keys) >= 12
    found = {}
    for table, column in keys:
        n, = stack.sql(f"select count(*) from {table} where {column} = %s", (account,))[0]
        if n:
            found[f"{table}.{column}"] = n
    return found


def counters_are_right(stack):
    settle(stack)
    before = len(stack.log())
    run_job(stack, "check_counters")
    assert not stack.lines("counter ", since=before)
    # and by hand, so that the job is not what is believed
    assert stack.sql("""
        select id from account a where num_posts <> (select count(*) from posted
            where owner = a.id) or follower_count <> (select count(*) from follow
            where followee = a.id) or following_count <> (select count(*) from follow
            where follower = a.id)""") == []
    assert stack.sql("""
        select id from board b where item_count <> (select count(*) from board_item
            where board = b.id and live)""") == []


def grow_old(stack, account):
    stack.change("update account set deleted_at = now() - interval '2 hours' where id = %s",
                 (account,))


def full_life(stack):
    """Somebody with something in every table that a person can fill."""
    ann, ben = signup(stack), signup(stack)
    pins = [ann.upload("pins/", f"#tea{i} {unique('t')}", picture())["id"] for i in range(3)]
    bens = ben.upload("pins/", "by ben", picture())["id"]
    board = ann.want(201, "POST", "boards/", json={"title": "mine"})["id"]
    other = ben.want(201, "POST", "boards/", json={"title": "bens"})["id"]
    for pin in (*pins, bens):
        ann.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin})
    ben.want(201, "POST", f"boards/{other}/add_pin", json={"id": pins[0]})
    ann.want(202, "POST", "pinterestAccounts/follow", json={"username": ben.username})
    ben.want(202, "POST", "pinterestAccounts/follow", json={"username": ann.username})
    tag = ann.get(f"pins/{pins[0]}").json()["tag_set"][0]["id"]
    ann.want(200, "PUT", f"tags/{tag}/follow")
    ann.want(200, "PATCH", "users/me", files={"avatar": ("a.png", picture())})
    ann.want(204, "DELETE", f"pins/{pins[2]}")
    stack.change("insert into block (blocker, blocked) values (%s, (select id from account "
                 "where username <> %s order by id limit 1))", (ann.user["id"], ann.username))
    return ann, ben, pins, board


def test_the_password_is_asked_on_the_server(stack, person):
    """S5.6-9: anybody at an open screen could remove the account."""
    for sent, why in (({}, "this field is required"),
                      ({"password": "wrong"}, "this is not your password")):
        assert person.want(400, "DELETE", "users/me", json=sent) == {"password": [why]}
    person.want(200, "GET", "users/me")
    Client(stack).want(401, "DELETE", "users/me", json={"password": person.password})


def test_it_is_hidden_at_once_and_then_gone(stack, api):
    settle(stack)
    ann, ben, pins, board = full_life(stack)
    twin = login(stack, ann.email, ann.password)
    before = files(stack)
    leave(ann)
    # at once, whatever the job has done
    for path in (f"users/{ann.username}", f"pinterestAccounts/user/{ann.username}",
                 f"pins/{pins[0]}", f"boards/{board}", f"styles/profiles/{ann.user['id']}/"):
        ben.want(404, "GET", path)
    for client in (ann, twin):
        client.want(401, "GET", "users/me")
    assert api.want(400, "POST", "rest-auth/login/",
                    json={"email": ann.email, "password": ann.password})
    assert ann.username not in str(ben.want(200, "GET", f"users/{ben.username}/followers"))
    settle(stack)
    left = rows_of(stack, ann.user["id"])
    assert set(left) == {"session.account"}, left
    assert ben.want(200, "GET", f"users/{ben.username}")["follower_count"] == 0
    counters_are_right(stack)
    assert len(files(stack)) < len(before)
    grow_old(stack, ann.user["id"])
    run_job(stack, "remove_accounts")
    assert stack.sql("select 1 from account where id = %s", (ann.user["id"],)) == []
    assert rows_of(stack, ann.user["id"]) == {}
    counters_are_right(stack)


def test_nothing_personal_stays_meanwhile(stack, person):
    person.want(200, "PATCH", "users/me", json={
        "birthday": "1999-12-31", "phone_number": "+821012345678", "introduction": "hello"})
    leave(person)
    row, = stack.sql("select row_to_json(a)::text from account a where id = %s",
                     (person.user["id"],))
    assert person.email not in row[0] and "1999" not in row[0] and "+82" not in row[0]
    assert "hello" not in row[0] and "argon2" not in row[0]
    # the address is free for another account
    signup(stack, email=person.email)


def test_a_younger_one_keeps_its_row_for_an_hour(stack, person):
    leave(person)
    run_job(stack, "remove_accounts")
    assert stack.sql("select is_active from account where id = %s",
                     (person.user["id"],)) == [(False,)]


def test_the_job_goes_on_where_it_was_killed(stack, person):
    """Each batch is committed: a part that was done stays done."""
    pins = [person.upload("pins/", f"p{i}", picture())["id"] for i in range(4)]
    stack.sql("select close_account(%s)", (person.user["id"],))
    done = []
    while n := stack.sql("select remove_rows_of(%s, 2)", (person.user["id"],))[0][0]:
        done.append(n)
        counters_are_right(stack)
    # marked two at a time, removed two at a time
    assert done[:4] == [2, 2, 2, 2] and len(done) >= 4
    assert stack.sql("select 1 from item where id = any(%s)", (pins,)) == []
    assert set(rows_of(stack, person.user["id"])) == {"session.account"}


def test_whoever_is_there_loses_nothing(stack, person):
    pin = person.upload("pins/", "mine", picture())["id"]
    assert stack.sql("select remove_rows_of(%s, 100)", (person.user["id"],)) == [(0,)]
    person.want(200, "GET", f"pins/{pin}")
    stack.change("update account set is_active = false where id = %s", (person.user["id"],))
    assert stack.sql("select remove_rows_of(%s, 100)", (person.user["id"],)) == [(0,)]
    assert stack.sql("select 1 from item where id = %s", (pin,)) == [(1,)]


def test_the_last_rows_come_too_late(stack, person):
    """A post that was on its way when its owner left is removed with the rest."""
    db = psycopg2.connect(stack.dsn("postgres"))
    with db.cursor() as sql:
        sql.execute("insert into board (owner, title) values (%s, 'late') returning id",
                    (person.user["id"],))
        leave(person)
        settle(stack)
        db.commit()
    db.close()
    assert rows_of(stack, person.user["id"])["board.owner"] == 1
    grow_old(stack, person.user["id"])
    run_job(stack, "remove_accounts")
    assert rows_of(stack, person.user["id"]) == {}


@pytest.mark.parametrize("seed", range(3))
def test_leaving_while_posting_and_followed(stack, seed):
    """R10: posts, boards, follows and follows of others go on while the account
    goes; no call fails but by an answer, no row is left, counters equal rows."""
    ann, ben = signup(stack), signup(stack)
    pin = ann.upload("pins/", "first", picture())["id"]
    board = ben.want(201, "POST", "boards/", json={"title": unique("b")})["id"]
    stop, bad = threading.Event(), []

    def again(person, *call, **options):
        twin = Client(stack)
        twin.use_token(person.token)
        i = 0
        while not stop.is_set():
            i += 1
            made = {k: v(i) if callable(v) else v for k, v in options.items()}
            answer = twin.request(*call, **made)
            if answer.status_code >= 500 and answer.status_code != 503:
                bad.append((call, answer.status_code, answer.text))

    threads = [threading.Thread(target=again, args=args, kwargs=options) for args, options in (
        ((ann, "POST", "pins/"), {"data": {"title": "late #tea"},
                                  "files": lambda i: {"image": ("a.png", picture(size=(8, 6)))}}),
        ((ann, "POST", "boards/"), {"json": lambda i: {"title": f"late {i}"}}),
        ((ann, "PUT", f"users/{ben.username}/follow"), {}),
        ((ann, "DELETE", f"users/{ben.username}/follow"), {}),
        ((ben, "PATCH", f"styles/profiles/{ann.user['id']}/follow/"), {}),
        ((ben, "POST", f"boards/{board}/add_pin"), {"json": {"id": pin}}),
        ((ben, "DELETE", f"boards/{board}/pins/{pin}"), {}))]
    for thread in threads:
        thread.start()
    time.sleep(0.3 + 0.2 * seed)
    leave(ann)
    time.sleep(0.3)
    grow_old(stack, ann.user["id"])
    run_job(stack, "remove_accounts")
    time.sleep(0.2)
    stop.set()
    for thread in threads:
        thread.join()
    assert not bad, bad[:3]

    def gone():
        run_job(stack, "remove_accounts")
        return not stack.sql("select 1 from account where id = %s", (ann.user["id"],))

    wait_for(gone)
    assert rows_of(stack, ann.user["id"]) == {}
    counters_are_right(stack)
    assert stack.sql("select 1 from job where dead_at is not null and kind = "
                     "'remove_accounts'") == []
