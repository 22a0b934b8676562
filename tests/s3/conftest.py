"""The site with its pictures in a bucket of a real S3 server (swift.py)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "api"))

import client as tools  # noqa: E402
from stack import Stack  # noqa: E402
from swift import Swift, missing  # noqa: E402

SETTINGS = {"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1}


@pytest.fixture(scope="session")
def bucket():
    why = missing()
    if why:
        pytest.skip(why)
    with Swift() as server:
        yield server


@pytest.fixture(scope="session")
def stack(bucket, tmp_path_factory):
    keys = tmp_path_factory.mktemp("keys") / "s3.key"
    keys.write_text(f"{bucket.access}\n{bucket.secret}\n")
    running = Stack({
        **SETTINGS, "media": "s3", "s3_endpoint": bucket.url, "s3_bucket": bucket.bucket,
        "s3_region": bucket.region, "s3_key_file": keys, "s3_s": 4})
    running.keys = keys
    try:
        yield running.start()
        running.keep_logs("s3")
    finally:
        running.destroy()


@pytest.fixture
def signup(stack):
    return lambda **options: tools.signup(stack, **options)


@pytest.fixture
def person(stack):
    return tools.signup(stack)


@pytest.fixture
def other(stack):
    return tools.signup(stack)
