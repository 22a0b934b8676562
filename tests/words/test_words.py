"""How well words are found: titles labelled by hand, and the command that
prints them.

nouns.tsv and tuned.tsv were looked at while the grammar was written,
held_out.tsv never: it says how titles fare that nobody has seen.
"""

import hashlib
import os
import re
import subprocess
import time
from pathlib import Path

import pytest

import score

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
PROGRAM = Path(os.environ.get("PINWALL", TOP / "build/release-gcc/pinwall"))
PRECISION, RECALL = 0.95, 0.92


def run(*arguments, text=None, **more):
    done = subprocess.run([PROGRAM, "words", *arguments], input=text, capture_output=True,
                          encoding="utf-8", timeout=60, **more)
    return done.returncode, done.stdout, done.stderr


def lines_of(titles):
    status, out, _ = run(text="".join(title + "\n" for title in titles))
    assert status == 0
    return out.splitlines()


@pytest.mark.parametrize("name", ["nouns", "tuned", "held_out"])
def test_precision_and_recall(name, record_property):
    titles = list(score.read(HERE / f"{name}.tsv"))
    precision, recall, bad = score.score(titles, lines_of(title for title, _, _ in titles))
    record_property("precision", precision)
    record_property("recall", recall)
    print(f"{name}: {len(titles)} titles, precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= PRECISION and recall >= RECALL, "\n".join(bad)


def test_scorer_counts_faults():
    asked = [("t", {"감자튀김", "콜라"}, {"집"})]
    assert score.score(asked, ["감자 튀김 콜라 집"])[:2] == (1, 1)
    assert score.score(asked, ["감자 콜라"])[:2] == (1 / 2, 1 / 2)
    assert score.score(asked, ["감자튀김 감자 콜라 물"])[:2] == (2 / 3, 1)
    with pytest.raises(ValueError):
        score.score(asked, [])


def test_arguments_give_a_line_each():
    assert run("강아지와 산책", "Two dogs", "") == (0, "강아지 산책\ntwo dog\n\n", "")


def test_lines_give_a_line_each():
    text = "강아지와 산책\n\nTwo dogs"
    assert run(text=text) == (0, "강아지 산책\n\ntwo dog\n", "")


def test_help_names_the_arguments():
    status, out, _ = run("--help")
    assert status == 0 and "[--bench] [TITLE]..." in out


def test_bench_says_how_long():
    status, out, said = run("--bench", "강아지와 산책")
    assert status == 0 and out == "강아지 산책\n"
    assert re.fullmatch(r"1 titles, \d+\.\d\d us each\n", said)


def test_title_costs_less_than_hashing_ten_kilobytes(record_property):
    """Both in processor time of one core, in the same minute."""
    titles = [title for title, _, _ in score.read(HERE / "nouns.tsv")]
    data, least = b"x" * 10_000, []
    for _ in range(5):
        _, _, said = run("--bench", text="\n".join(titles))
        took = float(re.search(r"([\d.]+) us each", said)[1])
        begin = time.process_time()
        for _ in range(2000):
            hashlib.blake2b(data).digest()
        least.append((took, (time.process_time() - begin) / 2000 * 1e6))
    took, hashing = (min(figures) for figures in zip(*least))
    print(f"{took:.2f} us a title; hashing {hashing:.2f} us")
    record_property("us_a_title", took)
    assert took < hashing


@pytest.fixture
def moved(tmp_path):
    """The program in a folder of its own, with its dictionary."""
    def copy(table):
        (tmp_path / "bin/a/b").mkdir(parents=True)
        program = tmp_path / "bin/a/b/pinwall"
        program.write_bytes(PROGRAM.read_bytes())
        program.chmod(0o755)
        if table is not None:
            (program.parent / "words.table").write_bytes(table)
        return subprocess.run([program, "words", "강아지와"], capture_output=True,
                              encoding="utf-8", timeout=60)
    return copy


TABLE = (PROGRAM.parent / "words.table").read_bytes


def test_dictionary_lies_beside_the_program(moved):
    done = moved(TABLE())
    assert (done.returncode, done.stdout) == (0, "강아지\n")


@pytest.mark.parametrize("spoil, why", [
    (lambda table: None, "No such file"),
    (lambda table: b"", "is empty"),
    (lambda table: table[:-7], "is not whole"),
    (lambda table: table[:8] + b"\xff" + table[9:], "is of another version"),
    (lambda table: table[:-1] + bytes([table[-1] ^ 1]), "is damaged"),
])
def test_bad_dictionary_is_refused_with_a_reason(moved, spoil, why):
    done = moved(spoil(TABLE()))
    assert done.returncode == 1 and done.stdout == ""
    assert "words.table" in done.stderr and why in done.stderr


def test_dictionary_is_small():
    assert 1_000_000 < len(TABLE()) < 3_000_000


def test_dictionary_is_made_the_same_each_time():
    tool = PROGRAM.parent / "texttable"
    made = subprocess.run([tool, TOP / "fcgi-app/infra/text_ko.txt",
                           "/usr/share/hunspell/ko.dic"], capture_output=True, check=True)
    assert made.stdout == TABLE()


@pytest.mark.parametrize("line, why", [
    ("kind x NOWHERE to=DONE", "NOWHERE"), ("[nothing]", "nothing"),
    ("kind x START to=DONE cots=1", "cots=1"), ("[noun]\nabc", "abc"),
    ("[verbs verb]\n가 가", "a verb has"), ("state START 1", "two costs"),
])
def test_faults_of_the_grammar_stop_the_build(tmp_path, line, why):
    grammar = tmp_path / "grammar.txt"
    grammar.write_text((TOP / "fcgi-app/infra/text_ko.txt").read_text() + line + "\n")
    made = subprocess.run([PROGRAM.parent / "texttable", grammar, "/usr/share/hunspell/ko.dic"],
                          capture_output=True)
    assert made.returncode == 1 and why in made.stderr.decode() and made.stdout == b""


def share_of_pages(process):
    """What the process counts of the dictionary's pages, and how many there are
    in memory; (0, 0) before it is mapped."""
    maps = Path(f"/proc/{process.pid}/smaps").read_text()
    if "words.table" not in maps:
        return 0, 0
    part = maps[maps.index("words.table"):]
    rss, pss, dirty = (int(re.search(rf"^{name}:\s+(\d+) kB", part, re.M)[1])
                       for name in ("Rss", "Pss", "Private_Dirty"))
    assert dirty == 0
    return pss, rss


def test_processes_share_the_dictionary():
    """Of its pages each of four processes counts about a fourth."""
    waiting = [subprocess.Popen([PROGRAM, "words"], stdin=subprocess.PIPE,
                                stdout=subprocess.DEVNULL) for _ in range(4)]
    try:
        # they have read all of it when it was checked
        end = time.monotonic() + 30
        while time.monotonic() < end:
            shares = [share_of_pages(process) for process in waiting]
            if all(rss > 1000 and pss / rss < 0.3 for pss, rss in shares):
                break
            time.sleep(0.05)
        print(shares)
        assert all(rss > 1000 and pss / rss < 0.3 for pss, rss in shares)
    finally:
        for process in waiting:
            process.kill()
            process.communicate()
