"""A walk through the site that meets every kind of work that its processes do:
what system calls they make is measured on it, and tried."""

import time

from client import Web, mails, picture, signup, unique
from stack import wait_for

KINDS = (("PNG", {}), ("JPEG", {"quality": 80}), ("GIF", {}), ("WEBP", {}))


def walk(site):
    ann, ben = signup(site, language="ko"), signup(site)
    pins = []
    for kind, options in KINDS:
        pins.append(ann.upload("pins/", f"Walk by the sea #{unique('sea')} 산책", picture(
            kind, (1300, 900), **options), name=f"p.{kind.lower()}"))
    ann.upload("pins/", "no picture", b"nothing of the kind", status=400)
    read(site, ann, ben, pins)
    talk(ann, ben, pins)
    boards(ann, ben, pins)
    fetch(site, ann)
    accounts(site, ann, ben)
    staff(site, pins)
    site.machine.run("pinwall", "jobs", "sweep_orphans")
    wait_for(lambda: site.sql("select count(*) from job where run_at <= now() and dead_at is null")
             == [["0"]], 60)


def read(site, ann, ben, pins):
    for one in pins:
        picture_url = ben.want(200, "GET", f"pins/{one['id']}")["image"]
        assert ben.request("GET", picture_url).status_code == 200
    for path in ("pins/", "pins/following_pin", "tags/", "boards/", "users/me", "notices",
                 f"pins/{pins[0]['id']}/sim_pin_list", f"pins/{pins[0]['id']}/similar_pin",
                 f"users/{ann.username}", "rest-auth/user", "openapi.json", "sessions"):
        ben.want(200, "GET", path)
    etag = ben.request("GET", "pins/").headers["ETag"]
    assert ben.request("GET", "pins/", headers={"If-None-Match": etag}).status_code == 304
    for path in ("/", "/explore", f"/pin/{pins[0]['id']}", f"/@{ann.username}", "/login",
                 "/swagger", "/metrics", "/nowhere"):
        status = site.client().request("GET", path).status_code
        assert status == (404 if path == "/nowhere" else 200), path


def talk(ann, ben, pins):
    pin = pins[0]["id"]
    ben.want(201, "POST", f"items/{pin}/comments", json={"content": f"@{ann.username} how fine"})
    ben.request("PUT", f"items/{pin}/like")
    ben.want(202, "POST", "pinterestAccounts/follow", json={"username": ann.username})
    ann.want(200, "GET", "notices")
    ben.want(200, "PATCH", "users/me", files={"avatar": ("a.png", picture())})


def boards(ann, ben, pins):
    board = ann.want(201, "POST", "boards/", json={"title": unique("Places ")})["id"]
    ann.want(201, "POST", f"boards/{board}/add_pin", json={"id": pins[0]["id"]})
    ben.want(200, "GET", f"boards/{board}")
    ann.want(204, "DELETE", f"pins/{pins[3]['id']}")


def fetch(site, ann):
    web = Web()
    try:
        site.set("fetch_allow", web.address)
        ann.want(201, "POST", "pins/", json={
            "title": "from elsewhere", "image_url": web.serve(picture("PNG", (400, 300)))})
        ann.want(200, "POST", "pins/preview", json={
            "image_url": web.serve(b"<title>sea</title><p>words", "text/html")})
        # a name that nobody has, an address that is private
        for url in ("http://nowhere.invalid/x.png", "http://10.1.2.3/x.png"):
            answer = ann.request("POST", "pins/", json={"title": "x", "image_url": url})
            assert 400 <= answer.status_code < 500, answer.text
    finally:
        web.close()


def accounts(site, ann, ben):
    nobody = site.client()
    nobody.want(200, "POST", "rest-auth/password/reset", json={"email": ann.email})
    wait_for(lambda: mails(site, ann.email), 30)
    ben.want(200, "POST", "rest-auth/password/change", json={
        "old_password": ben.password, "new_password1": "eleven slow rivers",
        "new_password2": "eleven slow rivers"})
    ann.want(202, "POST", "accounts/export", json={"password": ann.password})
    wait_for(lambda: ann.want(200, "GET", "accounts/export")["state"] == "ready", 30)
    assert ann.request("GET", "accounts/export/file").content[:2] == b"PK"
    last = signup(site)
    last.want(204, "DELETE", "users/me", json={"password": last.password})
    assert last.request("GET", "users/me").status_code == 401
    # ended by a job, in another service: the workers know at once
    gone = signup(site)
    gone.want(200, "GET", "users/me")
    site.sql("insert into job (kind, arg) select 'end_logins', id from account "
             f"where username = '{gone.username}'")
    wait_for(lambda: gone.request("GET", "users/me").status_code == 401, 20)


def staff(site, pins):
    boss = site.client()
    boss.login("boss@example.com", "seven grey lanterns")
    for path in ("staff/reports", "staff/jobs", "staff/caches", "staff/users"):
        assert boss.request("GET", path).status_code == 200, path
    time.sleep(2.5)  # the guardian has renewed its lease, the index was told
