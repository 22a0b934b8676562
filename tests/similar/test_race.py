"""Readers and a writer of one index at the same time, and what is left when
one of them is killed.  race.c knows every state that was ever shown; an answer
must be that of one of them."""

import mmap
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

import corpus
from engine import Engine, hits_of, program, put
from plain import Plain, check

SECONDS = float(os.environ.get("SIMILAR_SECONDS", 4))


@pytest.fixture
def folder():
    """In memory, as the site has it: a disk would be what is waited for."""
    where = Path(tempfile.mkdtemp(dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    yield where
    shutil.rmtree(where)


class Race:
    def __init__(self, path):
        self.path, self.running = path, []

    def start(self, what, seconds):
        process = subprocess.Popen(
            [program("race"), str(self.path), what, str(seconds)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.running.append(process)
        return process

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.running:
            process.kill()
            process.wait()


def result(process, seconds=60):
    """What it printed at its end."""
    text = process.communicate(timeout=seconds)[0]
    found = {name: int(n) for name, n in re.findall(r"(\w+)=(\d+)", text)}
    found["status"] = process.returncode
    return found


def stop(process):
    process.send_signal(signal.SIGTERM)
    return result(process)


def wait_until(question, seconds=60):
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.01)


def flips_of(reader):
    """How often the index was flipped: driver.c's S."""
    answer = reader.ask("S")[0]
    return -1 if answer.startswith("!") else int(answer.split()[5])


def test_every_answer_is_of_one_state(folder):
    with Race(folder / "x") as race:
        writer = race.start("write", SECONDS + 1.5)
        wait_until((folder / "x").exists)
        readers = [race.start("read", SECONDS) for _ in range(3)]
        for found in map(result, readers):
            assert found["wrong"] == found["unordered"] == found["status"] == 0
            assert found["busy"] == 0, "starved, with a writer that lives"
            assert found["asked"] > 100
            assert found["states"] > 2
        assert result(writer)["flips"] > 10


def test_a_writer_without_a_pause(folder):
    """It flips several times during every question; readers ask it to wait."""
    path = folder / "x"
    titles = list(corpus.titles(40_000, words=3000, tags=100))
    writer = Engine(path)
    with Engine(path) as reader:
        writer.build(dict(enumerate(titles[:30_000], 1)))
        steps = "".join(f"{put(i, words)}\nF\n" for i, words in enumerate(titles, 1))
        feeding = threading.Thread(target=writer.send, args=(steps,), daemon=True)
        draining = threading.Thread(target=writer.process.stdout.read, daemon=True)
        feeding.start()
        draining.start()
        wait_until(lambda: flips_of(reader) > 20)
        before = flips_of(reader)
        while flips_of(reader) <= before + 20:
            answers = reader.ask(*(f"Q {i} 200 1" for i in range(1, 300)))
            assert feeding.is_alive(), "the writer had finished"
            assert not [a for a in answers if a.startswith("!")]
        writer.process.kill()
        feeding.join()
        draining.join()
    writer.kill()


def test_killed_readers_leave_the_writer_alone(folder):
    rng = random.Random(1)
    with Race(folder / "x") as race, Engine(folder / "x") as watcher:
        writer = race.start("write", 60)
        wait_until((folder / "x").exists)
        for _ in range(20):
            reader = race.start("read", 60)
            time.sleep(rng.uniform(0.02, 0.15))
            before = flips_of(watcher)
            reader.kill()
            wait_until(lambda: flips_of(watcher) > before + 2)
        found = stop(writer)
        assert found["status"] == 0 and found["flips"] > 50


def test_killed_writers(folder):
    """Readers never see anything wrong; a new writer goes on with what is
    right, or makes it anew; readers go over to that by themselves."""
    rng = random.Random(2)
    opened = refused = 0
    with Race(folder / "x") as race:
        writer = race.start("write", 60)
        wait_until((folder / "x").exists)
        readers = [race.start("read", 120) for _ in range(2)]
        for round_ in range(40):
            time.sleep(rng.uniform(0, 0.05))
            if round_ % 8 == 7:
                found = stop(writer)
                assert found["status"] == 0
            else:
                writer.kill()
                found = result(writer)
            if found.get("opened") is not None:
                assert found["right"] == 1, "it opened what is in no state"
                opened += found["opened"]
                refused += not found["opened"]
            writer = race.start("write", 60)
            wait_until(lambda: writer.poll() is None and (folder / "x").exists())
        time.sleep(1)
        for found in map(stop, readers):
            assert found["wrong"] == found["unordered"] == found["status"] == 0
            assert found["asked"] > 100
        stop(writer)
    assert refused > 0, "no writer was killed in the middle of something"


def change_seq(path, at, by):
    with open(path, "r+b") as file, mmap.mmap(file.fileno(), 4096) as page:
        value = int.from_bytes(page[at:at + 8], "little") + by
        page[at:at + 8] = value.to_bytes(8, "little")


@pytest.fixture
def seq_at(folder):
    """Where the number of the state is: a flip makes it two more."""
    path = folder / "probe"
    with Engine(path) as engine:
        engine.do("N", "U", "P 1 a", "F")
        before = path.read_bytes()[:1024]
        engine.do("P 2 b", "F")
        after = path.read_bytes()[:1024]
    places = [at for at in range(0, 1024, 8)
              if [int.from_bytes(head[at:at + 8], "little")
                  for head in (before, after)] == [2, 4]]
    assert len(places) == 1
    return places[0]


def test_a_writer_that_died_in_a_flip(folder, seq_at):
    docs = {i: [f"w{i % 7}", f"v{i % 11}"] for i in range(1, 200)}
    path = folder / "x"
    writer = Engine(path)
    with Engine(path) as reader:
        writer.build(docs)
        before = reader.ask("Q 5 10 1")
        writer.kill()
        change_seq(path, seq_at, 1)
        began = time.monotonic()
        assert reader.ask("Q 5 10 1") == ["! ERR_BUSY"]
        once = time.monotonic() - began
        assert once < 5
        # it is waited for once, not at every question
        began = time.monotonic()
        assert set(reader.ask(*["Q 5 10 1"] * 50)) == {"! ERR_BUSY"}
        assert time.monotonic() - began < max(0.4, 10 * once)
        with Engine(path) as again:
            assert again.ask("R") == ["! open"]
            again.build(docs)
            assert reader.ask("Q 5 10 1") == before


def test_a_flip_that_only_took_long(folder, seq_at):
    """Its writer slept: what it finishes is used again."""
    path = folder / "x"
    with Engine(path) as reader, Engine(path) as writer:
        writer.build({i: ["a", f"w{i % 3}"] for i in range(1, 30)})
        before = reader.ask("Q 5 10 1")
        change_seq(path, seq_at, 1)
        assert reader.ask("Q 5 10 1") == ["! ERR_BUSY"]
        change_seq(path, seq_at, 1)
        assert reader.ask("Q 5 10 1") == before


def maps_of(pid, path):
    return [line for line in Path(f"/proc/{pid}/maps").read_text().splitlines()
            if str(path) in line and ".hold" not in line]


def test_old_files_are_unmapped(folder):
    docs = dict(enumerate(corpus.titles(300, words=500, tags=50), 1))
    path = folder / "x"
    with Engine(path) as reader, Engine(path) as writer:
        for _ in range(5):
            writer.build(docs)
            assert check(reader.similar(1, 20), Plain(docs).similar(1), 20) is None
            mapped = maps_of(reader.process.pid, path)
            assert len(mapped) == 1 and "(deleted)" not in mapped[0]
            mapped = maps_of(writer.process.pid, path)
            assert len(mapped) == 1 and "(deleted)" not in mapped[0]
        assert sorted(os.listdir(folder)) == ["x", "x.hold"]


def test_another_file_by_that_name_is_found(folder):
    """Whoever put it there may not have been able to say so."""
    docs = {1: ["a", "b"], 2: ["a"], 3: ["b"]}
    with Engine(folder / "x") as reader, Engine(folder / "x") as one, \
            Engine(folder / "y") as other:
        one.build(docs)
        assert [i for i, _ in reader.similar(1, 5)] == [2, 3]
        other.build({1: ["a"], 9: ["a"]})
        os.rename(folder / "y", folder / "x")
        wait_until(lambda: [i for i, _ in reader.similar(1, 5)] == [9])


def memory_of(pid, path):
    """Rss and Pss of its map of a file, in kB."""
    rss = pss = 0
    inside = False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            inside = line.endswith(str(path))
        elif inside and line.startswith("Rss:"):
            rss += int(line.split()[1])
        elif inside and line.startswith("Pss:"):
            pss += int(line.split()[1])
    return rss, pss


def test_four_processes_share_one_copy(folder):
    docs = dict(enumerate(corpus.titles(20_000), 1))
    path = folder / "x"
    with Engine(path) as writer:
        writer.build(docs)
    readers = [Engine(path) for _ in range(4)]
    try:
        questions = [f"Q {i} 48 1" for i in range(1, 20_000, 15)]
        for reader in readers:
            assert len(reader.ask(*questions)) == len(questions)
        for reader in readers:
            rss, pss = memory_of(reader.process.pid, path)
            assert rss > 1000, "it has not read the file"
            assert 0.2 < pss / rss < 0.35, f"{pss} of {rss} kB"
    finally:
        for reader in readers:
            reader.close()


def test_a_held_writer_goes_on(folder):
    """A page that asks for waiting until the end of time, as one from another
    start of the system may, does not stop the writer."""
    path = folder / "x"
    with Engine(path) as writer:
        writer.build({1: ["a"]})
        (folder / "x.hold").write_bytes((2 ** 62).to_bytes(8, "little") + bytes(4088))
        began = time.monotonic()
        for i in range(2, 30):
            writer.do(put(i, ["a"]), "F")
        assert time.monotonic() - began < 5
        assert len(hits_of(writer.ask("Q 1 100 1")[0])) == 28
