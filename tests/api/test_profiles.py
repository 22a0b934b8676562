"""Profiles: what people say of themselves, and the published styles/profiles/."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from checks import files, settle, unchanged
from client import mails, picture, signup, unique
from stack import wait_for

PROFILE = {"user_id", "user_name", "profile_name", "introduction", "image", "num_posts",
           "num_followers", "num_followings", "following"}
NESTED = {"user_id", "user_name", "profile_name", "image", "following"}
PERSON = {"id", "username", "user_name", "profile_name", "introduction", "avatar", "num_posts",
          "follower_count", "following_count", "following", "created_at"}
ME = PERSON - {"following"} | {"email", "email_verified", "gender", "birthday", "shoe_size",
                               "phone_number", "is_staff"}


def uid(person):
    return person.user["id"]


def profile(client, person, status=200):
    return client.want(status, "GET", f"styles/profiles/{uid(person)}/")


def me(person, status=200, **fields):
    return person.want(status, "PATCH", "users/me", json=fields)


def block(stack, blocker, blocked):
    stack.change("insert into block (blocker, blocked) values (%s, %s)",
                 (uid(blocker), uid(blocked)))


def test_a_profile_in_both_forms(api, person):
    seen = profile(api, person)
    assert set(seen) == PROFILE
    assert seen == {"user_id": uid(person), "user_name": person.username,
                    "profile_name": person.username, "introduction": "", "image": None,
                    "num_posts": 0, "num_followers": 0, "num_followings": 0,
                    "following": "login required"}
    seen = api.want(200, "GET", f"users/{person.username}")
    assert set(seen) == PERSON and seen["following"] is None
    seen = person.want(200, "GET", "users/me")
    assert set(seen) == ME and seen["email"] == person.email and seen["gender"] is None


def test_following_has_four_states(api, person, other):
    assert profile(api, person)["following"] == "login required"
    assert profile(person, person)["following"] is None
    assert profile(other, person)["following"] is False
    assert other.want(200, "PATCH", f"styles/profiles/{uid(person)}/follow/") == {
        "detail": "successfully followed"}
    assert profile(other, person)["following"] is True
    assert profile(other, person)["num_followers"] == 1
    assert profile(api, other)["num_followings"] == 1
    assert other.want(200, "PATCH", f"styles/profiles/{uid(person)}/follow/") == {
        "detail": "successfully unfollowed"}
    assert profile(other, person)["following"] is False


def test_following_twice_at_once_is_following_and_no_longer(stack, person, other):
    """Both wait for the same people; whoever comes second sees what the first did."""
    def turn(_):
        return other.want(200, "PATCH", f"styles/profiles/{uid(person)}/follow/")["detail"]

    waiting = ("select count(distinct pid) from pg_locks where not granted and pid in"
               " (select pid from pg_stat_activity where datname = current_database())")
    first = stack.connect()
    first.autocommit = False
    try:
        with ThreadPoolExecutor(2) as pool, first.cursor() as cursor:
            try:
                cursor.execute("select hold_people(%s::bigint[])", ([uid(person), uid(other)],))
                turns = [pool.submit(turn, i) for i in range(2)]
                wait_for(lambda: stack.sql(waiting)[0][0] >= 2)
            finally:
                first.rollback()
    finally:
        first.close()
    assert sorted(each.result() for each in turns) == [
        "successfully followed", "successfully unfollowed"]
    assert profile(other, person)["following"] is False
    assert profile(other, person)["num_followers"] == 0


def test_following_oneself_is_400_and_nobody_404(person, api):
    assert person.want(400, "PATCH", f"styles/profiles/{uid(person)}/follow/") == {
        "detail": "you cannot follow yourself"}
    person.want(404, "PATCH", "styles/profiles/999999999/follow/")
    for tail in ("", "followers/", "followings/"):
        person.want(404, "GET", f"styles/profiles/999999999/{tail}")
    api.want(401, "PATCH", f"styles/profiles/{uid(person)}/follow/")


def test_followers_and_followings_by_cursor(stack, person):
    fans = [signup(stack) for _ in range(5)]
    for fan in fans:
        fan.want(200, "PATCH", f"styles/profiles/{uid(person)}/follow/")
    path = f"styles/profiles/{uid(person)}/followers/?limit=2"
    found = list(fans[0].pages(path))
    assert [row["from_profile"]["user_id"] for row in found] == [uid(f) for f in fans[::-1]]
    assert all(set(row) == {"from_profile", "created_at"} for row in found)
    assert set(found[0]["from_profile"]) == NESTED
    assert [row["from_profile"]["following"] for row in found] == [False] * 4 + [None]
    row, = fans[1].pages(f"styles/profiles/{uid(fans[0])}/followings/")
    assert set(row) == {"to_profile", "created_at"}
    assert row["to_profile"]["user_id"] == uid(person) and row["to_profile"]["following"] is True


def test_people_who_are_apart_do_not_meet_in_lists(stack, api, person, other):
    third = signup(stack)
    for fan in (other, third):
        fan.want(200, "PATCH", f"styles/profiles/{uid(person)}/follow/")
    block(stack, other, third)
    published = f"styles/profiles/{uid(person)}/followers/"
    assert [row["from_profile"]["user_id"] for row in third.pages(published)] == [uid(third)]
    ours = f"users/{person.username}/followers"
    assert [row["username"] for row in third.pages(ours)] == [third.username]
    assert {row["username"] for row in api.pages(ours)} == {other.username, third.username}
    for one, two in ((other, third), (third, other)):
        profile(one, two, 404)
        for path in (f"users/{two.username}", f"users/{two.username}/followers"):
            one.want(404, "GET", path)
        one.want(404, "PATCH", f"styles/profiles/{uid(two)}/follow/")
        one.want(404, "PUT", f"users/{two.username}/follow")
        one.want(404, "POST", "pinterestAccounts/follow", json={"username": two.username})


def test_the_owner_alone_changes_a_profile(api, person, other):
    path = f"styles/profiles/{uid(person)}/"
    for method in ("PUT", "PATCH"):
        api.want(401, method, path, json={"user_name": "x"})
        other.want(403, method, path, json={"user_name": "x"})
        other.want(404, method, "styles/profiles/999999999/", json={"user_name": "x"})
        name = unique("n")
        seen = person.want(200, method, path, json={
            "user_name": "산책 하는 사람", "profile_name": name, "introduction": "찻잔을\n모읍니다"})
        assert seen == profile(person, person)
        assert (seen["user_name"], seen["profile_name"], seen["introduction"]) == (
            "산책 하는 사람", name, "찻잔을\n모읍니다")


def test_a_part_never_erases_the_picture(stack, person):
    """S2.6-6 and S3.6-11: editing the text alone lost the picture."""
    path = f"styles/profiles/{uid(person)}/"
    image = person.want(200, "PATCH", path, files={"image": ("a.png", picture())})["image"]
    for method, options in (("PATCH", {"json": {"introduction": "hello"}}),
                            ("PUT", {"json": {"introduction": "hello"}}),
                            ("PUT", {"files": {"user_name": (None, "other")}}),
                            ("PATCH", {"data": {"user_name": "third"}})):
        assert person.want(200, method, path, **options)["image"] == image
    assert me(person, user_name="fourth")["avatar"] == image
    assert person.get(image).status_code == 200


def test_the_old_picture_goes_with_its_files(stack, person):
    """S2.6-11 and S3.6-11: replaced files stayed for ever."""
    settle(stack)
    before = files(stack)
    path = f"styles/profiles/{uid(person)}/"
    for seed in (1, 2):
        person.want(200, "PATCH", path, files={"image": ("a.png", picture(seed=seed))})
        settle(stack)
    assert len({file.parent for file in files(stack) - before}) == 1
    assert me(person, remove_avatar=True)["avatar"] is None
    settle(stack)
    assert files(stack) == before


def square(stack, client, image):
    data = client.get(image).content
    return Image.open(io.BytesIO(data)).convert("RGB")


def quarters(size=(120, 80)):
    """Red, green, blue, white in four corners."""
    whole = Image.new("RGB", size)
    w, h = size[0] // 2, size[1] // 2
    for i, colour in enumerate(((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))):
        whole.paste(colour, (i % 2 * w, i // 2 * h, i % 2 * w + w, i // 2 * h + h))
    out = io.BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("x, y, colour", [(0, 0, (255, 0, 0)), (80, 0, (0, 255, 0)),
                                          (10, 45, (0, 0, 255)), (88, 48, (255, 255, 255))])
def test_a_square_of_the_picture(stack, person, x, y, colour):
    seen = person.want(200, "PATCH", "users/me", files={"avatar": ("a.png", quarters())},
                       data={"crop_x": x, "crop_y": y, "crop_size": 32})
    made = square(stack, person, seen["avatar"])
    assert made.size == (32, 32)
    assert all(abs(a - b) < 12 for a, b in zip(made.getpixel((16, 16)), colour))
    settle(stack)
    seen = person.want(200, "PATCH", f"styles/profiles/{uid(person)}/",
                       files={"image": ("a.png", quarters())},
                       data={"crop_x": x, "crop_y": y, "crop_size": 32})
    made = square(stack, person, seen["image"])
    assert made.size == (32, 32)
    assert all(abs(a - b) < 12 for a, b in zip(made.getpixel((16, 16)), colour))


def test_a_square_is_of_the_picture_as_it_stands(stack, person):
    """A photograph that was taken sideways is turned first."""
    whole = Image.open(io.BytesIO(quarters()))
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x112] = 6  # to be turned by 90 degrees to the right: 80 wide, 120 high
    whole.save(out, "JPEG", exif=exif, quality=95)
    seen = person.want(200, "PATCH", "users/me", files={"avatar": ("a.jpg", out.getvalue())},
                       data={"crop_x": 44, "crop_y": 4, "crop_size": 32})
    made = square(stack, person, seen["avatar"])
    assert all(abs(a - b) < 30 for a, b in zip(made.getpixel((16, 16)), (255, 0, 0)))


@pytest.mark.parametrize("x, y, size", [(100, 0, 32), (0, 60, 32), (0, 0, 81), (0, 0, 65500),
                                        (65500, 65500, 16)])
def test_a_square_outside_of_the_picture(stack, person, x, y, size):
    with unchanged(stack):
        assert person.want(400, "PATCH", "users/me", files={"avatar": ("a.png", quarters())},
                           data={"crop_x": x, "crop_y": y, "crop_size": size}) == {
            "avatar": ["the square is not inside of the picture"]}


def test_a_large_square_becomes_small_enough(stack, person):
    seen = person.want(200, "PATCH", "users/me", data={"crop_x": 10, "crop_size": 1500},
                       files={"avatar": ("a.jpg", picture("JPEG", (1600, 1500)))})
    settle(stack)
    widths = stack.sql("select m.width, m.height from media m join account a on a.avatar = m.id "
                       "where a.id = %s", (uid(person),))
    assert widths == [(1200, 1200)] and seen["avatar"]


def test_profile_names_are_unique_in_every_form(person, other):
    name = unique("Na")
    me(person, profile_name=name)
    for taken in (name, name.upper()):
        assert me(other, 400, profile_name=taken) == {
            "profile_name": ["somebody has this profile name already"]}
    # compatibility forms: U+3131.. are the same letters as in syllables
    syllable = unique("하")
    me(person, profile_name=syllable)
    assert me(other, 400, profile_name="ㅎㅏ" + syllable[1:]) == {
        "profile_name": ["somebody has this profile name already"]}


def test_names_follow_the_username_until_they_are_given(stack, person):
    first, second = unique("f"), unique("s")
    seen = me(person, username=first)
    assert (seen["user_name"], seen["profile_name"]) == (first, first)
    seen = me(person, user_name="Kim", profile_name=first + "x")
    seen = me(person, username=second)
    assert (seen["user_name"], seen["profile_name"]) == ("Kim", first + "x")
    newcomer = signup(stack, username=first + "x")
    name = newcomer.want(200, "GET", "users/me")["profile_name"]
    assert name.startswith((first + "x")[:12] + "-") and len(name) <= 20


GOOD = [("gender", "F"), ("gender", ""), ("birthday", "2000-02-29"), ("birthday", ""),
        ("phone_number", "+821012345678"), ("phone_number", ""), ("shoe_size", 220),
        ("shoe_size", 310), ("introduction", ""), ("user_name", "👩‍🎨 min")]


@pytest.mark.parametrize("field, value", GOOD)
def test_what_can_be_said(person, field, value):
    assert me(person, **{field: value})[field] == (
        value if value != "" or field == "introduction" else None)


def test_a_shoe_size_is_taken_back(person):
    assert me(person, shoe_size=255)["shoe_size"] == 255
    assert me(person, shoe_size=0)["shoe_size"] is None


SIZES = "shoe sizes go from 220 to 310 in steps of 5"
BAD = [("gender", "X", "use M, F or O"), ("gender", "m", "use M, F or O"),
       ("birthday", "2001-02-29", "use a date like 1999-12-31"),
       ("birthday", "19990101", "use a date like 1999-12-31"),
       ("birthday", "1899-12-31", "this is not the birthday of anybody here"),
       ("birthday", "2999-01-01", "this is not the birthday of anybody here"),
       ("shoe_size", 223, SIZES), ("shoe_size", 215, SIZES), ("shoe_size", 5, SIZES),
       ("phone_number", "01012345678", "use the international form, like +821012345678"),
       ("phone_number", "+0123456789", "use the international form, like +821012345678"),
       ("introduction", "x" * 101, "must have at most 100 characters"),
       ("user_name", "x" * 21, "must have at most 20 characters"),
       ("user_name", "a\u200bb", "invisible characters are not allowed"),
       ("user_name", "a\u202eb", "invisible characters are not allowed"),
       ("user_name", "\u3164", "invisible characters are not allowed"),
       ("user_name", "", "this field may not be blank"),
       ("profile_name", "a b", "use Hangul, letters, digits, and _ . - between them"),
       ("profile_name", "staff", "this name is reserved")]


@pytest.mark.parametrize("field, value, why", BAD)
def test_what_cannot_be_said(person, field, value, why):
    before = person.want(200, "GET", "users/me")
    assert me(person, 400, **{field: value, "user_name": value}
              if field == "user_name" else {field: value}) == {field: [why]}
    assert person.want(200, "GET", "users/me") == before


def test_private_things_are_private(api, person, other):
    me(person, gender="F", birthday="1999-12-31", shoe_size=250, phone_number="+821012345678")
    for reader in (api, other, person):
        for path in (f"users/{person.username}", f"styles/profiles/{uid(person)}/",
                     f"pinterestAccounts/user/{person.username}"):
            text = reader.request("GET", path).text
            assert "1999-12-31" not in text and "+8210" not in text and "gender" not in text


def test_a_new_address_here_needs_the_password_too(stack, person):
    new = f"{unique()}@example.com"
    assert me(person, 400, email=new) == {"password": ["this field is required"]}
    assert me(person, email=new, password=person.password)["email"] == new
    settle(stack)
    assert len(mails(stack, new)) == 1


def test_posts_are_counted(stack, api, person):
    pins = [person.upload("pins/", f"p{i}", picture())["id"] for i in range(3)]
    assert profile(api, person)["num_posts"] == 3
    assert api.want(200, "GET", f"users/{person.username}")["num_posts"] == 3
    person.want(204, "DELETE", f"pins/{pins[0]}")
    assert profile(api, person)["num_posts"] == 2
    # taken down, secret, in the trash: not among what everybody may see
    for change, n in (("visibility = 2", 1), ("visibility = 0", 2), ("visibility = 1", 1),
                      ("visibility = 0, deleted_at = now()", 1), ("deleted_at = null", 2)):
        stack.change(f"update item set {change} where id = %s", (pins[1],))
        assert stack.sql("select num_posts from account where id = %s", (uid(person),)) == [(n,)]
    assert stack.run("jobs", "check_counters").returncode == 0


def test_everybody_is_listed_for_the_staff_alone(stack, api, person):
    boss = signup(stack)
    stack.run("user", "staff", boss.username)
    api.want(401, "GET", "styles/profiles/")
    person.want(403, "GET", "styles/profiles/")
    rows = boss.want(200, "GET", "styles/profiles/")
    assert {uid(boss), uid(person)} <= {row["user_id"] for row in rows}
    assert all(set(row) == PROFILE for row in rows)


def test_a_hundred_at_once_toggle_and_the_count_is_right(stack, person):
    """The unique pair holds (S3.6-8): no call fails, and rows equal counts."""
    fans = [signup(stack) for _ in range(4)]

    def turn(i):
        return fans[i % 4].patch(f"styles/profiles/{uid(person)}/follow/").status_code

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(turn, range(100))) == {200}
    rows, = stack.sql("select count(*) from follow where followee = %s", (uid(person),))
    assert profile(person, person)["num_followers"] == rows[0]


def test_a_hundred_at_once_want_one_profile_name(stack, person):
    people = [signup(stack) for _ in range(10)]
    name = unique("one")

    def want(i):
        wish = name if i % 2 else name.upper()
        return people[i % 10].patch("users/me", json={"profile_name": wish}).status_code

    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(want, range(100)))
    assert set(codes) <= {200, 400} and codes.count(200) >= 1
    assert len(stack.sql("select 1 from account where lower(profile_name) = lower(%s)",
                         (name,))) == 1
