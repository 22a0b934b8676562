"""Lists by pages: forwards, backwards, while others write."""

import re

import pytest

from checks import ids, many_pins
from client import Client, signup, unique


@pytest.fixture(scope="module")
def cast(stack):
    """ann has 12 pins on a board, one tag on all; bob follows her, the tag,
    and eleven others, and they follow ann."""
    ann, bob = signup(stack), signup(stack)
    stack.pins = pins = many_pins(stack, ann, 12)
    board = ann.want(201, "POST", "boards/", json={"title": "all"})["id"]
    stack.change("insert into board_item (board, item, added_by, place) select %s, id, %s, "
                 "created_at from item where id = any (%s)", (board, ann.user["id"], pins))
    tag = ann.want(201, "POST", "tags/", json={"tag_name": unique("paged")})["id"]
    stack.change("insert into item_tag select id, %s, created_at from item where id = any (%s)",
                 (tag, pins))
    bob.want(201, "POST", f"tags/{tag}/follow_tag")
    names = [ann.username] + [signup(stack).username for _ in range(11)]
    for name in names:
        bob.want(200, "PUT", f"users/{name}/follow")
        if name != ann.username:
            stack.change("insert into follow (follower, followee) select id, %s from account "
                         "where username = %s", (ann.user["id"], name))
    for i in range(11):
        other = ann.want(201, "POST", "tags/", json={"tag_name": unique("t")})["id"]
        bob.want(201, "POST", f"tags/{other}/follow_tag")
        bob.want(201, "POST", "boards/", json={"title": f"board {i}"})
    return {"ann": ann, "bob": bob, "board": board, "tag": tag, "pins": pins}


PAGES = ["pins/?author__username={ann}", "pins/?board={board}", "pins/?tag={tag}",
         "pins/?boards__title=all&author__username={ann}",
         "pins/?author__follower__username={bob}", "pins/following_pin",
         "users/{bob}/followings", "users/{ann}/followers"]
ARRAYS = ["boards/?author__username={bob}", "boards/", "tags/", "tags/?users__username={bob}",
          "pinterestAccounts/following-user", "pinterestAccounts/following-tag"]


def path_of(template, cast, limit=None):
    path = template.format(ann=cast["ann"].username, bob=cast["bob"].username,
                           board=cast["board"], tag=cast["tag"])
    return path if limit is None else f"{path}{'&' if '?' in path else '?'}limit={limit}"


def forwards(client, path):
    pages = []
    while path:
        page = client.want(200, "GET", path)
        pages.append(page)
        path = page["next"]
    return pages


def all_ids(pages):
    return [i for page in pages for i in ids(page["results"])]


@pytest.mark.parametrize("template", PAGES)
@pytest.mark.parametrize("limit", [1, 5, 6, 11, 12, 13])
def test_there_and_back(cast, template, limit):
    bob = cast["bob"]
    whole = bob.want(200, "GET", path_of(template, cast, 200))
    want = ids(whole["results"])
    assert len(want) >= 11 and whole["next"] is whole["previous"] is None
    path = path_of(template, cast, limit)
    pages = forwards(bob, path)
    assert all_ids(pages) == want and pages[0]["previous"] is None
    assert [len(page["results"]) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    back = [pages[-1]]
    while back[-1]["previous"]:
        assert len(back) <= len(pages), "it never ends"
        back.append(bob.want(200, "GET", back[-1]["previous"]))
    assert all_ids(back[::-1]) == want
    if limit > 1:
        assert bob.want(200, "GET", back[-1]["next"] or path)["results"][0]["id"] in want


@pytest.mark.parametrize("template", ARRAYS)
def test_lists_go_on_by_their_link_header(cast, template):
    bob = cast["bob"]
    want = ids(bob.want(200, "GET", path_of(template, cast)))
    assert len(want) >= 11
    limit = len(want) // 3
    seen, path = [], path_of(template, cast, limit)
    while path:
        answer = bob.get(path)
        assert answer.status_code == 200 and len(answer.json()) <= limit
        seen += ids(answer.json())
        link = answer.headers.get("Link")
        path = link and re.fullmatch(r'<(http://[^>]+)>; rel="next"', link).group(1)
    assert seen == want


def test_the_page_is_52_and_at_most_200(stack, api):
    ann = signup(stack)
    made = many_pins(stack, ann, 205)[::-1]
    path = f"pins/?author__username={ann.username}"
    first = api.want(200, "GET", path)
    assert ids(first["results"]) == made[:52]
    assert ids(api.want(200, "GET", first["next"])["results"]) == made[52:104]
    assert ids(api.want(200, "GET", path + "&limit=200")["results"]) == made[:200]
    assert ids(api.pages(path)) == made


@pytest.mark.parametrize("template", ["pins/?author__username={ann}", "pins/?board={board}",
                                      "pins/?tag={tag}", "pins/following_pin"])
def test_equal_times(stack, cast, template):
    """Rows of one moment are neither lost nor shown twice."""
    pins, bob = cast["pins"], cast["bob"]
    tables = {"item": "id", "item_tag": "item", "board_item": "item"}
    before = {table: stack.sql(f"select array_agg({key}), array_agg(created_at) from {table} "
                               f"where {key} = any (%s)", (pins,))[0]
              for table, key in tables.items()}

    def set_times(table, numbers, times):
        stack.change(f"update {table} t set created_at = n.at from unnest(%s, %s::timestamptz[]) "
                     f"as n (id, at) where t.{tables[table]} = n.id", (numbers, times))

    try:
        for table in tables:
            set_times(table, pins, ["2024-02-29 12:00"] * len(pins))
        for limit in (1, 5, 11):
            pages = forwards(bob, path_of(template, cast, limit))
            assert all_ids(pages) == sorted(pins, reverse=True)
            page, back = pages[-1], pages[-1]["results"]
            while page["previous"]:
                page = bob.want(200, "GET", page["previous"])
                back = page["results"] + back
            assert ids(back) == sorted(pins, reverse=True)
    finally:
        for table in tables:
            set_times(table, *before[table])


def test_stable_while_others_write(stack, api):
    """New rows come before the walk, deleted ones are missed, nothing else
    moves; the row that a cursor names may be deleted itself."""
    ann = signup(stack)
    made = many_pins(stack, ann, 12)[::-1]
    path = f"pins/?author__username={ann.username}&limit=4"
    one = api.want(200, "GET", path)
    newer = many_pins(stack, ann, 3)[::-1]
    for gone in (made[3], made[4]):
        ann.want(204, "DELETE", f"pins/{gone}")
    two = api.want(200, "GET", one["next"])
    assert ids(two["results"]) == made[5:9]
    three = api.want(200, "GET", two["next"])
    assert ids(three["results"]) == made[9:] and three["next"] is None
    back = api.want(200, "GET", two["previous"])
    assert ids(back["results"]) == newer[2:] + made[:3]
    top = api.want(200, "GET", back["previous"])
    assert ids(top["results"]) == newer[:2] and top["previous"] is None
    assert ids(api.want(200, "GET", top["next"])["results"]) == newer[2:] + made[:3]


def test_a_page_that_has_gone(stack, api):
    ann = signup(stack)
    many_pins(stack, ann, 4)
    page = api.want(200, "GET", f"pins/?author__username={ann.username}&limit=2")
    stack.change("update item set deleted_at = now() where owner = %s", (ann.user["id"],))
    assert api.want(200, "GET", page["next"]) == {"next": None, "previous": None, "results": []}


def test_filters_and_limit_stay_in_the_links(stack, api, cast):
    path = f"pins/?limit=3&boards__title=all&author__username={cast['ann'].username}"
    page = api.want(200, "GET", path)
    assert page["next"].startswith(stack.url + "/api/pins/?cursor=")
    assert page["next"].endswith(f"&limit=3&boards__title=all&author__username="
                                 f"{cast['ann'].username}")
    assert "previous" in page and "cursor=" not in path


def test_links_are_encoded(stack, api, cast):
    title = 'a&b=c#d "ü"<%'
    ann = cast["ann"]
    board = ann.want(201, "POST", "boards/", json={"title": title})["id"]
    for pin in cast["pins"][:3]:
        ann.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin})
    params = {"boards__title": title, "limit": 2}
    page = api.want(200, "GET", "pins/", params=params)
    assert ids(api.want(200, "GET", page["next"])["results"]) == cast["pins"][:1]


def cursor(cast):
    page = Client(cast["ann"].stack).want(200, "GET", "pins/?limit=1")
    return re.search(r"cursor=([\w-]+)", page["next"]).group(1)


def test_bad_cursors(api, cast):
    good = cursor(cast)
    assert len(good) == 34
    flipped = [good[:i] + ("A" if good[i] != "A" else "B") + good[i + 1:] for i in range(33)]
    # of the last character's bits, two are beyond the last byte
    bad = flipped + ["", "x", good[:-1], good + "A", good + "=", good.swapcase(), "A" * 34,
                     "cD0yMDIw", "2024-01-01", "0", "-1", "%00", "' or 1=1--", "a" * 5000]
    for text in bad:
        answer = api.get("pins/", params={"cursor": text})
        assert answer.status_code == 400, text
        assert answer.json() == {"cursor": ["this cursor is not valid"]}
    assert api.want(400, "GET", f"pins/?cursor={good}&cursor={good}") == {
        "cursor": ["this field is given more than once"]}


def test_a_cursor_of_another_list_is_a_position(cast, api):
    for path in ("boards/", "tags/", f"users/{cast['ann'].username}/followers"):
        api.want(200, "GET", f"{path}?cursor={cursor(cast)}")


@pytest.mark.parametrize("path, most", [("pins/", 200), ("boards/", 200), ("tags/", 1000),
                                        ("users/{ann}/followers", 200)])
def test_limits(api, cast, path, most):
    path = path.format(ann=cast["ann"].username)
    for good in (1, most):
        api.want(200, "GET", f"{path}?limit={good}")
    for bad, reason in ((0, "must be at least 1"), (-1, "must be at least 1"),
                        (most + 1, f"must be at most {most}"),
                        (2**63 - 1, f"must be at most {most}"), (2**63, "a whole number is needed"),
                        ("", "a whole number is needed"), ("1.0", "a whole number is needed")):
        assert api.want(400, "GET", f"{path}?limit={bad}") == {"limit": [reason]}
