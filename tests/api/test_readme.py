"""The first round with curl, as the README has it: its own lines, in a shell."""

import json
import re
import subprocess

from client import Client, picture, unique
from stack import TOP


def commands():
    """The block of the README that signs up."""
    blocks = re.findall(r"```sh\n(.*?)```", (TOP / "README.md").read_text(), re.S)
    block, = [block for block in blocks if "registration" in block]
    return block


def run(script, folder):
    done = subprocess.run(["bash", "-euc", script], cwd=folder, capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr
    # the answers, one behind the other
    found, at, read = [], 0, json.JSONDecoder().raw_decode
    while at < len(done.stdout):
        value, at = read(done.stdout, at)
        found.append(value)
    return found


def test_the_lines_of_the_readme(stack, web, signup, tmp_path):
    alice = signup()
    hers = alice.upload("pins/", "hers", picture())
    name = unique("me")
    (tmp_path / "photo.jpg").write_bytes(picture("JPEG", (400, 300)))
    url = web.serve(picture("JPEG", (300, 400)), "image/jpeg")
    text = commands().replace("http://127.0.0.1:8080", stack.url).replace("me_too", name)
    text = text.replace("me@example.com", f"{name}@example.com")
    text = text.replace("https://example.com/photo.jpg", url)
    text = text.replace("username=alice", f"username={alice.username}")
    sign_up, rest = re.split(r"^token=.*$", text, flags=re.M)
    rest, onto = re.split(r"^board=.*$", rest, flags=re.M)
    site = sign_up.splitlines()[0]
    me, = run(sign_up, tmp_path)
    assert me["user"]["username"] == name

    begin = f"{site}\ntoken={me['token']}\n"
    by_file, by_url, board = run(begin + rest, tmp_path)
    assert by_file["tag_set"] and by_file["media"]["width"] == 400
    assert by_url["image_url"] == url and by_url["tag_set"]
    listed = Client(stack).want(200, "GET", f"pins/?author__username={name}")["results"]
    assert [pin["id"] for pin in listed] == [by_url["id"], by_file["id"]]
    assert all(pin["tag_set"] for pin in listed)
    for image in (by_file["image"], by_url["image"]):
        got = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{content_type}",
                              image], capture_output=True, text=True, check=True)
        assert got.stdout == "200 image/webp"

    begin += f"board={board['id']} pin={by_file['id']}\n"
    added, followed, feed = run(begin + onto, tmp_path)
    assert "success" in added and followed["detail"] == "you follow this person"
    assert [pin["id"] for pin in feed["results"]] == [hers["id"]]
    shown, = Client(stack).want(200, "GET", f"boards/{board['id']}")["pin"]
    assert shown["id"] == by_file["id"]
