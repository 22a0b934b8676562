"""What a site with a bucket tells of itself: `pinwall check`, readiness,
numbers."""

import json
import subprocess

import pytest
import requests

from stack import free_port


@pytest.fixture
def check(stack):
    """Findings by what they are of, with some settings changed."""
    def run(**changes):
        done = subprocess.run(
            [str(stack.program), "check", "--json", "--conf", str(stack.conf)],
            env={**stack.environment(), **{f"PINWALL_{name.upper()}": str(value)
                                           for name, value in changes.items()}},
            capture_output=True, text=True, timeout=60)
        assert "s3.bad" not in done.stderr and "s3 method" not in done.stderr, done.stderr
        found = {}
        for one in json.loads(done.stdout)["findings"]:
            found.setdefault(one["what"], []).append((one["level"], one["why"]))
        return found

    return run


def of(found, what):
    (level, why), = found[what]
    return level, why


def errors(found):
    return {what for what, all in found.items() for level, _ in all if level == "error"}


def test_the_bucket_lets_it_in_and_no_folder_is_wanted(stack, bucket, check):
    found = check(media_dir="/nowhere/at/all")
    assert errors(found) == set() and "media_dir" not in found
    assert of(found, "s3_endpoint") == ("ok", f"{bucket.url} lets it list {bucket.bucket}")
    assert of(found, "s3_key_file") == ("ok", f"{stack.keys}, for its owner alone")
    assert of(found, "spool_dir")[0] == "ok"
    # uploads pass through it
    assert errors(check(spool_dir="/nowhere/at/all")) == {"spool_dir"}
    # a site of folders needs both
    found = check(media="files", media_dir="/nowhere/at/all")
    assert errors(found) == {"media_dir"} and "s3_endpoint" not in found


@pytest.mark.parametrize("setting, value, why", [
    ("media", "tape", "tape is neither"),
    ("s3_endpoint", "ftp://somewhere", "not http"),
    ("s3_bucket", "a/b", "not a name of a bucket"),
    ("s3_region", "", "not a name of a region"),
    ("s3_key_file", "/nowhere/at/all", "No such file"),
    ("s3_bucket", "no-such-bucket", "NoSuchBucket")])
def test_settings_that_cannot_be(check, setting, value, why):
    found = check(**{setting: value})
    assert errors(found) == {setting}
    (level, said), = found[setting]
    assert level == "error" and why in said, said


def test_keys_that_open_nothing(stack, bucket, check, tmp_path):
    keys = tmp_path / "s3.key"

    def with_keys(text, mode=0o600):
        keys.write_text(text)
        keys.chmod(mode)
        found = check(s3_key_file=keys)
        assert errors(found) == {"s3_key_file"}
        return [why for level, why in found["s3_key_file"] if level == "error"][0]

    assert "SignatureDoesNotMatch" in with_keys(f"{bucket.access}\n{'0' * 64}\n")
    assert "has not two lines" in with_keys("one line\n")
    assert "others may read" in with_keys(stack.keys.read_text(), 0o644)


def test_a_service_that_is_not_there_or_is_none(stack, check):
    found = check(s3_endpoint=f"http://127.0.0.1:{free_port()}", s3_s=2)
    assert errors(found) == {"s3_endpoint"}
    assert "Couldn't connect to server" in of(found, "s3_endpoint")[1]
    found = check(s3_endpoint=stack.url)  # a web server, but no S3
    assert errors(found) == {"s3_endpoint"}
    assert "does not speak S3" in of(found, "s3_endpoint")[1]


def test_it_is_ready_and_counts_no_disk_of_pictures(stack):
    stack.media_dir.rename(stack.dir / "aside")
    try:
        told = requests.get(stack.api + "readyz").json()
        assert told["media"] == "bucket" and told["spool"] == "ok"
        numbers = requests.get(stack.url + "/metrics").text
        assert 'disk_free_bytes{of="spool"}' in numbers
        assert '{of="media"}' not in numbers
    finally:
        (stack.dir / "aside").rename(stack.media_dir)
