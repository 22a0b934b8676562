"""What `pinwall export` and `pinwall import` of one account cost: seconds, and the
most memory that the process had, by the number of pins.

    portable.py [--pins N] [--program PATH]

Each pin has a small picture, a tag, a like and a place on one of a hundred boards.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import client as tools  # noqa: E402
from stack import Stack  # noqa: E402

FIRST = 1_600_000_000_000_000  # microseconds since 1970
BOARDS = 100


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def account(path, n):
    """A file of somebody with n pins."""
    name = f"has{n}"
    pictures = [tools.picture("JPEG", (320, 240), seed, quality=90) for seed in range(20)]
    at = [FIRST + i for i in range(n)]
    boards = [FIRST - 1000 - i for i in range(BOARDS)]
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("format.json", '{"format": "pinwall-account", "version": 1}\n')
        file.writestr("profile.json", lines([{
            "username": name, "email": f"{name}@example.com", "verified": True,
            "created": FIRST - 10 ** 9, "user_name": name, "profile_name": name,
            "notices_off": ""}]))
        file.writestr("pins.jsonl", lines({
            "picture": f"pictures/{i:06}.jpg", "at": at[i], "edited": at[i], "deleted": 0,
            "visibility": 0, "title": f"Pin {i} of a quiet harbour #sea", "alt": "",
            "image_url": ""} for i in range(n)))
        file.writestr("pin_tags.jsonl", lines({"at": one, "tag": "sea"} for one in at))
        file.writestr("boards.jsonl", lines({
            "at": one, "edited": one, "deleted": 0, "place": one, "visibility": 0,
            "title": f"Board {one}", "content": ""} for one in boards))
        file.writestr("board_items.jsonl", lines({
            "board": boards[i % BOARDS], "by": name, "item": at[i], "added_by": name,
            "at": at[i], "place": at[i], "home": False, "section": 0} for i in range(n)))
        file.writestr("likes.jsonl", lines({
            "by": name, "item": one, "at": one} for one in at))
        for i in range(n):
            file.writestr(f"pictures/{i:06}.jpg", pictures[i % 20])
    return name


def run(stack, *words):
    """Seconds, and MiB at most (not by wait4, which counts what this process had
    when it forked)."""
    began, most = time.monotonic(), 0
    with subprocess.Popen(
            [str(stack.program), words[0], "--conf", str(stack.conf), *words[1:]],
            env=stack.environment(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL) as running:
        status = Path(f"/proc/{running.pid}/status")
        while running.poll() is None:
            found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.M)
            most = int(found[1]) if found else most
            time.sleep(0.01)
        assert running.returncode == 0, words
    return time.monotonic() - began, most / 1024


def main():
    parse = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parse.add_argument("--pins", type=int, default=10000)
    parse.add_argument("--program")
    options = parse.parse_args()
    with Stack({"limit_scale": 1000}, program=options.program) as stack, \
            tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.zip", Path(folder) / "out.zip"
        name = account(source, options.pins)
        for what, words in (("import", ("import", "account", str(source))),
                            ("export", ("export", name, str(target)))):
            seconds, most = run(stack, *words)
            print(f"{what} of {options.pins:,} pins: {seconds:.1f} s, {most:.1f} MiB at most, "
                  f"{(target if what == 'export' else source).stat().st_size / 1e6:.0f} MB",
                  flush=True)


if __name__ == "__main__":
    main()
