"""The site with its pictures in a bucket of a real S3 server (swift.py)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
for folder in ("api", "backup", "container"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / folder))

from people import other, person, signup  # noqa: E402, F401
from stack import Stack  # noqa: E402
from swift import Swift, missing  # noqa: E402

SETTINGS = {"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1}


def in_bucket(server, name, keys):
    return {**SETTINGS, "media": "s3", "s3_endpoint": server.url, "s3_bucket": name,
            "s3_region": server.region, "s3_key_file": keys, "s3_s": 4}


@pytest.fixture(scope="session")
def bucket():
    why = missing()
    if why:
        pytest.skip(why)
    with Swift() as server:
        yield server


@pytest.fixture(scope="session")
def keys(bucket, tmp_path_factory):
    file = tmp_path_factory.mktemp("keys") / "s3.key"
    file.write_text(f"{bucket.access}\n{bucket.secret}\n")
    file.chmod(0o600)
    return file


@pytest.fixture(scope="session")
def stack(bucket, keys):
    running = Stack(in_bucket(bucket, bucket.bucket, keys))
    running.keys = keys
    try:
        yield running.start()
        running.keep_logs("s3")
    finally:
        running.destroy()
