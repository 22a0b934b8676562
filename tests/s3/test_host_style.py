"""A bucket whose name stands in the host's (s3_path_style = 0): everybody who
speaks to it finds that host, and signs for it."""

import io

import pytest
import requests
from PIL import Image
from checks import settle
from conftest import in_bucket

from client import picture, signup
from names import Names
from stack import Stack, wait_for


@pytest.fixture(scope="module")
def names():
    with Names() as running:
        yield running


@pytest.fixture(scope="module")
def site(bucket, keys, names):
    running = Stack({**in_bucket(bucket, bucket.bucket, keys), "s3_path_style": 0,
                     "s3_endpoint": f"http://localhost:{bucket.ports['proxy']}"})
    try:
        running.start()
        # the name server of this machine does not know such a host
        media = running.dir / "nginx/conf/snippets/pinwall-media.conf"
        text = media.read_text()
        resolver = text.partition("resolver ")[2].split()[0]
        media.write_text(text.replace(f"resolver {resolver} ", f"resolver 127.0.0.1:{names.port} "))
        running.kill("nginx", 1)
        yield running
        running.keep_logs("s3-host")
    finally:
        running.destroy()


def test_pictures_come_and_go(site, bucket, names):
    host = f"{bucket.bucket}.localhost"
    conf = (site.dir / "nginx/conf/snippets/pinwall-media.conf").read_text()
    assert f"set $pinwall_bucket http://{host}:{bucket.ports['proxy']};" in conf
    person = signup(site)
    pin = person.upload("pins/", "harbour", picture("JPEG", (600, 400)))
    settle(site)
    pin = person.want(200, "GET", f"pins/{pin['id']}")
    size = pin["media"]["sizes"][0]
    answer = wait_for(lambda: (found := requests.get(site.url + size["url"])).status_code == 200
                      and found)
    assert Image.open(io.BytesIO(answer.content)).size == (size["width"], size["height"])
    assert bucket.request("GET", f"/{bucket.bucket}{size['url']}").content == answer.content
    assert (host, 1) in names.asked
    check = site.run("check", check=False).stdout
    assert f"lets it list {bucket.bucket}" in check, check
