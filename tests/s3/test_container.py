"""Nginx as its container starts it, in front of a program with a bucket."""

from checks import settle
from web import web_of

from client import picture, signup


def test_a_picture_of_the_bucket(stack, tmp_path):
    person = signup(stack)
    pin = person.upload("pins/", "harbour", picture("JPEG", (600, 400)))
    settle(stack)
    size = person.want(200, "GET", f"pins/{pin['id']}")["media"]["sizes"][0]
    with web_of(stack, tmp_path) as web:
        path = size["url"].lstrip("/")
        status, body = web.get(path)
        assert status == 200 and body[8:12] == b"WEBP"
        assert [body] == [file.read_bytes()[-len(body):]
                          for file in web.kept.rglob("*") if file.is_file()]
        assert web.get(path[:-5] + "0.webp")[0] == 404
