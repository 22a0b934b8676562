"""Files that are damaged, disks and files that are full.

A damaged header is refused; whatever stands behind it, a reader stays inside
of the file: all of it runs under the sanitizers.
"""

import os
import random
import subprocess
from itertools import islice

import pytest

import corpus
from engine import Engine, put
from plain import Plain, check

DOCS = dict(enumerate(corpus.titles(400, words=300, tags=40), 1))
DOCS.update({1000 + i: ["twin", "of", "many"] for i in range(40)})
QUESTIONS = [f"Q {i} {n} {m}" for i in (1, 7, 399, 1000, 1039) for n, m in ((48, 1), (200, 2))]
QUESTIONS += ["W 48 1 twin of", "W 20 2 " + " ".join(DOCS[1] + DOCS[2]), "Y 1 2",
              "Y 1000 1001", "H 1000"]
REFUSED = {"! ERR_BUSY", "0"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A file with something in all of its parts, and its answers."""
    path = tmp_path_factory.mktemp("whole") / "x"
    with Engine(path) as engine:
        engine.build({i: words for i, words in DOCS.items() if i % 3})
        engine.do(*(put(i, words) for i, words in DOCS.items()), "F", "D 5", "F",
                  put(5, DOCS[5]), "F")
        answers = engine.ask(*QUESTIONS)
        assert not any(answer.startswith("!") for answer in answers)
    return path, answers


def copy_of(whole, folder):
    subprocess.run(["cp", "--sparse=always", whole[0], folder / "x"], check=True)
    return folder / "x"


def change(path, at, data):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(data)


def ask(path, questions=QUESTIONS, asan=True):
    with Engine(path, asan=asan) as reader:
        return reader.ask(*questions)


def opens_to_write(path, asan=True):
    """Does a writer take it, and can it then write?"""
    with Engine(path, asan=asan) as engine:
        if engine.ask("R") != ["."]:
            return False
        engine.do("P 1 something else", "D 2", "F", "C")
        return True


def test_the_copy_is_good(whole, tmp_path):
    path = copy_of(whole, tmp_path)
    assert ask(path) == whole[1]
    assert opens_to_write(path)


@pytest.mark.parametrize("size", [0, 1, 100, 4095, 4096, 5000, 100_000, -4096, -1, "+1"])
def test_cut_off(whole, tmp_path, size):
    path = copy_of(whole, tmp_path)
    full = path.stat().st_size
    os.truncate(path, full + 1 if size == "+1" else size if size >= 0 else full + size)
    assert set(ask(path)) <= REFUSED
    assert not opens_to_write(path)


def head_size(whole):
    """Behind the last byte of the header that is not 0."""
    return len(whole[0].read_bytes()[:4096].rstrip(b"\0"))


def summed_size(whole, folder):
    """The header's first part, which is the same for ever, ends before the
    first byte that two flips change."""
    path = copy_of(whole, folder)
    before = path.read_bytes()[:4096]
    with Engine(path) as engine:
        engine.do("R", "P 2000 x", "F")
        after = path.read_bytes()[:4096]
    return next(i for i in range(4096) if before[i] != after[i])


def test_every_byte_of_the_header(whole, tmp_path):
    """What never changes is refused by readers and writers; of the rest, a
    reader takes what it finds, and a writer nothing that it did not count."""
    size, summed = head_size(whole), summed_size(whole, tmp_path)
    assert 200 < summed < size < 4096
    path = copy_of(whole, tmp_path)
    good = path.read_bytes()[:size]
    for at in range(size):
        change(path, at, bytes([good[at] ^ (1 << at % 8)]))
        answers = ask(path, QUESTIONS[:6], asan=at >= summed)
        if at < summed:
            assert set(answers) <= REFUSED, f"byte {at}"
        with Engine(path) as engine:
            taken = engine.ask("R") == ["."]
        # seq may be any even number; superseded, and the progress of its
        # making, are for others
        assert not taken or at - summed in (*range(12), *range(16, 32)), f"byte {at}"
        change(path, at, good[at:at + 1])
        change(path, 0, good)
    assert ask(path) == whole[1]


@pytest.mark.parametrize("start", [b"", b"\0" * 8, b"\x7fELF\2\1\1\0", b"\xff" * 4096])
def test_another_file(whole, tmp_path, start):
    path = tmp_path / "x"
    path.write_bytes(start + random.Random(1).randbytes(50_000))
    assert set(ask(path)) <= REFUSED
    assert not opens_to_write(path)
    with Engine(path) as engine:
        engine.build(DOCS)
        assert check(engine.similar(1, 48), Plain(DOCS).similar(1), 48) is None


def used_parts(path):
    """The places of the file that have blocks, by SEEK_DATA."""
    with open(path, "rb") as file:
        at, parts = 0, []
        while True:
            try:
                begin = os.lseek(file.fileno(), at, os.SEEK_DATA)
            except OSError:
                return parts
            at = os.lseek(file.fileno(), begin, os.SEEK_HOLE)
            parts.append((max(begin, 4096), at))


@pytest.mark.parametrize("seed", range(24))
def test_random_bytes_in_the_body(whole, tmp_path, seed):
    rng = random.Random(seed)
    path = copy_of(whole, tmp_path)
    parts = [p for p in used_parts(path) if p[0] < p[1]]
    for _ in range(rng.choice([1, 30, 3000])):
        begin, end = rng.choice(parts)
        at = rng.randrange(begin, end)
        n = rng.choice([1, 4, 8, 64])
        change(path, at, rng.choice([rng.randbytes(n), b"\xff" * n, b"\0" * n])[:end - at])
    # the whole of a part; regions are filled from their start
    for begin, end in rng.sample(parts, min(len(parts), rng.choice([0, 1, 3]))):
        change(path, begin, rng.randbytes(min(end - begin, 200_000)))
    assert len(ask(path)) == len(QUESTIONS)


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"a disk of its own needs root: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(engine, docs, most):
    """Puts until some are refused; those that are in."""
    inside, refused = {}, 0
    while not refused:
        some = list(islice(docs, 50))
        answers = engine.ask(*(put(i, words) for i, words in some))
        assert set(answers) <= {".", "! full"}
        refused = answers.count("! full")
        inside.update(doc for doc, answer in zip(some, answers) if answer == ".")
        engine.do("F")
        assert some[-1][0] < most, "it was never full"
    return inside


@pytest.mark.parametrize("asan", [False, True])
def test_a_full_disk(small_disk, asan):
    docs = enumerate(corpus.titles(60_000, words=50_000), 1)
    with Engine(small_disk / "x", asan=asan) as engine:
        engine.do("N", "U")
        inside = fill(engine, docs, 60_000)
        assert len(inside) > 1000
        # no room for anything, again and again
        for i in range(100_000, 100_050):
            assert engine.ask(put(i, [f"new{i}"] * 3 + [f"other{i}"]))[0] in (".", "! full")
            engine.do(f"D {i}")
        engine.do("F")
        plain = Plain(inside)
        for i in random.Random(1).sample(list(inside), 20):
            assert check(engine.similar(i, 48), plain.similar(i), 48, plain.bags) is None
        # what is in there can go, and come back
        some = random.Random(2).sample(list(inside), 300)
        engine.do(*(f"D {i}" for i in some), "F", *(put(i, inside[i]) for i in some), "F")
        for i in some[:20]:
            assert check(engine.similar(i, 48), plain.similar(i), 48, plain.bags) is None
        # a new file has no room either, and leaves the old one alone
        before = engine.ask("Q 1 48 1")
    with Engine(small_disk / "x", asan=asan) as engine:
        engine.ask("N")
        for i, words in inside.items():
            if engine.ask(put(i, words)) != ["."]:
                break
        engine.ask("C")
        assert sorted(os.listdir(small_disk)) == ["x", "x.hold"]
        assert engine.ask("Q 1 48 1") == before


def test_a_full_file(tmp_path):
    """Made for few documents: put says no, and what was there goes on
    answering."""
    rng = random.Random(6)
    words = [f"t{i}" for i in range(3000)]
    texts = ((i, rng.sample(words, 6)) for i in range(1, 200_000))
    with Engine(tmp_path / "x", docs=1) as engine:
        engine.do("N", "U")
        inside = fill(engine, texts, 199_000)
        assert len(inside) > 60_000
        refused = [put(i, rng.sample(words, 6)) for i in range(300_000, 300_100)]
        assert set(engine.ask(*refused)) == {"! full"}
        # a document that is a twin still has room
        engine.do(put(400_000, inside[1]), "F")
        plain = Plain({**inside, 400_000: inside[1]})
        for i in [1, *rng.sample(list(inside), 10)]:
            assert check(engine.similar(i, 20), plain.similar(i), 20, plain.bags) is None
        assert engine.similar(1, 1)[0][0] == 400_000
        engine.do("R")
        assert engine.similar(1, 1)[0][0] == 400_000


def test_lonely_ids_have_room(tmp_path):
    """As many as it is made for, none near another."""
    docs = {i * 1_000_003: [f"w{i % 500}", f"v{i % 7}"] for i in range(1, 50_000)}
    with Engine(tmp_path / "x", docs=50_000) as engine:
        engine.build(docs)
        assert engine.ask("S")[0].split()[0] == "49999"
        assert engine.ask("H 1000003", "H 1000004", f"H {max(docs)}") == ["1", "0", "1"]
        plain = Plain(docs)
        for i in 1_000_003, 2_000_006, max(docs):
            assert check(engine.similar(i, 200), plain.similar(i), 200) is None


def test_a_failed_put_changes_nothing(tmp_path):
    """Documents whose words were taken before the file was full are not half
    in there."""
    with Engine(tmp_path / "x", docs=1) as engine:
        engine.do("N", "U")
        inside = fill(engine, ((i, [f"n{i}_{j}" for j in range(250)] + ["all"])
                               for i in range(1, 70_000)), 69_000)
        failed = next(i for i in range(1, 70_000) if i not in inside)
        assert engine.ask(f"H {failed}") == ["0"]
        plain = Plain(inside)
        hits = engine.query(["all", f"n{failed}_0"], 100)
        assert check(hits, plain.query(["all"]), 100) is None
        # an id without room for its new words keeps the old ones
        assert engine.ask(put(1, [f"late{j}" for j in range(250)])) == ["! full"]
        engine.do("F")
        assert check(engine.similar(1, 50), plain.similar(1), 50) is None
