"""Tags: out of titles, by hand, followed."""

import pytest

from checks import check_pin, ids, many_pins
from client import Client, picture, signup, unique


@pytest.fixture(scope="module")
def owner(stack):
    """Somebody with a pin whose title the tests change."""
    ann = signup(stack)
    ann.pin = ann.upload("pins/", "no tags", picture())
    return ann


@pytest.fixture(scope="module")
def staff(stack):
    boss = signup(stack)
    stack.run("user", "staff", boss.username)
    return boss


def names(pin):
    return {tag["tag_name"] for tag in pin["tag_set"]}


def new_tag(client, name=None):
    return client.want(201, "POST", "tags/", json={"tag_name": name or unique("tag")})


@pytest.mark.parametrize("title, tags", [
    ("none", set()),
    ("# # #", set()),
    ("#a1 and #b1", {"a1", "b1"}),
    ("##x1", {"x1"}),
    ("###x1#x2", {"x1", "x2"}),
    ("a#inside", {"inside"}),
    ("#under_score", {"under"}),
    ("#dash-ed #dot.ted #comma,", {"dash", "dot", "comma"}),
    ("#한글태그 #ㅋㅋㅋ #한글abc123", {"한글태그", "ㅋㅋㅋ", "한글abc123"}),
    ("#漢字 #１２ #٣٤", {"漢字", "１２", "٣٤"}),
    ("#かな #カナ #éa #àb", set()),
    ("#aé #abかな", {"a", "ab"}),
    ("#twice #twice #TWICE", {"twice"}),
    ("#🍵 #tea🍵", {"tea"}),
    ("#<b> #'; #%s", set()),
    ("#\u1100\u1161\u1102\u1161", {"가나"}),
    ("#ㄱ#ㅣ#힣", {"ㄱ", "ㅣ", "힣"}),
    ("#" + "가" * 99, {"가" * 99}),
    (" ".join(f"#{i:x}q" for i in range(20)), {f"{i:x}q" for i in range(20)}),
])
def test_tags_of_a_title(owner, title, tags):
    pin = owner.want(200, "PATCH", f"pins/{owner.pin['id']}", json={"title": title})
    assert {name.lower() for name in names(pin)} == tags
    assert names(owner.want(200, "GET", f"pins/{owner.pin['id']}")) == names(pin)


def test_a_tag_keeps_its_first_spelling(person, other):
    name = unique("Tea")
    first = person.upload("pins/", f"#{name}", picture())["tag_set"]
    assert other.upload("pins/", f"#{name.upper()} #{name.lower()}", picture())["tag_set"] == first
    assert first == [{"tag_name": name, "id": first[0]["id"]}]


def test_tags_follow_the_title(person):
    one, two = unique("one"), unique("two")
    pin = check_pin(person.upload("pins/", f"a #{one}", picture()))
    assert names(pin) == {one}
    pin = person.want(200, "PUT", f"pins/{pin['id']}", json={"title": f"b #{two}"})
    assert names(pin) == {two}
    pin = person.want(200, "PATCH", f"pins/{pin['id']}", json={"title": f"c #{two} #{one}"})
    assert names(pin) == {one, two}
    tag = next(t for t in pin["tag_set"] if t["tag_name"] == one)
    assert person.want(200, "GET", f"tags/{tag['id']}")["item_count"] == 1
    person.want(200, "PATCH", f"pins/{pin['id']}", json={"title": "none"})
    assert person.want(200, "GET", f"tags/{tag['id']}")["item_count"] == 0


def test_what_is_counted_is_what_is_listed(stack, person, api):
    """Pins that everybody may see; style posts with a tag are not on its page."""
    name = unique("tea")
    pins = [person.upload("pins/", f"#{name} {i}", picture()) for i in range(3)]
    tag = pins[0]["tag_set"][0]["id"]
    post = person.want(201, "POST", "styles/posts/", data={"content": f"#{name}"},
                       files={"image": ("p.png", picture())})
    assert post["tag_set"][0]["id"] == tag

    def counted(n):
        listed = list(api.pages(f"pins/?tag={tag}"))
        assert api.want(200, "GET", f"tags/{tag}")["item_count"] == len(listed) == n
        found, = (t for t in api.want(200, "GET", "tags/", params={"prefix": name})
                  if t["id"] == tag)
        assert found["item_count"] == n

    counted(3)
    person.want(204, "DELETE", f"styles/posts/{post['id']}/")
    person.want(204, "DELETE", f"pins/{pins[1]['id']}")
    counted(2)
    for trashed in (post, pins[1]):
        person.want(204, "POST", f"items/{trashed['id']}/restore")
    counted(3)
    for visibility in (1, 2, 0):
        stack.change("update item set visibility = %s where id in %s",
                     (visibility, (pins[0]["id"], post["id"])))
        counted(3 if visibility == 0 else 2)


def test_a_tag_by_hand(person, api):
    name = unique("hand")
    tag = new_tag(person, name)
    assert tag == {"id": tag["id"], "tag_name": name, "item_count": 0}
    assert new_tag(person, name.upper()) == tag
    assert new_tag(person, "#" + name) == tag
    assert api.want(200, "GET", f"tags/{tag['id']}") == {**tag, "following": None}
    assert tag in api.want(200, "GET", "tags/")
    api.want(401, "POST", "tags/", json={"tag_name": "x"})


@pytest.mark.parametrize("name", ["a b", "a_b", "#", "é", "a#b", "##a", "#a b", "😀", "<i>", "a-b"])
def test_what_is_no_tag(person, name):
    assert person.want(400, "POST", "tags/", json={"tag_name": name}) == {
        "tag_name": ["use Hangul, letters and digits, without spaces"]}


def test_only_staff_renames_and_removes(api, person, staff):
    tag, taken = new_tag(person), new_tag(person)
    path, fields = f"tags/{tag['id']}", {"tag_name": unique("renamed")}
    for method in ("PUT", "PATCH", "DELETE"):
        body = {} if method == "DELETE" else {"json": fields}
        api.want(401, method, path, **body)
        person.want(403, method, path, **body)
        staff.want(404, method, "tags/999999999", **body)
    assert api.want(200, "GET", path)["tag_name"] == tag["tag_name"]
    for method in ("PUT", "PATCH"):
        assert staff.want(200, method, path, json=fields)["tag_name"] == fields["tag_name"]
    assert staff.want(400, "PUT", path, json={"tag_name": taken["tag_name"].upper()}) == {
        "tag_name": ["this tag exists already"]}
    pin = person.upload("pins/", f"#{fields['tag_name']}", picture())
    assert staff.want(204, "DELETE", path) is None
    api.want(404, "GET", path)
    assert person.want(200, "GET", f"pins/{pin['id']}")["tag_set"] == []


def test_staff_no_longer(stack, person):
    tag = new_tag(person)
    stack.run("user", "staff", person.username)
    person.want(200, "PATCH", f"tags/{tag['id']}", json={"tag_name": unique("t")})
    stack.run("user", "unstaff", person.username)
    person.want(403, "DELETE", f"tags/{tag['id']}")


def test_follow_a_tag(stack, api, person):
    tag = new_tag(person)
    path = f"tags/{tag['id']}"

    def followed():
        return ids(person.want(200, "GET", "pinterestAccounts/following-tag"))

    for method, call, status in (("POST", "follow_tag", 201), ("PUT", "follow", 200)):
        for _ in range(2):
            assert person.want(status, method, f"{path}/{call}") == {
                "detail": "you follow this tag"}
            assert followed() == [tag["id"]]
            assert person.want(200, "GET", path)["following"] is True
        call, method, status = (("unfollow_tag", "POST", 202) if method == "POST"
                                else ("follow", "DELETE", 200))
        for _ in range(2):
            assert person.want(status, method, f"{path}/{call}") == {
                "detail": "you no longer follow this tag"}
            assert followed() == []
    for method, call in (("POST", "follow_tag"), ("POST", "unfollow_tag"), ("PUT", "follow"),
                         ("DELETE", "follow")):
        api.want(401, method, f"{path}/{call}")
        person.want(404, method, f"tags/999999999/{call}")


def test_tags_that_somebody_follows(api, person):
    tags = [new_tag(person) for _ in range(3)]
    for tag in tags:
        person.want(201, "POST", f"tags/{tag['id']}/follow_tag")
    assert api.want(200, "GET", f"tags/?users__username={person.username}") == tags[::-1]
    assert person.want(200, "GET", "pinterestAccounts/following-tag") == [
        {"id": tag["id"], "tag_name": tag["tag_name"]} for tag in reversed(tags)]
    assert person.want(200, "GET", "rest-auth/user/")["following_tag"] == ids(tags[::-1])
    assert api.want(200, "GET", "tags/?users__username=nobody-at-all") == []


def test_pins_of_a_tag(stack, api, person, other):
    name = unique("both")
    made = [who.upload("pins/", f"#{name}", picture()) for who in (person, other)]
    other.upload("pins/", f"#{name}x", picture())
    tag = made[0]["tag_set"][0]["id"]
    assert ids(Client(stack).pages(f"pins/?tag={tag}")) == ids(made[::-1])
    assert api.want(200, "GET", "pins/?tag=999999999")["results"] == []


# By how names begin.

def test_suggestions(stack, api, person):
    """The most used first, ten at most, without regard to case."""
    stem = unique("바다")
    pins, wanted = many_pins(stack, person, 49), []
    for i in range(12):
        name = f"{stem}{'가나다라마바사아자차카타'[i]}"
        tag = new_tag(person, name)
        stack.change("insert into item_tag select id, %s, created_at from item where id = any (%s)",
                     (tag["id"], pins[:i % 5 * 10 + i]))
        wanted.append((i % 5 * 10 + i, name))
    wanted = [name for _, name in sorted(wanted, reverse=True)][:10]
    for prefix in (stem, stem[:-1], stem.upper()):
        found = api.want(200, "GET", "tags/", params={"prefix": prefix})
        assert [tag["tag_name"] for tag in found] == wanted
        assert set(found[0]) == {"id", "tag_name", "item_count"}
    assert api.want(200, "GET", "tags/", params={"prefix": stem + "가나"}) == []
    one, = api.want(200, "GET", "tags/", params={"prefix": stem + "가"})
    assert one["tag_name"] == stem + "가"


def test_suggestions_by_letters_of_any_case(api, person):
    stem = unique("Sea")
    new_tag(person, stem + "Side")
    for prefix in (stem.lower(), stem.upper() + "S", stem + "side"):
        found, = api.want(200, "GET", "tags/", params={"prefix": prefix})
        assert found["tag_name"] == stem + "Side"


@pytest.mark.parametrize("prefix", ["%", "_", "\\", "#", "' or 1=1", "\U0010ffff", "a b"])
def test_suggestions_for_no_tag(api, prefix):
    assert api.want(200, "GET", "tags/", params={"prefix": prefix}) == []


def test_suggestions_that_cannot_be(api, person):
    assert "prefix" in api.want(400, "GET", "tags/", params={"prefix": ""})
    assert "prefix" in api.want(400, "GET", "tags/", params={
        "prefix": "a", "users__username": person.username})


def test_suggestions_follow_what_is_used(person):
    stem = unique("t")
    first, second = new_tag(person, stem + "a"), new_tag(person, stem + "b")
    path = f"tags/?prefix={stem}"
    assert ids(person.want(200, "GET", path)) == ids([first, second])
    person.upload("pins/", f"x #{stem}b", picture())
    assert ids(person.want(200, "GET", path)) == ids([second, first])
