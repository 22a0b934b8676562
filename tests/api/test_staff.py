"""Reports, and what the staff does with them."""

import psycopg2
import pytest
from checks import ids, settle
from client import picture, signup, unique


@pytest.fixture
def crew(stack):
    """The staff, somebody with a pin, a board and a comment, and who reports them."""
    boss, ann, ben = signup(stack), signup(stack), signup(stack)
    stack.run("user", "staff", boss.username)
    ann.pin = ann.upload("pins/", f"{unique('word')} #{unique('t')}", picture())["id"]
    ann.board = ann.want(201, "POST", "boards/", json={"title": unique("b")})["id"]
    ann.want(201, "POST", f"boards/{ann.board}/add_pin", json={"id": ann.pin})
    return boss, ann, ben


def report(who, what, reason="spam", note=""):
    return who.want(200, "POST", f"{what}/report", json={"reason": reason, "note": note})


def cases(boss, state="open"):
    return list(boss.pages(f"staff/reports?state={state}&limit=50"))


def case_of(boss, **what):
    (key, value), = what.items()
    found, = [one for state in ("open", "closed") for one in cases(boss, state)
              if one[key] == value and (key != "owner.id")]
    return found


def decide(boss, case, action, note="", status=200):
    return boss.want(status, "POST", f"staff/reports/{case}/resolve",
                     json={"action": action, "note": note})


def reported_pin(boss, ann, ben):
    report(ben, f"items/{ann.pin}")
    return case_of(boss, item=ann.pin)["id"]


def told(stack, who):
    settle(stack)
    return [one for one in who.want(200, "GET", "notices")["results"] if one["kind"] == "staff"]


def test_a_report_is_made_once(stack, crew):
    boss, ann, ben = crew
    assert report(ben, f"items/{ann.pin}", "spam", "look") == {"detail": "you have reported this"}
    report(ben, f"items/{ann.pin}", "hate")
    report(signup(stack), f"items/{ann.pin}", "hate")
    found = case_of(boss, item=ann.pin)
    assert (found["kind"], found["reports"], found["reasons"]) == (
        "pin", 2, {"spam": 1, "hate": 1})
    assert found["owner"] == {"id": ann.user["id"], "username": ann.username,
                              "suspended": False}
    assert found["first_at"] < found["last_at"] and found["image"] and found["excerpt"]
    whole = boss.want(200, "GET", f"staff/reports/{found['id']}")
    assert [(one["reason"], one["note"]) for one in whole["all_reports"]] == [
        ("hate", ""), ("spam", "look")]
    assert whole["all_reports"][1]["reporter"] == ben.username
    for what in (f"items/{ann.pin}", f"boards/{ann.board}", f"users/{ann.username}"):
        assert ann.want(409, "POST", f"{what}/report", json={"reason": "spam"}) == {
            "detail": "this is your own"}


def test_what_cannot_be_reported(stack, crew):
    boss, ann, ben = crew
    assert list(ben.want(400, "POST", f"items/{ann.pin}/report", json={"reason": "ugly"})) \
        == ["reason"]
    ben.want(400, "POST", f"items/{ann.pin}/report", json={"reason": "spam", "note": "x" * 501})
    ben.want(404, "POST", "items/999999/report", json={"reason": "spam"})
    ann.want(204, "DELETE", f"pins/{ann.pin}")
    ben.want(404, "POST", f"items/{ann.pin}/report", json={"reason": "spam"})
    ann.want(200, "PATCH", f"boards/{ann.board}", json={"secret": True})
    ben.want(404, "POST", f"boards/{ann.board}/report", json={"reason": "spam"})
    ann.want(200, "PUT", f"users/{ben.username}/block")
    ben.want(404, "POST", f"users/{ann.username}/report", json={"reason": "spam"})


def test_a_case_is_closed_and_opened_again(stack, crew):
    boss, ann, ben = crew
    report(ben, f"boards/{ann.board}", "copyright")
    case = case_of(boss, board=ann.board)
    done = decide(boss, case["id"], "dismiss", "it is theirs")
    assert done["action"] == "dismiss" and done["closed_at"]
    assert [(one["staff"], one["action"], one["note"]) for one in done["history"]] == [
        (boss.username, "dismiss", "it is theirs")]
    assert case["id"] not in ids(cases(boss)) and case["id"] in ids(cases(boss, "closed"))
    assert decide(boss, case["id"], "dismiss", status=409) == {
        "detail": "this was judged already"}
    report(ben, f"boards/{ann.board}", "spam")
    again = case_of(boss, board=ann.board)
    assert (again["id"], again["reports"], again["reasons"], again["closed_at"]) == (
        case["id"], 1, {"spam": 1}, None)
    assert again["first_at"] > case["last_at"]
    assert told(stack, ann) == []
    boss.want(404, "POST", "staff/reports/999999/resolve", json={"action": "warn"})
    boss.want(400, "POST", f"staff/reports/{case['id']}/resolve", json={"action": "burn"})


def test_a_pin_is_taken_down_and_comes_back(stack, crew):
    boss, ann, ben = crew
    case = reported_pin(boss, ann, ben)
    assert decide(boss, case, "restore", status=409) == {"detail": "this is not taken down"}
    assert decide(boss, case, "take_down", "blood")["taken_down"] is True
    for who in (ann, ben, boss):
        who.want(404, "GET", f"pins/{ann.pin}")
        assert ann.pin not in ids(who.want(200, "GET", "pins/?limit=200")["results"])
    decide(boss, case, "take_down", status=409)
    # its owner does not lift it
    ann.want(404, "PATCH", f"pins/{ann.pin}", json={"title": "another"})
    ann.want(404, "DELETE", f"pins/{ann.pin}")
    ann.want(404, "POST", f"items/{ann.pin}/restore")
    one, = told(stack, ann)
    assert (one["action"], one["note"], one["actors"], one["read"]) == (
        "take_down", "blood", [], False)
    assert one["item"]["id"] == ann.pin and one["item"]["title"] and one["url"] == "/notifications"
    assert boss.username not in str(one)
    assert decide(boss, case, "restore", "a mistake")["taken_down"] is False
    assert ben.want(200, "GET", f"pins/{ann.pin}")["id"] == ann.pin
    one, = told(stack, ann)
    assert (one["action"], one["url"]) == ("restore", f"/pin/{ann.pin}")


def test_what_is_in_the_trash_is_taken_down(stack, crew):
    boss, ann, ben = crew
    case = reported_pin(boss, ann, ben)
    ann.want(204, "DELETE", f"pins/{ann.pin}")
    decide(boss, case, "take_down")
    ann.want(404, "POST", f"items/{ann.pin}/restore")
    assert ann.want(200, "GET", "trash")["results"] == []
    decide(boss, case, "restore")
    ann.want(204, "POST", f"items/{ann.pin}/restore")
    ben.want(200, "GET", f"pins/{ann.pin}")


@pytest.mark.parametrize("secret", [False, True])
def test_a_board_is_taken_down_and_comes_back_as_it_was(stack, crew, secret):
    boss, ann, ben = crew
    report(ben, f"boards/{ann.board}")
    case = case_of(boss, board=ann.board)["id"]
    ann.want(200, "PATCH", f"boards/{ann.board}", json={"secret": secret})
    decide(boss, case, "take_down")
    ann.want(404, "GET", f"boards/{ann.board}")
    for given in ({"secret": False}, {"secret": True}, {"title": "x"}):
        ann.want(404, "PATCH", f"boards/{ann.board}", json=given)
    ann.want(404, "DELETE", f"boards/{ann.board}")
    ann.want(404, "POST", f"boards/{ann.board}/restore")
    one, = told(stack, ann)
    assert (one["item"]["kind"], one["item"]["id"]) == ("board", ann.board)
    decide(boss, case, "restore")
    assert ann.want(200, "GET", f"boards/{ann.board}")["secret"] is secret
    ben.want(404 if secret else 200, "GET", f"boards/{ann.board}")


def test_a_post_is_taken_down(stack, crew):
    boss, ann, ben = crew
    post = ann.want(201, "POST", "styles/posts", data={"content": "a post"}, files=[
        ("image", ("1.png", picture()))])["id"]
    report(ben, f"items/{post}", "nudity")
    case = case_of(boss, item=post)
    assert (case["kind"], case["url"]) == ("style", f"/style/{post}")
    decide(boss, case["id"], "take_down")
    for who in (ann, ben):
        who.want(404, "GET", f"styles/posts/{post}")
    ann.want(404, "PATCH", f"styles/posts/{post}", json={"content": "another"})
    ann.want(404, "DELETE", f"styles/posts/{post}")
    decide(boss, case["id"], "restore")
    ben.want(200, "GET", f"styles/posts/{post}")


def test_a_comment_is_taken_down(stack, crew):
    boss, ann, ben = crew
    said = ben.want(201, "POST", f"items/{ann.pin}/comments", json={"content": "rude"})["id"]
    report(ann, f"items/{said}", "harassment")
    case = case_of(boss, item=said)
    assert (case["kind"], case["excerpt"], case["url"]) == (
        "comment", "rude", f"/pin/{ann.pin}#comment-{said}")
    decide(boss, case["id"], "take_down")
    assert "rude" not in ann.get(f"items/{ann.pin}/comments").text
    ben.want(404, "PATCH", f"comments/{said}", json={"content": "rude again"})
    assert told(stack, ben)[0]["item"]["title"] == "rude"


def test_a_warning_reaches_who_blocked_and_switched_off(stack, crew):
    boss, ann, ben = crew
    report(ben, f"users/{ann.username}", "spam")
    ann.want(200, "PUT", f"users/{boss.username}/block")
    case, = [one["id"] for one in cases(boss) if one["owner"]["id"] == ann.user["id"]]
    assert decide(boss, case, "take_down", status=409) == {
        "detail": "a person cannot be taken down"}
    decide(boss, case, "warn", "the next time")
    one, = told(stack, ann)
    assert (one["action"], one["note"], one["item"]) == ("warn", "the next time", None)
    assert ann.want(200, "GET", "notices/count")["unread"] == 1


def test_somebody_is_suspended(stack, crew):
    boss, ann, ben = crew
    case = reported_pin(boss, ann, ben)
    login = {"email": ann.email, "password": ann.password}
    assert decide(boss, case, "suspend", "enough")["owner"]["suspended"] is True
    ann.want(401, "GET", "users/me")
    assert ann.post("rest-auth/login/", json=login).status_code >= 400
    ben.want(404, "GET", f"pins/{ann.pin}")
    ben.want(404, "GET", f"users/{ann.username}")
    assert decide(boss, case, "suspend", status=409) == {
        "detail": "this account is closed already"}
    path = f"staff/users/{ann.username}/unsuspend"
    assert boss.want(200, "POST", path) == {"detail": "this account is open again"}
    assert boss.want(409, "POST", path) == {"detail": "this account is not suspended"}
    ben.want(200, "GET", f"pins/{ann.pin}")
    ann.want(401, "GET", "users/me")  # the logins of before have ended
    assert ann.post("rest-auth/login/", json=login).status_code == 200
    log = boss.want(200, "GET", "staff/log?limit=2")["results"]
    assert [(one["action"], one["username"], one["staff"]) for one in log] == [
        ("unsuspend", ann.username, boss.username), ("suspend", ann.username, boss.username)]


def test_who_cannot_be_suspended_or_opened(stack, crew):
    boss, ann, ben = crew
    case = reported_pin(boss, ann, ben)
    stack.run("user", "staff", ann.username)
    assert decide(boss, case, "suspend", status=409) == {"detail": "staff cannot be suspended"}
    # who went of their own accord
    gone, quit_ = signup(stack), signup(stack)
    gone.want(204, "DELETE", "users/me", json={"password": gone.password})
    quit_.want(200, "POST", "accounts/quit")
    for who in (gone, quit_):
        boss.want(409, "POST", f"staff/users/{who.username}/unsuspend")
    boss.want(404, "POST", "staff/users/nobody-at-all/unsuspend")


def test_the_log_is_only_added_to(stack, crew):
    boss, ann, ben = crew
    decide(boss, reported_pin(boss, ann, ben), "warn")
    with stack.connect() as db:
        for query in ("update staff_log set note = 'x'", "delete from staff_log",
                      "truncate staff_log"):
            with pytest.raises(psycopg2.errors.RaiseException):
                db.cursor().execute(query)
            db.rollback()
    first = boss.want(200, "GET", "staff/log?limit=1")["results"][0]
    assert (first["action"], first["item"], first["person"]) == (
        "warn", ann.pin, ann.user["id"])


def test_people_by_the_beginning_of_name_and_address(stack, crew):
    boss, ann, _ = crew

    def found(query):
        return [one["username"] for one in boss.want(
            200, "GET", "staff/users", params={"query": query})["results"]]
    assert found(ann.username.upper()) == [ann.username]
    assert found(ann.email[:-3]) == [ann.username]
    assert found(ann.username[1:]) == [] and found("%") == []
    rows = list(boss.pages("staff/users?limit=50"))
    assert {ann.username, boss.username} <= {one["username"] for one in rows}
    assert {one["state"] for one in rows if one["username"] == ann.username} == {"active"}


def test_jobs_are_tried_again_or_given_up(stack, crew):
    boss = crew[0]
    cursor = stack.connect().cursor()
    made = []
    for dead in (True, True, False):
        cursor.execute(
            "insert into job (kind, data, run_at, dead_at, attempts, error) values ('mail', "
            "'{\"text\": \"private\"}', now() + interval '1 day', "
            "case when %s then now() end, 5, 'no') returning id", (dead,))
        made.append(cursor.fetchone()[0])
    one, other, waiting = made
    answer = boss.get("staff/jobs?state=dead")
    assert {one, other} <= set(ids(answer.json()["results"])) and "private" not in answer.text
    assert waiting in ids(boss.want(200, "GET", "staff/jobs?state=waiting")["results"])
    for job in (waiting, 99999999):
        boss.want(404, "POST", f"staff/jobs/{job}/retry")
        boss.want(404, "DELETE", f"staff/jobs/{job}")
    boss.want(204, "DELETE", f"staff/jobs/{other}")
    boss.want(204, "POST", f"staff/jobs/{one}/retry")
    cursor.execute("select count(*) from job where id = %s or id = %s and dead_at is not null",
                   (other, one))
    assert cursor.fetchone()[0] == 0
    cursor.execute("delete from job where id = any (%s)", (made,))
    log = boss.want(200, "GET", "staff/log?limit=2")["results"]
    assert [(row["action"], row["about"]) for row in log] == [
        ("retry_job", f"mail {one}"), ("drop_job", f"mail {other}")]


def test_the_cache_in_numbers(stack, crew):
    boss = crew[0]
    rows = {row.pop("route"): row for row in boss.want(200, "GET", "staff/caches")["results"]}
    assert set(rows["/pins"]) == {"hit", "stale", "miss", "fenced", "bypass"}
    assert "/staff/caches" not in rows and "similar" in rows


def test_staff_alone(stack, crew, api):
    for path in ("reports", "reports/1", "users", "log", "jobs", "caches"):
        crew[1].want(403, "GET", f"staff/{path}")
        api.want(401, "GET", f"staff/{path}")
