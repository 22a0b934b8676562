"""Pins of the people and tags that one follows."""

import pytest

from checks import check_pin, ids
from client import picture, signup, unique


def feed(person):
    return ids(person.pages("pins/following_pin"))


def make(person, title):
    return person.upload("pins/", title, picture())


@pytest.fixture
def author(stack):
    return signup(stack)


def follow(person, whom):
    person.want(202, "POST", "pinterestAccounts/follow", json={"username": whom.username})


def test_nothing_followed_nothing_shown(api, person):
    make(person, "my own")
    assert feed(person) == []
    api.want(401, "GET", "pins/following_pin")


def test_people(person, author, other):
    before = make(author, "before")
    follow(person, author)
    make(other, "somebody else's")
    after = make(author, "after")
    page = person.want(200, "GET", "pins/following_pin")
    assert ids(page["results"]) == ids([after, before])
    assert set(check_pin(page["results"][0])) == set(after)
    assert page["next"] is page["previous"] is None
    person.want(202, "POST", "pinterestAccounts/unfollow", json={"username": author.username})
    assert feed(person) == []


def test_tags(person, author, other):
    word = unique("word")
    one = make(author, f"#{word}")
    tag = one["tag_set"][0]["id"]
    person.want(201, "POST", f"tags/{tag}/follow_tag")
    two = make(other, f"x #{word.upper()}")
    make(other, f"#{word}x")
    assert feed(person) == ids([two, one])
    other.want(200, "PATCH", f"pins/{two['id']}", json={"title": "no tag"})
    assert feed(person) == [one["id"]]
    person.want(202, "POST", f"tags/{tag}/unfollow_tag")
    assert feed(person) == []


def test_each_pin_once(person, author):
    """By its author and by two tags."""
    follow(person, author)
    pin = make(author, f"#{unique('a')} #{unique('b')}")
    for tag in pin["tag_set"]:
        person.want(201, "POST", f"tags/{tag['id']}/follow_tag")
    assert feed(person) == [pin["id"]]


def test_newest_first_over_all_sources_and_pages(person, author, other):
    word = unique("mix")
    follow(person, author)
    made = [make(other if i % 3 == 0 else author, f"#{word} {i}") for i in range(7)]
    person.want(201, "POST", f"tags/{made[0]['tag_set'][0]['id']}/follow_tag")
    assert feed(person) == ids(made[::-1])
    assert ids(person.pages("pins/following_pin?limit=2")) == ids(made[::-1])


def test_a_deleted_pin_is_gone(person, author):
    follow(person, author)
    pin = make(author, "short-lived")
    assert feed(person) == [pin["id"]]
    author.want(204, "DELETE", f"pins/{pin['id']}")
    assert feed(person) == []


def test_filters_are_not_taken(person):
    assert person.want(400, "GET", "pins/following_pin?author__username=x") == {
        "author__username": ["this field is not known here"]}
