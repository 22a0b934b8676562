#!/usr/bin/python3
"""Precision and recall of extracted words.

    score.py TITLES.tsv WORDS       WORDS: a line of words for each title

A line of TITLES has a title, the words it must give, and words that are
neither asked for nor wrong.  A word asked for counts as found, too, when parts
of it that were given make it up (parts of two letters and more); parts of a
found word are not wrong.  What is given twice counts once.
"""

import sys


def read(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t") + ["", ""]
            yield fields[0], set(fields[1].split()), set(fields[2].split())


def judge(asked, optional, given):
    """Found, wrong and missed words."""
    found, missed = asked & given, set()
    for word in asked - given:
        parts = [part for part in given if part in word and len(part) > 1]
        if "".join(sorted(parts, key=word.find)) == word:
            found.add(word)
        else:
            missed.add(word)
    wrong = {word for word in given - asked - optional
             if not any(word in whole for whole in found)}
    return found, wrong, missed


def score(titles, lines):
    """Precision, recall, and the titles that are not all right."""
    found = wrong = missed = 0
    bad = []
    for (title, asked, optional), line in zip(titles, lines, strict=True):
        f, w, m = judge(asked, optional, set(line.split()))
        found, wrong, missed = found + len(f), wrong + len(w), missed + len(m)
        if w or m:
            bad.append(f"{title} | wrong: {' '.join(sorted(w))}"
                       f" | missed: {' '.join(sorted(m))}")
    return found / (found + wrong), found / (found + missed), bad


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8") as given:
        p, r, faults = score(read(sys.argv[1]), given.read().splitlines())
    if len(sys.argv) > 3:
        print("\n".join(faults))
    print(f"precision {p:.3f} recall {r:.3f}")
