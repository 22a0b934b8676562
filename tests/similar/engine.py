"""The driver (driver.c), from Python."""

import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"


def program(name, asan=False):
    """One of the programs that `make similar` builds."""
    folder = os.environ.get("SIMILAR_ASAN" if asan else "SIMILAR")
    if folder is None:
        folder = BUILD / ("asan-gcc" if asan else "release-gcc") / "tests/similar"
    found = Path(folder) / name
    if not found.exists():
        pytest.fail(f"{found} is missing: make test-similar")
    return str(found)


def hits_of(line):
    """id:score ... as a list of pairs."""
    assert not line.startswith("!"), line
    return [(int(i), float(score)) for i, score in
            (hit.split(":") for hit in line.split())]


class Engine:
    """An index in a file, its writer and one reader."""

    def __init__(self, path, weights="tfidf", docs=None, asan=False):
        self.path = str(path)
        command = [program("driver", asan), self.path, weights]
        self.process = subprocess.Popen(
            command + ([str(docs)] if docs else []), text=True,
            errors="replace", stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, lines):
        try:
            self.process.stdin.write(lines)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # who waits for an answer finds that it has ended

    def ask(self, *operations):
        """One answer for each."""
        answers = []
        for at in range(0, len(operations), 200):
            some = operations[at:at + 200]
            self.send("".join(o + "\n" for o in some))
            for operation in some:
                answer = self.process.stdout.readline()
                assert answer, f"it ended at {operation[:200]}: " \
                    f"{self.process.wait()}"
                answers.append(answer[:-1])
        return answers

    def do(self, *operations):
        """Of which none may fail."""
        for operation, answer in zip(operations, self.ask(*operations)):
            assert answer == ".", f"{operation[:200]}: {answer}"

    def build(self, docs):
        """A new file with these documents: id -> words."""
        self.do("N", *(put(i, words) for i, words in docs.items()), "U")

    def similar(self, i, most, min_shared=1):
        return hits_of(self.ask(f"Q {i} {most} {min_shared}")[0])

    def query(self, words, most, min_shared=1):
        return hits_of(self.ask(f"W {most} {min_shared} {' '.join(words)}")[0])

    def close(self):
        self.process.stdin.close()
        status = self.process.wait()
        assert status == 0, f"the driver ended with {status}"

    def kill(self):
        self.process.kill()
        self.process.wait()
        for pipe in self.process.stdin, self.process.stdout:
            try:
                pipe.close()
            except BrokenPipeError:
                pass  # it has not read all

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.close()
        else:
            self.kill()


def put(i, words):
    return f"P {i} {' '.join(words)}"
