"""What somebody does while somebody else does the same: of these the transaction is
held open until the call waits for it, so that it is certain which one comes second."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2

from checks import settle
from client import unique
from stack import wait_for
from test_mail import key_of, verify

QUERIES = Path(__file__).resolve().parents[2] / "sql" / "queries"
WAITING = "select from pg_stat_activity where wait_event_type = 'Lock'"


def query(name, *values):
    """A statement of the program's, and its values."""
    text = (QUERIES / f"{name}.sql").read_text().replace("%", "%%")
    return re.sub(r"\$(\d)", r"%(p\1)s", text), {f"p{i}": v for i, v in enumerate(values, 1)}


def beside(stack, *statements, call):
    """What a call returns that waits for the transaction of these statements."""
    other = stack.connect()
    other.autocommit = False
    try:
        with ThreadPoolExecutor(1) as pool, other.cursor() as cursor:
            for statement in statements:
                cursor.execute(*statement)
            begun = pool.submit(call)
            wait_for(lambda: begun.done() or stack.sql(WAITING), 20, 0.01)
            assert not begun.done(), f"it did not wait: {begun.result().text}"
            other.commit()
            return begun.result()
    finally:
        other.close()
        stack.told()


def test_the_newest_token_by_mail_counts(stack, api, person):
    key_of(person)  # that of the sign-up is on its way
    account, ours = person.user["id"], os.urandom(32)
    answer = beside(
        stack, query("accounts/mail_turn", account, "verify"),
        query("accounts/mail_token_add", psycopg2.Binary(ours), account, "verify",
              person.email, 600),
        call=lambda: person.post("rest-auth/registration/resend-email/"))
    assert answer.status_code == 200
    [(left,)] = stack.sql("select hash from mail_token where account = %s", (account,))
    assert bytes(left) != ours
    settle(stack)
    verify(api, key_of(person))


def test_nobody_mutes_more_than_the_limit(stack, person):
    account = person.user["id"]
    stack.change("insert into mute (account, word) select %s, 'w' || n from "
                 "generate_series(1, 499) n", (account,))
    answer = beside(stack, query("safety/turn", account),
                    query("safety/mute", account, None, 0, 0, "the last"),
                    call=lambda: person.post("mutes", json={"word": "too many"}))
    assert answer.status_code == 409
    assert answer.json() == {"detail": "you cannot mute any more"}
    assert len(list(person.pages("mutes?limit=200"))) == 500


def sign_up(api, **fields):
    password = unique("Quiet-harbour-")
    return api.post("rest-auth/registration/", json={
        "password1": password, "password2": password, **fields})


def test_a_sign_up_beside_a_profile_name(stack, api, person):
    """Who signs up is found by another name than that which has just been taken,
    as by one that was taken before."""
    name = unique("p")
    answer = beside(
        stack, ("update account set profile_name = %s where id = %s", (name, person.user["id"])),
        call=lambda: sign_up(api, username=name, email=f"{name}@example.com"))
    assert answer.status_code == 201, answer.text
    [(found,)] = stack.sql("select profile_name from account where username = %s", (name,))
    assert found.startswith(name[:12] + "-")


def taking(username, email):
    return ("insert into account (username, email, password) values (%s, %s, '')",
            (username, email))


def test_a_sign_up_beside_the_same(stack, api):
    """What was wished is refused with its field; a name that was not is made of the
    address as long as one is free."""
    name, other = unique("p"), unique("p")
    answer = beside(stack, taking(name, f"{name}@example.com"), call=lambda: sign_up(
        api, username=name, email=f"{name}@example.net"))
    assert answer.status_code == 400
    assert answer.json() == {"username": ["somebody has this name already"]}
    answer = beside(stack, taking(other, f"{name}@example.net"), call=lambda: sign_up(
        api, email=f"{name}@example.net"))
    assert answer.status_code == 400
    assert answer.json() == {"email": ["an account with this e-mail address exists already"]}
    name = unique("p")
    answer = beside(stack, taking(name, f"{name}@example.com"), call=lambda: sign_up(
        api, email=f"{name}@example.net"))
    assert answer.status_code == 201, answer.text
    made = answer.json()["user"]["username"]
    assert made.startswith(name) and made != name
