"""What a stranger does who has just started the site: sign up, post a picture
by file and another by address, see both with their tags, put them on a board,
follow somebody, read the feed."""

import requests

from client import login, mails, picture, unique
from stack import wait_for


def test_the_story(stack, web, signup, api):
    ann, ben = signup(), signup()
    tag = unique("Harbour")

    by_file = ann.upload("pins/", f"Boats at rest #{tag}", picture(size=(300, 200)))
    by_address = ann.want(201, "POST", "pins/", json={
        "title": f"A lighthouse #{tag} #night",
        "image_url": web.serve(picture("JPEG", size=(200, 300)), "image/jpeg"),
    })

    seen = {pin["id"]: pin for pin in api.want(200, "GET", "pins/", params={
        "author__username": ann.username})["results"]}
    assert set(seen) == {by_file["id"], by_address["id"]}
    for pin in seen.values():
        assert tag in [t["tag_name"] for t in pin["tag_set"]]
        image = requests.get(requests.compat.urljoin(stack.url, pin["image"]), timeout=10)
        assert image.status_code == 200
        assert image.headers["Content-Type"].startswith("image/")

    board = ann.want(201, "POST", "boards/", json={"title": "Sea"})
    for pin in seen:
        ann.want(201, "POST", f"boards/{board['id']}/add_pin", json={"id": pin})
    assert len(ann.want(200, "GET", f"boards/{board['id']}")["pin"]) == 2

    assert ben.want(200, "GET", "pins/following_pin")["results"] == []
    ben.want(202, "POST", "pinterestAccounts/follow", json={"username": ann.username})
    feed = ben.want(200, "GET", "pins/following_pin")["results"]
    assert [pin["id"] for pin in feed] == [by_address["id"], by_file["id"]]


def test_a_login_and_the_mail_that_welcomes(stack, signup):
    ann = signup()
    again = login(stack, ann.email, ann.password)
    assert again.want(200, "GET", "rest-auth/user/")["username"] == ann.username
    mail = wait_for(lambda: mails(stack, to=ann.email))[0]
    assert stack.url in mail.get_content()


def test_pages_go_on_where_the_last_ended(signup, api):
    ann = signup()
    titles = [f"number {n}" for n in range(5)]
    for title in titles:
        ann.upload("pins/", title, picture())
    found = api.pages("pins/", params={"author__username": ann.username, "limit": 2})
    assert [pin["title"] for pin in found] == titles[::-1]
