"""Units with their drop-ins, as the packages have installed them."""

import re
import shlex
from pathlib import Path

FOLDERS = ("etc/systemd/system", "lib/systemd/system", "usr/lib/systemd/system")


class Unit:
    """A unit with its drop-ins: for each setting the values in their order."""

    def __init__(self, root, name):
        self.root, self.name = Path(root), name
        self.settings = {}
        stem, _, kind = name.rpartition(".")
        template, at, self.instance = stem.partition("@")
        names = [name] + ([f"{template}@.{kind}"] if at else [])
        # a-b.service is also under the drop-ins of a-.service
        dropins = names + [f"{p}-.{kind}" for p in self.prefixes(template)]
        for folder in FOLDERS:
            found = [self.root / folder / n for n in names
                     if (self.root / folder / n).is_file()]
            if found:
                self.read(found[0])
                break
        else:
            raise FileNotFoundError(f"there is no unit {name}")
        parts = {}
        for folder in reversed(FOLDERS):
            for n in reversed(dropins):
                for file in (self.root / folder / f"{n}.d").glob("*.conf"):
                    parts[file.name] = file
        for _, file in sorted(parts.items()):
            self.read(file)

    @staticmethod
    def prefixes(stem):
        words = stem.split("-")
        return ["-".join(words[:n]) for n in range(len(words) - 1, 0, -1)]

    def read(self, file):
        text = re.sub(r"\\\n", " ", file.read_text())
        for line in text.splitlines():
            line = line.strip()
            if not line or line[0] in "#;[":
                continue
            name, _, value = line.partition("=")
            values = self.settings.setdefault(name.strip(), [])
            values.append(self.expand(value.strip()))

    def expand(self, text):
        plain = self.instance.replace("-", "/")
        values = {"i": self.instance, "I": plain, "n": self.name, "t": "/run",
                  "d": f"/run/credentials/{self.name}", "%": "%"}
        return re.sub(r"%([iIntd%])", lambda m: values[m.group(1)], text)

    def all(self, name):
        """The values; an empty one takes back those before it."""
        values = []
        for value in self.settings.get(name, []):
            values = values + [value] if value else []
        return values

    def words(self, name):
        return " ".join(self.all(name)).split()

    def one(self, name, default=""):
        values = self.settings.get(name, [])
        return values[-1] if values else default

    def is_on(self, name):
        return self.one(name) in ("yes", "true", "1", "on")

    def commands(self, name):
        """(command line, may it fail)"""
        return [(shlex.split(c.lstrip("-+!@:")), c.startswith("-")) for c in self.all(name)]
