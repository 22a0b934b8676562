"""The 27 known defects of the first system, one test each, that shows it gone.
The long tests of the same things are in the other files."""

import base64
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from checks import count, files, ids, many_pins, quiet, remove_account, settle, unchanged
from client import mails, picture, signup, unique

TOP = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def pin(person):
    return person.upload("pins/", f"{unique()} #defect", picture())


@pytest.fixture
def board(person):
    return person.want(201, "POST", "boards/", json={"title": unique("board")})


def statements(stack, path):
    """How many statements the last request to a route took, from the log."""
    quiet(stack)
    return int(re.findall(rf"method=GET route={path} status=200 .* sql=(\d+)", stack.log())[-1])


def test_defect_01_no_authorization(stack, api, other, pin, board):
    for path in (f"pins/{pin['id']}", f"boards/{board['id']}"):
        for caller, status in ((api, 401), (other, 403)):
            caller.want(status, "PATCH", path, json={"title": "taken"})
            caller.want(status, "DELETE", path)
    tag = pin["tag_set"][0]["id"]
    for caller, status in ((api, 401), (other, 403)):
        caller.want(status, "PATCH", f"tags/{tag}", json={"tag_name": "taken"})
        caller.want(status, "DELETE", f"tags/{tag}")
        caller.want(status, "POST", f"boards/{board['id']}/add_pin", json={"id": pin["id"]})
    assert api.want(200, "GET", f"pins/{pin['id']}")["title"] == pin["title"]


def test_defect_02_account_takeover(stack, api, other, person):
    path = f"pinterestAccounts/user/{person.username}"
    for caller, status in ((api, 401), (other, 403)):
        caller.want(status, "PATCH", path, json={"email": "mine@example.com"})
    person.want(400, "PATCH", path, json={"follower": [1]})
    assert api.want(200, "GET", path)["email"] is None
    assert person.want(200, "GET", path)["email"] == person.email


def test_defect_03_fetching_any_address(stack, person):
    with unchanged(stack):
        for url in ("http://127.0.0.1/a.png", "http://[::1]/a.png", "http://10.0.0.1/a.png",
                    "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"):
            answer = person.want(400, "POST", "pins/", json={"title": "x", "image_url": url})
            assert list(answer) == ["image_url"]


def test_defect_04_fetching_again_at_every_change(stack, web, person):
    url = web.serve(picture())
    pin = person.want(201, "POST", "pins/", json={"title": "far", "image_url": url})
    settle(stack)
    before = files(stack)
    changed = person.want(200, "PUT", f"pins/{pin['id']}",
                          json={"title": "far away", "image_url": url})
    settle(stack)
    assert changed["image"] == pin["image"] and files(stack) == before
    other = web.serve(picture())
    person.want(200, "PATCH", f"pins/{pin['id']}", json={"image_url": other})
    settle(stack)
    key = pin["image"].split("/")[-2]
    assert not any(key in str(path) for path in files(stack)), "the old files are left"


def test_defect_05_file_removed_before_its_row(stack, person, pin):
    settle(stack)
    key = pin["image"].split("/")[-2]
    held = stack.connect()
    held.autocommit = False
    with held.cursor() as cursor:
        # Somebody holds the row: the deletion cannot happen yet.
        cursor.execute("select 1 from pin where id = %s for update", [pin["id"]])
        person.want(204, "DELETE", f"pins/{pin['id']}")
        person.want(503, "DELETE", f"trash/{pin['id']}")
        assert any(key in str(path) for path in files(stack)), "the file went first"
    held.rollback()
    held.close()
    settle(stack)
    assert any(key in str(path) for path in files(stack)), "it may come back"
    person.want(204, "DELETE", f"trash/{pin['id']}")
    settle(stack)
    assert not any(key in str(path) for path in files(stack))
    # a cascade frees files too
    gone = signup(stack)
    made = gone.upload("pins/", "with its owner", picture())
    settle(stack)
    remove_account(stack, gone)
    settle(stack)
    key = made["image"].split("/")[-2]
    assert not any(key in str(path) for path in files(stack))


def test_defect_06_logout_leaves_the_token_valid(person):
    person.want(200, "POST", "rest-auth/logout/")
    person.want(401, "GET", "rest-auth/user/")


def test_defect_07_secrets_in_the_repository():
    names = subprocess.run(["git", "-C", TOP, "ls-files", "-z"], capture_output=True,
                           text=True, check=True).stdout.split("\0")[:-1]
    assert names
    for name in names:
        assert not re.search(r"\.(key|pem|p12|pfx)$|secrets?\.json$|account\.txt$", name), name
        text = (TOP / name).read_bytes()
        assert b"PRIVATE KEY-----\n" not in text.replace(b"\r", b""), name
        assert not re.search(rb"\b(AKIA|ghp_|xox[bp]-)[A-Za-z0-9]{12}", text), name
        # labels of fields are words, and no values
        if not name.startswith(("tests/", "nginx/web/src/words/")):
            assert not re.search(rb"(?i)(password|passwd|secret|api_?key|token)[\"']?\s*[=:]\s*"
                                 rb"[\"'](?!@[A-Z_]+@)[^\"'{}%$<> ]{6,}[\"']", text), name


def test_defect_08_limits_and_origins_disagree(stack, api, person):
    settings = stack.run("conf").stdout
    most = int(re.search(r"^upload_max = (\d+)", settings, re.M)[1])
    assert most == 20 * 1024 * 1024
    noise = picture("PNG", (64, 48)) + b"\0" * most
    for large in (noise, noise + bytes(3 * 1024 * 1024)):  # by the program, by Nginx
        assert person.upload("pins/", "x", large, status=413) == {
            "detail": "a file may have at most 20 MB"}
    for origin in ("https://evil.example", "null", stack.url + ".evil.example"):
        for method in ("GET", "OPTIONS"):
            answer = api.request(method, "pins/", headers={"Origin": origin})
            assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_defect_09_nobody_where_somebody_is_needed(api):
    for method, path in (("GET", "pins/following_pin"), ("POST", "pinterestAccounts/follow"),
                         ("POST", "pinterestAccounts/unfollow"), ("POST", "tags/1/follow_tag"),
                         ("GET", "pinterestAccounts/following-user"), ("POST", "boards/")):
        api.want(401, method, path)


def test_defect_10_unknown_ids(person, board):
    path = f"boards/{board['id']}/add_pin"
    assert list(person.want(400, "POST", path, json={})) == ["id"]
    assert list(person.want(400, "POST", path, json={"id": 10**12})) == ["id"]
    assert list(person.want(400, "POST", "pinterestAccounts/follow", json={})) == ["username"]
    person.want(404, "POST", "pinterestAccounts/follow", json={"username": "nobody.here"})
    person.want(404, "GET", f"pins/{10**12}")


def test_defect_11_status_in_the_body(person, other, pin):
    name = {"username": other.username}
    tag = pin["tag_set"][0]["id"]
    for status, path, body in ((202, "pinterestAccounts/follow", name),
                               (202, "pinterestAccounts/unfollow", name),
                               (201, f"tags/{tag}/follow_tag", None),
                               (202, f"tags/{tag}/unfollow_tag", None)):
        assert set(person.want(status, "POST", path, json=body)) == {"detail"}


def test_defect_12_board_titles_that_contain_others(stack, person):
    title = unique("holiday ")
    first = person.want(201, "POST", "boards/", json={"title": title + " in the sun"})
    person.want(201, "POST", "boards/", json={"title": title})
    person.want(200, "PUT", f"boards/{first['id']}", json={"title": title + " in the sun"})
    person.want(200, "PATCH", f"boards/{first['id']}", json={})
    again = unique("once ")
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: person.request(
            "POST", "boards/", json={"title": again}).status_code, range(8)))
    assert sorted(codes) == [201] + [400] * 7


def test_defect_13_duplicates_by_form(person, pin, board):
    path = f"boards/{board['id']}/add_pin"
    person.want(201, "POST", path, data={"id": str(pin["id"])})
    for how in ({"data": {"id": str(pin["id"])}}, {"json": {"id": pin["id"]}},
                {"files": {"id": (None, str(pin["id"]))}}):
        assert list(person.want(400, "POST", path, **how)) == ["pin"]


def test_defect_14_follows_kept_twice(stack, person, other):
    for _ in range(2):
        person.want(202, "POST", "pinterestAccounts/follow", json={"username": other.username})
    person.want(409, "POST", "pinterestAccounts/follow", json={"username": person.username})
    seen = person.want(200, "GET", f"pinterestAccounts/user/{other.username}")
    assert seen["follower"] == [person.user["id"]] and seen["follower_count"] == 1
    tables = stack.sql("""select count(*) from information_schema.columns
        where column_name in ('follower', 'followee') and table_schema = 'public'""")
    assert tables == [(2,)]


def test_defect_15_names_that_have_no_page(stack, api):
    name = "별" + unique("별")[:18]
    signup(stack, username=name, email=f"{unique()}@example.com")
    assert api.want(200, "GET", f"pinterestAccounts/user/{name}")["username"] == name


def test_defect_16_similar_pins_that_list_themselves(api, pin):
    """Nothing guesses: what is not built yet does not exist."""
    for path in ("sim_pin_list", "similar_pin"):
        answer = api.get(f"pins/{pin['id']}/{path}")
        assert answer.status_code == 404 or pin["id"] not in ids(answer.json())


def test_defect_17_a_write_drops_the_similarity_of_all(stack, person):
    """No matrix of all pins is kept that a write would have to drop."""
    keys = set(stack.redis().keys())
    person.upload("pins/", "another", picture())
    assert all(key.startswith(b"rl:") for key in set(stack.redis().keys()) | keys)


def test_defect_18_tags_of_the_first_title_stay(person, pin):
    changed = person.want(200, "PATCH", f"pins/{pin['id']}", json={"title": "now #other #새것"})
    assert {tag["tag_name"] for tag in changed["tag_set"]} == {"other", "새것"}


def test_defect_19_queries_a_row_and_ties(stack, person, other):
    many_pins(stack, other, 60)
    stack.change("update item set created_at = now() where owner = %s returning 1",
                 [other.user["id"]])
    person.want(202, "POST", "pinterestAccounts/follow", json={"username": other.username})
    got = ids(person.pages("pins/following_pin?limit=7"))
    assert len(got) == len(set(got)) == 60
    assert statements(stack, "/pins/following_pin") == 1
    person.want(200, "GET", "pins/")
    assert statements(stack, "/pins") <= 2


def test_defect_20_nested_lists_and_no_picture(stack, person):
    with unchanged(stack):
        answer = person.want(400, "POST", "pins/", json={
            "title": "x", "tag_set": [{"tag_name": "a"}], "boards": [{"title": "b"}]})
        assert {"tag_set", "boards"} <= set(answer)
        assert list(person.want(400, "POST", "pins/", json={"title": "x"})) == ["image"]


def test_defect_21_boards_of_one_title_mixed(stack, api, person, other):
    title = unique("same ")
    mine, theirs = (p.want(201, "POST", "boards/", json={"title": title})["id"]
                    for p in (person, other))
    pin = other.upload("pins/", "x", picture())["id"]
    other.want(201, "POST", f"boards/{theirs}/add_pin", json={"id": pin})
    assert api.want(200, "GET", f"pins/?board={mine}")["results"] == []
    assert ids(api.want(200, "GET", f"pins/?board={theirs}")["results"]) == [pin]


def test_defect_22_endless_polling(person):
    """A list that is read at any pace is complete in one answer."""
    answer = person.get("pinterestAccounts/following-user")
    assert answer.status_code == 200 and "Link" not in answer.headers


def test_defect_23_tokens_for_scripts_to_steal(person):
    """A browser's are in cookies, and in no body."""
    answer = person.post("session", headers={"X-Requested-With": "pinwall"},
                         json={"email": person.email, "password": person.password})
    assert set(answer.json()) == {"user"}
    for cookie in answer.raw.headers.getlist("Set-Cookie"):
        assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(cookie.split("; "))
    claims = answer.cookies["__Host-access"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert claims["exp"] - claims["iat"] <= 900
    assert not {"email", "username", "password"} & set(claims)


def test_defect_24_the_last_page_has_no_next(stack, other):
    many_pins(stack, other, 3)
    path = f"pins/?author__username={other.username}&limit=2"
    first = other.want(200, "GET", path)
    last = other.want(200, "GET", first["next"])
    assert (len(first["results"]), len(last["results"])) == (2, 1)
    assert last["next"] is None and first["previous"] is None


def test_defect_25_password_reset(stack, api, person):
    known = api.post("rest-auth/password/reset/", json={"email": person.email})
    unknown = api.post("rest-auth/password/reset/", json={"email": "no.one@example.com"})
    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content
    settle(stack)
    text = mails(stack, person.email)[-1].get_content()
    uid, token = re.search(r"uid=(\d+)&token=([\w-]+)", text).groups()
    new = unique("Loud-harbour-")
    api.want(200, "POST", "rest-auth/password/reset/confirm/", json={
        "uid": uid, "token": token, "new_password1": new, "new_password2": new})
    person.want(401, "GET", "rest-auth/user/")
    person.login(person.email, new)


def test_defect_26_gaps(api, person, other, pin, board):
    """Those of them that this interface has: taking a pin off a board, lists
    of followers, refreshing a token."""
    person.want(201, "POST", f"boards/{board['id']}/add_pin", json={"id": pin["id"]})
    person.want(204, "DELETE", f"boards/{board['id']}/pins/{pin['id']}")
    assert api.want(200, "GET", f"boards/{board['id']}")["pin"] == []
    person.want(202, "POST", "pinterestAccounts/follow", json={"username": other.username})
    followers = api.want(200, "GET", f"users/{other.username}/followers")["results"]
    assert [f["username"] for f in followers] == [person.username]
    refresh = person.login(person.email, person.password)["refresh"]
    assert api.want(200, "POST", "accounts/token/refresh/", json={"refresh": refresh})["access"]


def test_defect_27_connections_run_out(stack, api):
    """However many clients come, the database sees the workers alone."""
    with ThreadPoolExecutor(64) as pool:
        codes = list(pool.map(lambda _: api.get("pins/?limit=5").status_code, range(400)))
    assert codes == [200] * 400
    most = int(stack.sql("show max_connections")[0][0])
    used = stack.sql("select count(*) from pg_stat_activity where usename = 'pinwall'")[0][0]
    assert used <= most - 10
    assert count(stack, "account")[0] > 0
