"""Signing up, logging in, one's own account, changing the password."""

import pytest

from checks import PERSON, TOKENS, count, files, settle, time_of, unchanged
from client import Client, login, mails, picture, signup, unique

GOOD = "Quiet-harbour-1729"


def form(**changes):
    name = unique("n")
    fields = {"email": f"{name}@example.com", "username": name, "password1": GOOD,
              "password2": GOOD, **changes}
    return {k: v for k, v in fields.items() if v is not None}


def test_sign_up_answers_tokens_and_the_person(api):
    fields = form()
    answer = api.want(201, "POST", "rest-auth/registration/", json=fields)
    assert set(answer) == TOKENS | {"user"}
    assert answer["token"] == answer["access_token"] == answer["access"]
    assert answer["refresh_token"] == answer["refresh"]
    time_of(answer["access_token_expiration"])
    user = answer["user"]
    assert set(user) == PERSON
    assert user["username"] == fields["username"] and user["email"] == fields["email"]
    assert user["email_verified"] is False and user["following"] is None
    assert user["boards"] == user["follower"] == user["following_user"] == []
    api.use_token(answer["token"])
    assert api.want(200, "GET", "rest-auth/user/") == user


@pytest.mark.parametrize("kind", ["data", "files"])
def test_sign_up_by_form_and_by_multipart(api, kind):
    fields = form()
    if kind == "files":
        fields = {name: (None, value) for name, value in fields.items()}
    api.want(201, "POST", "rest-auth/registration/", **{kind: fields})


def test_a_name_is_made_of_the_address(api):
    local = unique("min")

    def name_for(email):
        answer = api.want(201, "POST", "rest-auth/registration/",
                          json=form(username=None, email=email))
        return answer["user"]["username"]

    assert name_for(f"{local}@example.com") == local[:14]
    second = name_for(f"{local}@example.org")
    assert second != local[:14] and second.startswith(local[:14]) and len(second) <= 20
    assert name_for(f"{unique('관리자')}@example.com")


REFUSED = [
    ({"email": None}, {"email": ["this field is required"]}),
    *(({"email": bad}, {"email": ["this is not an e-mail address"]}) for bad in (
        "a b@example.com", "example.com", "@example.com", "ann@", "ann@example", "a@b@example.com",
        "ann@-example.com", "ann@example-.com", "ann@exa_mple.com", "ann@example..com",
        ".ann@example.com", "ann.@example.com", "a..n@example.com", "ann@example.com.",
        "ann@[127.0.0.1]", "a" * 65 + "@example.com", "ann@" + "a" * 64 + ".com", "a,b@example.com",
        "<ann@example.com>", "ann@exämple.com")),
    ({"email": "a" * 250 + "@b.com"}, {"email": ["must have at most 254 characters"]}),
    ({"email": "ann@example.com\r\nBcc: eve@example.com"},
     {"email": ["control characters are not allowed"]}),
    *(({"username": bad}, {"username": ["use Hangul, letters, digits, and _ . - between them"]})
      for bad in ("a b", "-a", ".a", "a-", "a.", "a/b", "a@b", "é", "日本", "a\u200bb", "😀", "<b>",
                  "a\u202eb", "..")),
    ({"username": "__"}, {"username": ["use at least one letter or digit"]}),
    ({"username": "a" * 21}, {"username": ["must have at most 20 characters"]}),
    ({"username": ""}, {"username": ["this field may not be blank"]}),
    *(({"username": bad}, {"username": ["this name is reserved"]})
      for bad in ("admin", "Admin", "me", "관리자", "api", "pins")),
    ({"password2": GOOD + "x"}, {"password1": ["the two passwords are not the same"]}),
    ({"password1": None}, {"password1": ["this field is required"]}),
    *(({"password1": bad, "password2": bad}, {"password1": [why]}) for bad, why in (
        ("aB3$xyz", "this password is too short: at least 8 characters"),
        ("9081726354081", "this password consists of digits only"),
        ("password123", "this password is too easy to guess"),
        ("사랑합니다사랑", "this password is too short: at least 8 characters"),
        ("dkssudgktpdy1", "this password is too easy to guess"))),
    ({"password1": "a" * 129, "password2": "a" * 129}, {
        "password1": ["must have at most 128 characters"],
        "password2": ["must have at most 128 characters"]}),
    ({"is_staff": True}, {"is_staff": ["this field is not known here"]}),
    ({"id": 1}, {"id": ["this field is not known here"]}),
    ({"follower": [1]}, {"follower": ["this field is not known here"]}),
]


@pytest.mark.parametrize("changes, reasons", REFUSED,
                         ids=[f"{i}-{next(iter(c))}" for i, (c, _) in enumerate(REFUSED)])
def test_sign_up_is_refused_with_the_reason(api, changes, reasons):
    assert api.want(400, "POST", "rest-auth/registration/", json=form(**changes)) == reasons


def test_a_password_like_the_name_is_refused(api):
    fields = form(username="kimsanghee77", password1="kimsanghee77!", password2="kimsanghee77!")
    assert api.want(400, "POST", "rest-auth/registration/", json=fields) == {
        "password1": ["this password is too much like your name or e-mail address"]}


def test_a_refused_sign_up_leaves_nothing(stack, api, person):
    settle(stack)
    tables = ("account", "session", "mail_token", "job")
    before = count(stack, *tables)
    taken = form(username=person.username)
    api.want(400, "POST", "rest-auth/registration/", json=taken)
    api.want(400, "POST", "rest-auth/registration/", json=form(password2="no"))
    settle(stack)
    assert before == count(stack, *tables)
    assert mails(stack, taken["email"]) == []


def test_names_and_addresses_are_unique_without_regard_to_case(api, person):
    assert api.want(400, "POST", "rest-auth/registration/", json=form(
        username=person.username.upper())) == {"username": ["somebody has this name already"]}
    assert api.want(400, "POST", "rest-auth/registration/", json=form(
        email=person.email.upper())) == {
            "email": ["an account with this e-mail address exists already"]}


def test_a_name_is_one_in_every_normal_form(api):
    name = unique("가나")
    decomposed = name.replace("가", "\u1100\u1161").replace("나", "\u1102\u1161")
    user = api.want(201, "POST", "rest-auth/registration/", json=form(username=decomposed))["user"]
    assert user["username"] == name
    api.want(400, "POST", "rest-auth/registration/", json=form(username=name))


def test_twenty_syllables_are_twenty_characters(api):
    name = ("힣" * 20 + unique())[-20:]
    user = api.want(201, "POST", "rest-auth/registration/", json=form(username=name))["user"]
    assert user["username"] == name


def test_login(stack, person):
    for email in (person.email, person.email.upper()):
        answer = Client(stack).want(200, "POST", "rest-auth/login/", json={
            "email": email, "password": person.password})
        assert set(answer) == TOKENS | {"user"}
        assert answer["user"]["username"] == person.username


@pytest.mark.parametrize("scheme", ["JWT", "Bearer", "bearer", "jwt"])
def test_schemes(api, person, scheme):
    me = api.want(200, "GET", "rest-auth/user/",
                  headers={"Authorization": f"{scheme} {person.token}"})
    assert me["id"] == person.user["id"]


@pytest.mark.parametrize("header", ["", "JWT", "JWT ", "Basic YTpi", "Token x", "JWT a.b.c",
                                    "JWT JWT a", "Bearer null"])
def test_what_is_no_login(api, header):
    answer = api.request("GET", "rest-auth/user/", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_wrong_logins_look_alike(api, person):
    """Whether there is such an account cannot be told."""
    answers = [api.request("POST", "rest-auth/login/", json=fields) for fields in (
        {"email": person.email, "password": "wrong"},
        {"email": f"{unique()}@example.com", "password": person.password},
        {"email": "no address at all", "password": person.password},
        {"email": person.email, "password": person.password + " "},
        {"email": person.email, "password": person.password.swapcase()})]
    for answer in answers:
        assert answer.status_code == 400
        assert answer.json() == {"non_field_errors": ["e-mail address or password is wrong"]}
        assert "Set-Cookie" not in answer.headers
    assert len({frozenset(answer.headers) for answer in answers}) == 1


def test_an_inactive_account_cannot_log_in(stack, api, person):
    stack.change("update account set is_active = false where id = %s", (person.user["id"],))
    api.want(400, "POST", "rest-auth/login/",
             json={"email": person.email, "password": person.password})
    api.want(404, "GET", f"pinterestAccounts/user/{person.username}")


# One's own account.


def test_patch_changes_what_is_given(person):
    name = unique("new")
    after = person.want(200, "PATCH", "rest-auth/user/", json={"username": name})
    assert after == {**person.user, "username": name}
    assert person.want(200, "PATCH", "rest-auth/user/", json={}) == after
    assert person.want(200, "PATCH", "rest-auth/user/", json={"username": name.upper()})[
        "username"] == name.upper()


def test_put_needs_all(person):
    assert person.want(400, "PUT", "rest-auth/user/", json={"username": unique()}) == {
        "email": ["this field is required"]}
    name = unique("put")
    after = person.want(200, "PUT", "rest-auth/user/",
                        json={"username": name, "email": person.email})
    assert after["username"] == name


def test_a_new_address_needs_the_password(stack, person):
    new = f"{unique()}@example.com"
    for fields, why in (({}, "this field is required"),
                        ({"password": "wrong"}, "this is not your password")):
        assert person.want(400, "PATCH", "rest-auth/user/", json={"email": new, **fields}) == {
            "password": [why]}
    assert person.want(200, "GET", "rest-auth/user/") == person.user
    after = person.want(200, "PATCH", "rest-auth/user/",
                        json={"email": new, "password": person.password})
    assert after["email"] == new and after["email_verified"] is False
    login(stack, new, person.password)
    settle(stack)
    assert len(mails(stack, new)) == 1
    assert mails(stack, person.email)[-1]["Subject"] == "Your e-mail address was changed"


def test_anothers_name_or_address_is_taken(person, other):
    assert person.want(400, "PATCH", "rest-auth/user/", json={
        "username": other.username.upper()}) == {"username": ["somebody has this name already"]}
    assert person.want(400, "PATCH", "rest-auth/user/", json={
        "email": other.email, "password": person.password}) == {
            "email": ["an account with this e-mail address exists already"]}
    assert person.want(200, "GET", "rest-auth/user/") == person.user


@pytest.mark.parametrize("field, value", [
    ("id", 1), ("is_staff", True), ("is_active", True), ("follower", [1]), ("following_user", [1]),
    ("following_tag", [1]), ("boards", []), ("follower_count", 9), ("email_verified", True),
    ("created_at", "2020-01-01T00:00:00Z"), ("token", "x"),
])
def test_nothing_else_can_be_written(person, field, value):
    for path in ("rest-auth/user/", f"pinterestAccounts/user/{person.username}"):
        assert person.want(400, "PATCH", path, json={field: value, "username": unique()}) == {
            field: ["this field is not known here"]}
    assert person.want(200, "GET", "rest-auth/user/") == person.user


def test_an_avatar_comes_and_is_replaced(stack, person):
    settle(stack)
    before = files(stack)
    first = person.want(200, "PATCH", "rest-auth/user/",
                        files={"avatar": ("me.png", picture())})["avatar"]
    assert first.startswith(stack.url + "/media/")
    assert person.get(first).headers["Content-Type"] == "image/webp"
    second = person.want(200, "PATCH", "rest-auth/user/",
                         files={"avatar": ("me.jpg", picture("JPEG"))})["avatar"]
    settle(stack)
    assert first != second and person.want(200, "GET", "rest-auth/user/")["avatar"] == second
    left = {str(path.relative_to(stack.media_dir)) for path in files(stack) - before}
    assert second.partition("/media/")[2] in left
    assert len({path.split("/")[1] for path in left}) == 1


def test_an_avatar_that_is_no_picture_changes_nothing(stack, person):
    with unchanged(stack):
        assert person.want(400, "PATCH", "rest-auth/user/", data={"username": unique()},
                           files={"avatar": ("me.png", b"%PDF-1.4 no picture")}) == {
            "avatar": ["PDF files are not accepted"]}
        assert person.want(400, "PATCH", "rest-auth/user/", json={"avatar": "x"}) == {
            "avatar": ["send the file as multipart/form-data"]}
    assert person.want(200, "GET", "rest-auth/user/") == person.user


# Passwords.


def change(person, old, new, again=None):
    return person.request("POST", "rest-auth/password/change/", json={
        "old_password": old, "new_password1": new, "new_password2": again or new})


def test_change_of_the_password(stack, person):
    elsewhere = login(stack, person.email, person.password)
    new = unique("Brisk-lantern-")
    answer = change(person, person.password, new)
    assert (answer.status_code, answer.json()) == (200, {"detail": "the password is changed"})
    person.want(200, "GET", "rest-auth/user/")
    elsewhere.want(401, "GET", "rest-auth/user/")
    login(stack, person.email, new)
    Client(stack).want(400, "POST", "rest-auth/login/",
                       json={"email": person.email, "password": person.password})


def test_change_refused(stack, person):
    for old, new, again, reasons in (
        ("wrong", GOOD, None, {"old_password": ["this is not your password"]}),
        (person.password, GOOD, GOOD + "x",
         {"new_password1": ["the two passwords are not the same"]}),
        (person.password, "12345678", None,
         {"new_password1": ["this password consists of digits only"]}),
        (person.password, person.username + "1", None,
         {"new_password1": ["this password is too much like your name or e-mail address"]}),
    ):
        answer = change(person, old, new, again)
        assert (answer.status_code, answer.json()) == (400, reasons)
    login(stack, person.email, person.password)


def test_a_password_is_taken_as_it_is(stack):
    """Blanks at its ends count, and so do all of its 128 characters; normal
    forms do not."""
    odd = " 조용한 항구 \u1100\u1161" + "x7" * 55
    ann = signup(stack, password=odd)
    login(stack, ann.email, odd.replace("\u1100\u1161", "가"))
    for wrong in (odd.strip(), odd[:-1]):
        Client(stack).want(400, "POST", "rest-auth/login/",
                           json={"email": ann.email, "password": wrong})
