"""Anybody's page, and changing one's own account by its name."""

from urllib.parse import quote

import pytest

from checks import BOARD, PERSON
from client import picture, signup, unique


def page(client, person, status=200):
    return client.want(status, "GET", f"pinterestAccounts/user/{person.username}")


def test_everybody_sees_a_person_but_not_the_address(api, person, other):
    for viewer in (api, other):
        seen = page(viewer, person)
        assert set(seen) == PERSON
        assert seen["username"] == person.username
        assert seen["email"] is None and seen["email_verified"] is None
    assert page(person, person)["email"] == person.email


def test_following_is_the_viewers(api, person, other):
    other.want(202, "POST", "pinterestAccounts/follow", json={"username": person.username})
    assert page(api, person)["following"] is None
    assert page(person, person)["following"] is None
    assert page(person, other)["following"] is False
    seen = page(other, person)
    assert seen["following"] is True
    assert seen["follower"] == [other.user["id"]] and seen["follower_count"] == 1
    seen = page(api, other)
    assert seen["following_user"] == [person.user["id"]] and seen["following_count"] == 1


def test_boards_stand_on_the_page(api, person, other):
    pin = other.upload("pins/", "tea", picture())
    board = person.want(201, "POST", "boards/", json={"title": "cups"})
    person.want(201, "POST", f"boards/{board['id']}/add_pin", json={"id": pin["id"]})
    seen, = page(api, person)["boards"]
    assert set(seen) == BOARD
    assert (seen["id"], seen["title"], seen["author"]) == (board["id"], "cups", person.username)
    assert seen["pin"] == [{"id": pin["id"], "title": "tea", "image": pin["image"],
                            "author": other.user["id"]}]


def test_names_of_hangul_and_in_any_case(stack, api):
    name = unique("항구")
    ann = signup(stack, username=name, email=f"{unique()}@example.com")
    for path in (name, quote(name), quote(name).lower(), name.upper()):
        seen = api.want(200, "GET", f"pinterestAccounts/user/{path}")
        assert seen["id"] == ann.user["id"]
    decomposed = quote("\u1112\u1161\u11bc\u1100\u116e" + name[2:])
    assert api.want(200, "GET", f"pinterestAccounts/user/{decomposed}")["id"] == ann.user["id"]


@pytest.mark.parametrize("name", ["nobody-at-all", "1", "%20", "%00x", "%ff", "a" * 21, "..%2f1",
                                  "%e2%80%ae", "*", "_", "%25", "' or 1=1--"])
def test_nobody_has_such_a_name(api, name):
    assert api.request("GET", f"pinterestAccounts/user/{name}").status_code in (400, 404)


def test_ones_own_account_by_its_name(person):
    name = unique("r")
    path = f"pinterestAccounts/user/{person.username.upper()}"
    assert person.want(200, "PATCH", path, json={"username": name})["username"] == name
    person.want(404, "PATCH", path, json={"username": name})
    after = person.want(200, "PUT", f"pinterestAccounts/user/{name}",
                        data={"username": name + "x", "email": person.email},
                        files={"avatar": ("a.png", picture())})
    assert after["username"] == name + "x" and after["avatar"]
    assert person.want(200, "GET", "rest-auth/user/") == after


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_nobody_changes_anothers_account(api, person, other, method):
    fields = {"username": unique(), "email": f"{unique()}@example.com", "password": other.password}
    path = f"pinterestAccounts/user/{person.username}"
    api.want(401, method, path, json=fields)
    other.want(403, method, path, json=fields)
    other.want(404, method, "pinterestAccounts/user/nobody-at-all", json=fields)
    assert person.want(200, "GET", "rest-auth/user/") == person.user


def test_the_published_page_with_a_slash_and_without(api, person):
    for slash in ("", "/"):
        api.want(200, "GET", f"pinterestAccounts/user/{person.username}{slash}")


def test_pictures_and_names_changed_in_a_row(signup):
    """Each time the sizes of the last picture are being made while it is
    dropped: nobody waits for the other in a circle."""
    person = signup()
    for i in range(60):
        answer = person.request("PATCH", "rest-auth/user/", data={"username": unique("r")},
                                files={"avatar": ("a.png", picture(seed=i), "image/png")})
        assert answer.status_code == 200, (i, answer.text)
