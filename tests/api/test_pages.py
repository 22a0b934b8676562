"""Pages as documents: what they say to who runs no scripts, and the answers in
them, which are those of the API."""

import html
import json
import re

import pytest
import requests
from checks import settle
from client import picture, signup
from stack import wait_for

NASTY = """</title><script>a()</script>"'&<!--#include virtual="/icon.svg" --> 바다 #sea"""
BLOCK = re.compile(r'<script type="application/json" data-path="([^"]*)">(.*?)</script>', re.S)


def page(stack, path, person=None, status=200, **headers):
    if person is not None:
        headers["Cookie"] = f"__Host-access={person.token}"
    answer = requests.get(stack.url + path, headers=headers, timeout=60)
    assert answer.status_code == status, path
    assert answer.headers["Content-Type"].startswith("text/html"), path
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    answer.encoding = "utf-8"
    return answer.text


def blocks(text):
    return {html.unescape(path): json.loads(body) for path, body in BLOCK.findall(text)}


def tags(text):
    found = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', text))
    return {name: html.unescape(value) for name, value in found.items()}


@pytest.fixture(scope="module")
def world(stack):
    person = signup(stack)
    pin = person.upload("pins/", NASTY, picture())
    board = person.post("boards/", json={"title": NASTY[:90]}).json()
    person.post(f"boards/{board['id']}/add_pin", json={"id": pin["id"]})
    return person, pin, board


def test_a_page_brings_the_answers_that_it_will_ask_for(stack, world):
    person, pin, board = world
    tag = pin["tag_set"][0]["id"]
    name = person.username
    settle(stack)  # what others left to be done changes lists
    wait_for(lambda: stack.sql("select 1 from index_outbox limit 1") == [])
    for path, wanted in {
        "/": ["session", "pins/"],
        "/?tab=latest&utm_source=x": ["session", "pins/"],
        "/explore": ["session", "tags/?limit=60", "pins/"],
        f"/pin/{pin['id']}": ["session", f"pins/{pin['id']}", f"items/{pin['id']}/social",
                              f"items/{pin['id']}/comments",
                              f"pins/{pin['id']}/similar_pin?limit=48&why=1",
                              f"users/{name}"],
        f"/board/{board['id']}/": ["session", f"boards/{board['id']}",
                                   f"pins/?board={board['id']}"],
        f"/tag/{tag}/sea": ["session", f"tags/{tag}", f"pins/?tag={tag}"],
        f"/@{name}": ["session", f"users/{name}",
                       f"boards/?author__username={name}&limit=100"],
        f"/@{name}/pins": ["session", f"users/{name}",
                           f"pins/?author__username={name}"],
        f"/@{name}/followers": ["session", f"users/{name}",
                                f"users/{name}/followers"],
        f"/@{name}/following": ["session", f"users/{name}",
                                f"users/{name}/followings"],
    }.items():
        found = blocks(page(stack, path))
        assert list(found) == wanted, path
        for one, answer in found.items():
            same = requests.get(f"{stack.url}/api/{one}", timeout=60)
            assert answer == same.json(), one


def test_answers_in_a_page_are_the_viewers(stack, world):
    person = world[0]
    found = blocks(page(stack, "/", person))
    assert list(found) == ["session", "pins/following_pin"]
    assert found["session"]["user"]["username"] == person.username
    assert list(blocks(page(stack, "/?tab=latest", person))) == ["session", "pins/"]


def test_a_login_that_is_not_valid_is_none(stack):
    text = requests.get(stack.url + "/", headers={"Cookie": "__Host-access=a.b.c"},
                        timeout=60).text
    assert blocks(text)["session"] == {"user": None}


def test_what_a_page_says_of_itself(stack, world):
    person, pin, board = world
    plain = NASTY.removesuffix(" #sea").replace("<!--#include", "<!--")
    said = tags(page(stack, f"/pin/{pin['id']}"))
    assert said["og:title"] == plain
    assert said["og:image"] == pin["image"]
    assert said["og:url"] == f"{stack.url}/pin/{pin['id']}"
    assert said["og:type"] == "article"
    assert person.username in said["description"] == said["og:description"]
    said = tags(page(stack, f"/board/{board['id']}", None, **{"Accept-Language": "ko"}))
    assert said["og:title"] == board["title"]
    assert said["description"] == f"{person.username}님의 보드, 핀 1개."
    assert said["og:image"] == pin["image"]
    assert said["og:locale"] == "ko_KR"
    said = tags(page(stack, f"/@{person.username}"))
    assert said["og:title"] == person.username and said["og:type"] == "profile"
    tag = pin["tag_set"][0]
    said = tags(page(stack, f"/tag/{tag['id']}"))
    assert said["og:title"] == f"#{tag['tag_name']}" and said["og:image"]


def test_titles_are_text(stack, world):
    """No element and no directive comes of what people write."""
    _, pin, board = world
    for path in (f"/pin/{pin['id']}", f"/board/{board['id']}", "/"):
        text = page(stack, path)
        # those of the shell, and the answers
        scripts = re.findall(r"<script[^>]*>", text)
        assert len(scripts) == 1 + len(blocks(text)), path
        assert "<svg" not in text and "a()</script>" not in text, path
        assert text.count("<title>") == text.count("</title>") == 1
        assert text.count("<!--#") == 0, path


def test_names_in_hangul(stack):
    signup(stack, username="가나다")
    for path in ("/@가나다/pins", "/@%EA%B0%80%EB%82%98%EB%8B%A4/pins"):
        text = page(stack, path)
        assert f"{stack.url}/@%EA%B0%80%EB%82%98%EB%8B%A4" in text
        found = blocks(text)
        assert found["users/%EA%B0%80%EB%82%98%EB%8B%A4"]["username"] == "가나다"


@pytest.mark.parametrize("path", [
    "/pin/999999999", "/pin/99999999999999999999", "/board/999999999", "/tag/999999999",
    "/@nobody_there", "/@nobody_there/pins", "/@%3Cscript%3E", "/@a%0Ab", "/@%22--%3E", "/nowhere",
])
def test_what_is_not_there_is_404_with_the_application(stack, path):
    text = page(stack, path, status=404)
    assert '<div id="app">' in text and not blocks(text) and "<!--#" not in text


def test_pages_of_the_staff_are_theirs(stack):
    person = signup(stack)
    for tab in ("reports", "users", "jobs", "caches", "log"):
        for status, who in ((401, None), (403, person)):
            text = page(stack, f"/staff/{tab}", who, status=status)
            assert '<div id="app">' in text and not blocks(text)
    stack.run("user", "staff", person.username)
    for tab in ("reports", "users", "jobs", "caches", "log"):
        assert list(blocks(page(stack, f"/staff/{tab}", person))) == ["session", f"staff/{tab}"]
    answer = requests.get(stack.url + "/staff", timeout=60, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/staff/reports")
    page(stack, "/staff/nothing", person, status=404)


def test_hidden_things_are_their_owners(stack):
    person = signup(stack)
    pin = person.upload("pins/", "hidden", picture())["id"]
    stack.change("update item set visibility = 1 where id = %s", [pin])
    assert page(stack, f"/pin/{pin}", person)
    page(stack, f"/pin/{pin}", signup(stack), status=404)
    page(stack, f"/pin/{pin}", status=404)


def test_halves_of_the_shell_are_not_pages(stack):
    assert requests.get(stack.url + "/_shell/head.en.html", timeout=60).status_code == 404
