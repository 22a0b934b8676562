"""What is sent by mail, and what can be done with it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from checks import run_job, settle
from client import Client, login, mails, signup, unique

NO_KEY = {"key": ["this key is not valid or has expired"]}
NO_TOKEN = {"token": ["this token is not valid or has expired"]}


def link(stack, to, subject):
    """The parameters of the link in the newest mail to somebody."""
    settle(stack)
    mail = [m for m in mails(stack, to) if m["Subject"] == subject][-1]
    address, = re.findall(r"^http\S+", mail.get_content(), re.M)
    assert address.startswith(stack.setting("public_url") + "/")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def key_of(person):
    return link(person.stack, person.email, "Confirm your e-mail address")["key"]


def verify(api, key, status=200):
    return api.want(status, "POST", "rest-auth/registration/verify-email/", json={"key": key})


def ask(api, email, status=200):
    return api.want(status, "POST", "rest-auth/password/reset/", json={"email": email})


def reset_of(api, person):
    ask(api, person.email)
    return link(person.stack, person.email, "Set a new password")


def confirm(api, fields, password, status=200):
    return api.want(status, "POST", "rest-auth/password/reset/confirm/", json={
        **fields, "new_password1": password, "new_password2": password})


def is_verified(person):
    return person.want(200, "GET", "rest-auth/user/")["email_verified"]


def test_an_address_is_confirmed_once(api, person):
    key = key_of(person)
    assert not is_verified(person)
    assert verify(api, key) == {"detail": "ok"}
    assert is_verified(person)
    assert verify(api, key, 400) == NO_KEY


@pytest.mark.parametrize("key", ["x", "A" * 43, "A" * 200, "' or 1=1--"])
def test_no_key(api, key):
    assert verify(api, key, 400) == NO_KEY


def test_a_new_mail_takes_the_place_of_the_old(api, person):
    old = key_of(person)
    assert person.want(200, "POST", "rest-auth/registration/resend-email/") == {
        "detail": "a mail is on its way"}
    new = key_of(person)
    assert old != new and verify(api, old, 400) == NO_KEY
    verify(api, new)
    assert person.want(409, "POST", "rest-auth/registration/resend-email/") == {
        "detail": "this e-mail address is confirmed already"}
    api.want(401, "POST", "rest-auth/registration/resend-email/")


def test_a_key_expires(stack, api, person):
    key = key_of(person)
    stack.sql("update mail_token set expires_at = now() where account = %s", (person.user["id"],))
    assert verify(api, key, 400) == NO_KEY
    run_job(stack, "sweep_tokens")
    assert not stack.sql("select 1 from mail_token where account = %s", (person.user["id"],))


def test_a_key_is_for_the_address_it_went_to(api, person):
    """Not for one that was put in its place meanwhile."""
    key, first = key_of(person), person.email
    new = f"{unique()}@example.com"
    person.want(200, "PATCH", "rest-auth/user/", json={"email": new, "password": person.password})
    assert verify(api, key, 400) == NO_KEY
    assert not is_verified(person)
    person.email = new
    verify(api, key_of(person))
    assert is_verified(person)
    after = person.want(200, "PATCH", "rest-auth/user/", json={
        "email": first, "password": person.password})
    assert after["email_verified"] is False


def test_a_forgotten_password(stack, api, person):
    others = login(stack, person.email, person.password)
    fields = reset_of(api, person)
    assert fields.keys() == {"uid", "token"} and fields["uid"] == str(person.user["id"])
    new = unique("Brisk-lantern-")
    assert confirm(api, fields, new) == {"detail": "the password is changed"}
    for client in (person, others):
        client.want(401, "GET", "rest-auth/user/")
    login(stack, person.email, new)
    assert confirm(api, fields, unique("Other-harbour-"), 400) == NO_TOKEN


def test_whether_there_is_an_account_is_not_told(stack, api, person):
    nobody = f"{unique()}@example.com"
    stack.change("update account set is_active = false where id = %s", (person.user["id"],))
    answers = [ask(api, email) for email in (signup(stack).email, nobody, person.email)]
    assert answers[0] == answers[1] == answers[2]
    settle(stack)
    assert mails(stack, nobody) == []
    assert [m["Subject"] for m in mails(stack, person.email)] == ["Confirm your e-mail address"]
    assert ask(api, "no address", 400) == {"email": ["this is not an e-mail address"]}


def test_a_refused_password_does_not_spend_the_token(api, person):
    fields = reset_of(api, person)
    assert confirm(api, fields, "12345678", 400) == {
        "new_password1": ["this password consists of digits only"]}
    assert list(confirm(api, fields, person.username + "1", 400)) == ["new_password1"]
    confirm(api, fields, unique("Brisk-lantern-"))


def test_each_token_is_for_its_account_and_its_use(api, person, other):
    key, fields = key_of(person), reset_of(api, person)
    password = unique("Brisk-lantern-")
    wrong = [{**fields, "uid": other.user["id"]}, {**fields, "uid": 999999999},
             {**fields, "token": key}, {**fields, "token": fields["token"][:-1]},
             {**fields, "token": fields["token"].swapcase()},
             {**fields, "token": reset_of(api, other)["token"]}]
    for one in wrong:
        assert confirm(api, one, password, 400) == NO_TOKEN
    assert verify(api, fields["token"], 400) == NO_KEY
    assert list(confirm(api, {**fields, "uid": "x"}, password, 400)) == ["uid"]
    confirm(api, fields, password)


def test_a_reset_expires_and_the_newest_counts(stack, api, person):
    old = reset_of(api, person)
    new = reset_of(api, person)
    assert confirm(api, old, unique("Brisk-lantern-"), 400) == NO_TOKEN
    stack.sql("update mail_token set expires_at = now() where account = %s", (person.user["id"],))
    assert confirm(api, new, unique("Brisk-lantern-"), 400) == NO_TOKEN
    login(stack, person.email, person.password)


def test_mail_speaks_the_language_of_who_asked(stack):
    ann = signup(stack, language="ko-KR")
    settle(stack)
    mail, = mails(stack, ann.email)
    assert mail["Subject"] == "이메일 주소를 확인해 주세요"
    assert re.search("[가-힣]", mail.get_content())
    ask(Client(stack, language="ko"), ann.email)
    settle(stack)
    assert mails(stack, ann.email)[-1]["Subject"] == "새 비밀번호 설정"


def test_tokens_are_stored_as_hashes_only(stack, api, person):
    key, token = key_of(person), reset_of(api, person)["token"]
    rows = stack.sql("select hash from mail_token where account = %s", (person.user["id"],))
    assert len(rows) == 2
    for secret in (key, token):
        assert all(secret.encode() not in bytes(row[0]) and len(bytes(row[0])) == 32
                   for row in rows)
