"""Accounts as two systems published them (accounts/...), and each of their
defects that is about accounts: shown to be gone."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import ids, settle
from client import Client, login, mails, picture, signup, unique

WRONG = {"detail": "this token is not valid or has expired"}


def shopper(**changes):
    word = unique("Quiet-harbour-")
    return {"email": f"{unique('s')}@example.com", "password1": word, "password2": word, **changes}


def viewer(**changes):
    name = unique("v")
    return {"email": f"{name}@example.com", "username": name,
            "password": unique("Quiet-harbour-"), **changes}


def logged_in(stack, form, password="password1"):
    return login(stack, form["email"], form[password])


def key_of(stack, email):
    settle(stack)
    return re.search(r"key=(\S+)", mails(stack, email)[-1].get_content())[1]


# A shop's clients.


def test_a_shoppers_life(stack, api):
    form = shopper(shoe_size=270, phone_number="+821012345678")
    assert api.want(201, "POST", "accounts/registration/", json=form) == {
        "detail": "a mail to confirm the address is on its way"}
    answer = api.want(200, "POST", "accounts/login/", json={
        "email": form["email"], "password": form["password1"]})
    assert set(answer) == {"access_token", "refresh_token", "user"}
    assert answer["user"] == {"id": answer["user"]["id"], "email": form["email"],
                              "shoe_size": 270, "phone_number": "+821012345678"}
    api.headers["Authorization"] = f"Bearer {answer['access_token']}"
    assert api.want(200, "GET", "accounts/user/") == answer["user"]
    changed = {**answer["user"], "shoe_size": 310}
    assert api.want(200, "PATCH", "accounts/user/", json={"shoe_size": 310}) == changed
    assert api.want(200, "PUT", "accounts/user/", json={
        "shoe_size": 310, "phone_number": "+8225550199"})["phone_number"] == "+8225550199"
    assert api.want(200, "POST", "accounts/logout/", json={
        "refresh": answer["refresh_token"]}) == {"detail": "you are logged out"}
    api.want(401, "GET", "accounts/user/")


def test_an_address_is_confirmed(stack, api):
    form = shopper()
    api.want(201, "POST", "accounts/registration/", json=form)
    settle(stack)
    first = key_of(stack, form["email"])
    assert api.want(200, "POST", "accounts/registration/resend-email/",
                    json={"email": form["email"]}) == {"detail": "ok"}
    second = key_of(stack, form["email"])
    assert second != first
    api.want(400, "POST", "accounts/registration/verify-email/", json={"key": first})
    assert api.want(200, "POST", "accounts/registration/verify-email/", json={"key": second}) == {
        "detail": "ok"}
    # no more mails for whom it is confirmed, or who is nobody: the same answer
    nobody = f"{unique()}@example.com"
    for email in (form["email"], nobody):
        assert api.want(200, "POST", "accounts/registration/resend-email/",
                        json={"email": email}) == {"detail": "ok"}
    settle(stack)
    assert len(mails(stack, form["email"])) == 2 and mails(stack, nobody) == []


def test_what_a_sign_up_says_is_kept(stack, api):
    """S3.6-13: the phone number was dropped, and sign-up and profile had two
    lists of shoe sizes."""
    for size in (220, 305, 310):
        form = shopper(shoe_size=size, phone_number="+821012345678")
        api.want(201, "POST", "accounts/registration/", json=form)
        ann = logged_in(stack, form)
        assert ann.want(200, "GET", "accounts/user/")["shoe_size"] == size
        assert ann.want(200, "GET", "users/me")["phone_number"] == "+821012345678"
    why = {"shoe_size": ["shoe sizes go from 220 to 310 in steps of 5"]}
    assert api.want(400, "POST", "accounts/registration/", json=shopper(shoe_size=221)) == why
    assert ann.want(400, "PATCH", "accounts/user/", json={"shoe_size": 221}) == why


def test_a_long_address_makes_a_short_name(stack, api):
    """S3.6-12: a local part of more than 15 characters failed on Postgres."""
    form = shopper(email=f"{'long.name-' * 6}{unique()}"[:64] + "@example.com")
    api.want(201, "POST", "accounts/registration/", json=form)
    profile = logged_in(stack, form).want(200, "GET", "users/me")
    assert 0 < len(profile["user_name"]) <= 20 and 0 < len(profile["profile_name"]) <= 20


@pytest.mark.parametrize("kind", ["json", "data"])
def test_logout_by_any_body(stack, api, person, kind):
    """S3.6-15: a form with a cookie was a 500, and the body had to be JSON."""
    token = person.want(200, "POST", "accounts/login/", json={
        "email": person.email, "password": person.password})["refresh_token"]
    assert api.want(401, "POST", "accounts/logout/") == {
        "detail": "Refresh token was not included in request data."}
    assert api.want(401, "POST", "accounts/logout/", **{kind: {"refresh": "x" * 43}}) == WRONG
    api.want(200, "POST", "accounts/logout/", **{kind: {"refresh": token}})
    api.want(401, "POST", "accounts/token/refresh/", json={"refresh": token})


def test_logout_by_the_cookie(stack, api, person):
    token = person.want(200, "POST", "accounts/login/", json={
        "email": person.email, "password": person.password})["refresh_token"]
    api.want(200, "POST", "accounts/logout/",
             headers={"Cookie": f"__Host-refresh={token}"})
    api.want(401, "POST", "accounts/token/refresh/", json={"refresh": token})


def test_wrong_logins(api, person):
    for form in ({"email": person.email, "password": "wrong"},
                 {"email": "nobody@example.com", "password": "wrong"}):
        assert api.want(400, "POST", "accounts/login/", json=form) == {
            "non_field_errors": ["e-mail address or password is wrong"]}


def test_a_shoppers_password(stack, api, person):
    """The old one is asked (S3 did not), and a reset works for a known address
    (it was a 500)."""
    new = unique("Brisk-lantern-")
    both = {"new_password1": new, "new_password2": new}
    assert person.want(400, "POST", "accounts/password/change/", json=both) == {
        "old_password": ["this field is required"]}
    person.want(200, "POST", "accounts/password/change/",
                json={"old_password": person.password, **both})
    login(stack, person.email, new)
    for email in (person.email, f"{unique()}@example.com"):
        api.want(200, "POST", "accounts/password/reset/", json={"email": email})
    settle(stack)
    found = re.search(r"uid=(\d+)&token=(\S+)", mails(stack, person.email)[-1].get_content())
    newest = unique("Calm-window-")
    api.want(200, "POST", "accounts/password/reset/confirm/", json={
        "uid": int(found[1]), "token": found[2], "new_password1": newest,
        "new_password2": newest})
    login(stack, person.email, newest)


def test_quit_closes_the_account(stack, api, person):
    twin = login(stack, person.email, person.password)
    pin = person.upload("pins/", "mine", picture())["id"]
    assert person.want(200, "POST", "accounts/quit/") == {"detail": "User account is deactivated"}
    for client in (person, twin):
        client.want(401, "GET", "accounts/user/")
    api.want(400, "POST", "accounts/login/",
             json={"email": person.email, "password": person.password})
    api.want(404, "GET", f"pins/{pin}")
    assert stack.sql("select deleted_at from account where id = %s",
                     (person.user["id"],)) == [(None,)]


# A catalogue's clients.


def test_what_a_viewer_likes(stack, person):
    """In the published form of favourites, the latest liked first."""
    ann = signup(stack)
    path = f"accounts/profile/{ann.user['id']}/"
    pins = [person.upload("pins/", f"p{i}", picture()) for i in range(3)]
    for pin in (pins[1], pins[0], pins[2]):
        ann.want(200, "PUT", f"items/{pin['id']}/like")

    def likes():
        return ann.want(200, "GET", path)["likes"]

    assert likes() == [{"id": pin["id"], "kopis_id": None, "title": pin["title"], "type": "pin",
                        "facility_name": None, "poster": pin["image"], "start_date": None,
                        "end_date": None} for pin in (pins[2], pins[0], pins[1])]
    assert ids(likes()) == ids(ann.pages("likes"))
    ann.want(200, "DELETE", f"items/{pins[0]['id']}/like")
    person.want(204, "DELETE", f"pins/{pins[2]['id']}")
    assert ids(likes()) == [pins[1]["id"]]
    ann.want(200, "PUT", f"users/{person.username}/block")
    assert likes() == []


def test_a_viewers_life(stack, api):
    form = viewer(gender="F", birthday="1999-12-31")
    answer = api.want(201, "POST", "accounts/", json=form)
    assert set(answer) == {"message", "access", "refresh", "user_id"}
    pk = answer["user_id"]
    again = api.want(200, "POST", "accounts/signin/",
                     json={"email": form["email"], "password": form["password"]})
    assert set(again) == {"username", "access", "refresh", "user_id"}
    assert (again["username"], again["user_id"]) == (form["username"], pk)
    ann = Client(stack)
    ann.headers["Authorization"] = f"Bearer {again['access']}"
    assert ann.want(200, "GET", "performances/api/user/status/") == {
        "is_authenticated": True, "user_id": pk}
    assert ann.want(200, "GET", f"accounts/profile/{pk}/") == {
        "email": form["email"], "username": form["username"], "gender": "F",
        "birthday": "1999-12-31", "reviews": [], "likes": []}
    assert "message" in ann.want(200, "PUT", f"accounts/profile/{pk}/", json={"gender": "O"})
    assert ann.want(200, "GET", f"accounts/profile/{pk}/")["gender"] == "O"
    assert ann.want(200, "POST", f"accounts/profile/password-check/{pk}/",
                    json={"password": form["password"]}) == {
        "message": "this is your password", "success": True}
    answer = ann.post("accounts/signout/", json={"refresh": again["refresh"]})
    assert (answer.status_code, answer.content) == (205, b"")
    ann.want(401, "GET", f"accounts/profile/{pk}/")


@pytest.mark.parametrize("change, field", [
    ({"email": "no address"}, "email"), ({"password": "short"}, "password"),
    ({"password": None}, "password"), ({"username": None}, "username"),
    ({"birthday": "2001-02-30"}, "birthday"), ({"gender": "X"}, "gender"),
    ({"username": "a b"}, "username")])
def test_a_sign_up_is_refused_with_400_and_a_message(api, change, field):
    """S5.6-10: a bad form was a 404, a missing password or an impossible date a
    500, and the gender was not looked at."""
    form = {k: v for k, v in viewer(**change).items() if v is not None}
    answer = api.want(400, "POST", "accounts/", json=form)
    assert set(answer) == {field, "message"} and answer["message"] == answer[field][0]


def test_an_address_in_another_case_is_taken(api):
    form = viewer()
    api.want(201, "POST", "accounts/", json=form)
    answer = api.want(400, "POST", "accounts/", json=viewer(
        email=form["email"].replace("example", "EXAMPLE")))
    assert answer["message"] == "an account with this e-mail address exists already"


@pytest.mark.parametrize("name", ["a[b]", "a]", "[", "a:[", "가"])
def test_a_message_whatever_the_field_is_called(api, name):
    why = "this field is not known here"
    assert api.want(400, "POST", "accounts/signin/", json={
        name: 1, "email": "e@example.com", "password": "x"}) == {name: [why], "message": why}


def test_messages_are_in_the_callers_language(stack):
    answer = Client(stack, language="ko").want(400, "POST", "accounts/signin/", json={
        "email": "nobody@example.com", "password": "x"})
    assert re.search("[가-힣]", answer["message"])


def test_a_profile_is_its_owners(stack, api, person, other):
    """S5.6-6: another's profile was a 500."""
    pk = person.user["id"]
    for method, path in (("GET", "profile"), ("PUT", "profile"), ("DELETE", "profile"),
                         ("POST", "profile/password-check")):
        options = {} if method == "GET" else {"json": {"password": other.password}}
        if method == "PUT":
            options = {"json": {"gender": "M"}}
        other.want(403, method, f"accounts/{path}/{pk}/", **options)
        other.want(403, method, f"accounts/{path}/999999999/", **options)
        api.want(401, method, f"accounts/{path}/{pk}/", **options)


def test_a_new_password_is_never_stored_as_it_is(stack, person):
    """S5.6-8: the plain text went into the database first, the old password was
    not asked, and tokens stayed valid."""
    pk, new = person.user["id"], unique("Brisk-lantern-")
    twin = login(stack, person.email, person.password)
    path = f"accounts/profile/{pk}/"
    assert person.want(400, "PUT", path, json={"password": new, "gender": "M"})[
        "old_password"] == ["this field is required"]
    assert person.want(200, "GET", path)["gender"] is None
    person.want(200, "PUT", path, json={"password": new, "old_password": person.password})
    twin.want(401, "GET", "users/me")
    stored, = stack.sql("select password from account where id = %s", (pk,))
    assert stored[0].startswith("$argon2id$") and new not in stored[0]
    login(stack, person.email, new)


def test_a_viewer_leaves_with_the_password(stack, person):
    """S5.6-9: no password was needed, and whichever pk was named."""
    path = f"accounts/profile/{person.user['id']}/"
    for form, why in (({}, "this field is required"),
                      ({"password": "wrong"}, "this is not your password")):
        assert person.want(400, "DELETE", path, json=form) == {"password": [why], "message": why}
    assert "message" in person.want(200, "DELETE", path, json={"password": person.password})
    person.want(401, "GET", "users/me")


def test_signing_out_takes_ones_own_token(stack, person, other):
    """S5.6: a token of no use was a 500."""
    theirs = other.want(200, "POST", "accounts/signin/", json={
        "email": other.email, "password": other.password})["refresh"]
    for form, why in (({}, "this field is required"), ({"refresh": "x" * 43}, WRONG["detail"]),
                      ({"refresh": theirs}, WRONG["detail"])):
        assert person.want(400, "POST", "accounts/signout/", json=form)["message"] == why
    other.want(200, "POST", "accounts/token/refresh/", json={"refresh": theirs})


def test_the_login_goes_on_by_a_refresh(api):
    """S5.6-12: there was no way, so logins died after half an hour."""
    token = api.want(201, "POST", "accounts/", json=viewer())["refresh"]
    assert set(api.want(200, "POST", "accounts/token/refresh/", json={"refresh": token})) >= {
        "access", "refresh"}


# The first of the three (S2), whose pages were forms.


def test_addresses_of_any_domain_in_any_case(api):
    """S2.6-13: five domains, and those in lower case alone."""
    for domain in ("GMAIL.com", "example.org", "univ.ac.kr"):
        api.want(201, "POST", "accounts/", json=viewer(email=f"{unique()}@{domain}"))


def test_guests_see_a_persons_page(api, person):
    """S2.6-3: it was a 500."""
    assert api.want(200, "GET", f"users/{person.username}")["introduction"] == ""


@pytest.mark.parametrize("path", ["users/{}/follow", "styles/profiles/{}/follow/", "users/me",
                                  "rest-auth/logout/", "accounts/logout/", "accounts/quit/"])
def test_nothing_is_changed_by_a_get(person, other, path):
    """S2.6-2: links that others show followed, unfollowed and logged out."""
    named = path.format(other.user["id"] if "styles" in path else other.username)
    answer = person.request("GET", named)
    assert answer.status_code in (200, 405)
    assert answer.status_code == 405 or path == "users/me"
    assert person.want(200, "GET", f"users/{other.username}")["following"] is False


# Races (R8): a hundred at once, and one of them wins.


def at_once(call, n=100):
    with ThreadPoolExecutor(25) as pool:
        codes = list(pool.map(call, range(n)))
    assert set(codes) <= {200, 201, 400, 401}, set(codes)
    return sum(code in (200, 201) for code in codes)


def test_one_of_a_hundred_gets_the_name(stack):
    name = unique("Ra")
    forms = [name, name.upper(), name.lower()]
    assert at_once(lambda i: Client(stack).post("accounts/", json=viewer(
        username=forms[i % 3])).status_code) == 1


def test_one_of_a_hundred_gets_the_hangul_name(stack):
    """Letters of their own and as parts of syllables are the same name (NFKC)."""
    tail = unique()
    forms = ["하" + tail, "ㅎㅏ" + tail, "\u1112\u1161" + tail]
    assert at_once(lambda i: Client(stack).post("accounts/", json=viewer(
        username=forms[i % 3])).status_code) == 1


def test_one_of_a_hundred_gets_the_address(stack):
    address = f"{unique('Ra')}@example.com"
    forms = [address, address.upper(), address.lower()]
    assert at_once(lambda i: Client(stack).post("accounts/registration/", json=shopper(
        email=forms[i % 3])).status_code) == 1


def test_one_of_a_hundred_sets_the_password(stack, person):
    Client(stack).want(200, "POST", "accounts/password/reset/", json={"email": person.email})
    settle(stack)
    found = re.search(r"uid=(\d+)&token=(\S+)", mails(stack, person.email)[-1].get_content())

    def confirm(i):
        word = unique(f"Calm-window-{i}-")
        return Client(stack).post("accounts/password/reset/confirm/", json={
            "uid": int(found[1]), "token": found[2], "new_password1": word,
            "new_password2": word}).status_code

    assert at_once(confirm) == 1


def test_one_of_a_hundred_spends_the_refresh_token(stack, person):
    """And then it was used twice: the login is over for all of them (R9)."""
    token = person.want(200, "POST", "accounts/signin/", json={
        "email": person.email, "password": person.password})["refresh"]
    assert at_once(lambda _: Client(stack).post("accounts/token/refresh/", json={
        "refresh": token}).status_code) == 1
    assert stack.sql("""select s.revoked_at is not null from session s
        join refresh_token r on r.session = s.id where r.hash = sha256(%s)""",
                     (token.encode(),)) == [(True,)]


def test_a_spent_token_ends_its_family_within_a_second(stack):
    """R9, with its figure: both logins of the family are refused everywhere."""
    ann = signup(stack)
    first = ann.want(200, "POST", "accounts/signin/", json={
        "email": ann.email, "password": ann.password})
    second = Client(stack).want(200, "POST", "accounts/token/refresh/",
                                json={"refresh": first["refresh"]})
    Client(stack).want(401, "POST", "accounts/token/refresh/", json={"refresh": first["refresh"]})
    end, refused = time.monotonic() + 1, 0
    while refused < 20:
        for token in (first["access"], second["access"]):
            late = time.monotonic() > end
            answer = Client(stack).get("users/me", headers={
                "Authorization": f"Bearer {token}", "Connection": "close"})
            refused = refused + 1 if answer.status_code == 401 else 0
            assert refused or not late
