"""Many at once, and a reload in the middle of it: nobody sees an error."""

import re
import signal
import subprocess
import threading

import client as tools
import pytest
from stack import Stack, wait_for


@pytest.fixture(scope="module")
def busy():
    """A site of its own, as these tests keep it busy."""
    with Stack({"limit_scale": 100000, "hash_kb": 64, "hash_ops": 1}) as stack:
        person = tools.signup(stack)
        for i in range(4):
            person.upload("pins/", f"load {i} #load", tools.picture())
        yield stack, person


def wrk(stack, path, clients, seconds, *more):
    text = subprocess.run(
        ["wrk", "-t2", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s", *more,
         stack.url + path],
        capture_output=True, text=True, check=True, timeout=120,
    ).stdout
    assert "Non-2xx" not in text and "Socket errors" not in text, text
    return int(re.search(r"(\d+) requests in", text)[1])


def test_1000_clients_at_once_without_an_error(busy):
    stack, person = busy
    for path, seconds, more in (
            ("/api/pins/", 4, ()),
            ("/api/pins/following_pin", 3, ("-H", f"Authorization: Bearer {person.token}"))):
        answered = wrk(stack, path, 1000, seconds, *more)
        if answered <= 1000:  # a machine that is busy
            answered = wrk(stack, path, 1000, 8 * seconds, *more)
        assert answered > 1000


def test_reloads_under_load_lose_nothing(busy):
    """C6: reads from many connections, and writes that are counted."""
    stack, person = busy
    made, failed, stop = [], [], threading.Event()

    def write():
        own = tools.Client(stack)
        own.use_token(person.token)
        while not stop.is_set():
            title = tools.unique("board")
            answer = own.post("boards/", json={"title": title})
            (made if answer.status_code == 201 else failed).append(title)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    readers = []
    reader = threading.Thread(target=lambda: readers.append(wrk(stack, "/api/pins/", 16, 12)))
    reader.start()
    for n in range(1, 5):
        # The program alone: an Nginx that is reloaded closes its clients'
        # connections, which those that keep them open have to bear.
        stack.kill("app", signal.SIGHUP)
        wait_for(lambda n=n: stack.log().count("generation-serves") > n)
    reader.join()
    stop.set()
    for writer in writers:
        writer.join()
    assert not failed
    assert readers and readers[0] > 500
    with_title = set()
    path = "boards/?limit=200"
    while path:
        answer = person.get(path)
        with_title.update(board["title"] for board in answer.json())
        path = answer.links.get("next", {}).get("url")
    assert with_title.issuperset(made) and len(made) > 20
