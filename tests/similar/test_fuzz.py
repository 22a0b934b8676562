"""Random histories of an index against the plain definition.

Inserts, edits, removals, twins, bags that point the same way, empty documents,
many words, batches, a writer that closes and opens again, a new file in the
place of the old: at every checkpoint the answers must be those of the
definition.  SIMILAR_SEEDS sets how many histories there are.
"""

import os
import random

import pytest

from corpus import Zipf
from engine import Engine, hits_of, put
from plain import Plain, bag, check

SEEDS = int(os.environ.get("SIMILAR_SEEDS", 80))
SEEDS_ASAN = int(os.environ.get("SIMILAR_SEEDS_ASAN", max(8, SEEDS // 5)))
IDS = 2 ** 62
MANY = 9000  # more than are searched at a time


class History:
    """What was done to an index, and what must be in it."""

    def __init__(self, seed, engine):
        self.rng = rng = random.Random(seed)
        self.engine = engine
        self.words = [f"w{i}" if i % 2 else f"말{i}"
                      for i in range(rng.choice([5, 15, 60, 400, 3000]))]
        self.zipf = Zipf(self.words, rng, rng.choice([0.6, 1, 1.3]))
        self.docs, self.steps = {}, []
        self.last = 0
        self.scattered = rng.random() < 0.3

    def new_id(self):
        if self.scattered:
            return self.rng.randint(1, self.rng.choice([5000, IDS]))
        self.last += 1
        return self.last

    def text(self):
        rng = self.rng
        kind = rng.random()
        words = self.zipf.some(rng.choice([0, 1, 1, 2, 3, 5, 8, 11]))
        if kind < 0.01:  # many times the same word
            words += self.zipf.some(2) * rng.choice([32, 70, 300])
        elif kind < 0.012 and len(self.words) > 300:  # too many of them
            words = rng.sample(self.words, 300)
        elif kind < 0.014:
            words.append("x" * rng.choice([999, 1000, 1001]))
        return words

    def parallel(self, words):
        """As often two, three or 64 times."""
        words = words * self.rng.choice([2, 3, 64])
        self.rng.shuffle(words)
        return words

    def put(self, i, words):
        self.docs[i] = words
        self.steps.append(put(i, words))

    def change(self):
        rng, kind = self.rng, self.rng.random()
        known = rng.choice(list(self.docs)) if self.docs else None
        if kind < 0.6 or known is None:
            self.put(self.new_id(), self.text())
        elif kind < 0.7:
            self.put(known, self.text())
        elif kind < 0.8:
            del self.docs[known]
            self.steps.append(f"D {known}")
        elif kind < 0.9:
            self.put(self.new_id(), self.docs[known])
        elif kind < 0.95:
            self.put(self.new_id(), self.parallel(self.docs[known][:50]))
        elif kind < 0.96:
            self.steps.append(f"D {IDS + 1}")
        else:
            self.steps.append("F")

    def remove_most(self):
        for i in self.rng.sample(list(self.docs), len(self.docs) * 4 // 5):
            del self.docs[i]
            self.steps.append(f"D {i}")

    def begin_with_many(self):
        """In one file, that the rest of the history goes on with."""
        for i in range(MANY):
            self.docs[self.new_id()] = self.text()
        self.rebuild()

    def rebuild(self):
        ids = list(self.docs)
        self.rng.shuffle(ids)
        self.steps += ["N", *(put(i, self.docs[i]) for i in ids), "U"]

    def run(self):
        for _ in range(self.rng.choice([3, 30, 300, 1000])):
            self.change()
        if self.rng.random() < 0.15:
            self.remove_most()
        kind = self.rng.random()
        if kind < 0.2:
            self.rebuild()
        else:
            self.steps.append("F")
        if kind < 0.5:
            self.steps.append("R")
        self.engine.do(*self.steps)
        self.steps = []

    def check(self, plain, n):
        """n questions."""
        rng, questions = self.rng, []
        for _ in range(n):
            most, shared = rng.choice([1, 5, 48, 200]), rng.choice([1, 1, 1, 2, 3])
            if rng.random() < 0.7 and self.docs:
                i = rng.choice(list(self.docs))
                questions.append((f"Q {i} {most} {shared}", most,
                                  plain.similar(i, shared)))
            else:
                words = self.text() + rng.choices(["nobody"], k=rng.randint(0, 1))
                questions.append((f"W {most} {shared} {' '.join(words)}", most,
                                  plain.query(words, shared)))
        answers = self.engine.ask(*(q[0] for q in questions))
        for (question, most, scores), answer in zip(questions, answers):
            wrong = check(hits_of(answer), scores, most, plain.bags)
            assert wrong is None, f"{question[:200]}: {wrong}"


def run(seed, folder, asan=False):
    weights = "counts" if seed % 4 == 3 else "tfidf"
    with Engine(folder / f"{seed}.idx", weights, asan=asan) as engine:
        engine.do("N", "U")
        history = History(seed, engine)
        if seed % 8 == 5:
            history.begin_with_many()
        for _ in range(6):
            history.run()
            history.check(Plain(history.docs, weights), 25)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_history(seed, tmp_path):
    run(seed, tmp_path)


@pytest.mark.parametrize("seed", range(SEEDS_ASAN))
def test_history_under_sanitizers(seed, tmp_path):
    run(seed, tmp_path, asan=True)


def test_scikit_learn_agrees(tmp_path):
    """The plain definition is that of scikit-learn."""
    text = pytest.importorskip("sklearn.feature_extraction.text")
    from sklearn.preprocessing import normalize

    for seed in range(8):
        weights = "counts" if seed % 4 == 3 else "tfidf"
        with Engine(tmp_path / f"{seed}.idx", weights) as engine:
            engine.do("N", "U")
            history = History(1000 + seed, engine)
            history.run()
            history.run()
            docs = {i: w for i, w in history.docs.items()
                    if w and len(bag(w)) == len(set(w)) and max(map(len, w)) < 999}
            engine.build(docs)
            ids = sorted(docs)
            made = (text.TfidfVectorizer if weights == "tfidf" else
                    text.CountVectorizer)(analyzer=lambda words: words)
            matrix = normalize(made.fit_transform([docs[i] for i in ids]).astype(float))
            for row in history.rng.sample(range(len(ids)), min(20, len(ids))):
                found = (matrix[row] @ matrix.T).tocoo()
                scores = {ids[c]: v for c, v in zip(found.col, found.data)
                          if c != row and v > 0}
                wrong = check(engine.similar(ids[row], 48), scores, 48)
                assert wrong is None, f"seed {seed}, {ids[row]}: {wrong}"


def test_a_document_of_very_many_words(tmp_path):
    rng = random.Random(5)
    docs = {1: ["a"] * 40_000 + ["b"] * 70_000 + ["c"], 2: ["a", "b"],
            3: ["b"], 4: ["c"] * 64 + ["a"] * 63, 5: ["a"] * 65,
            6: [f"w{rng.randint(1, 300)}" for _ in range(66_000)] + ["a"]}
    for i in range(7, 40):
        docs[i] = rng.choices(["a", "b", "c", "d", "w7", "w250"], k=rng.randint(1, 200))
    for weights in "tfidf", "counts":
        with Engine(tmp_path / weights, weights) as engine:
            engine.build(docs)
            plain = Plain(docs, weights)
            for i in docs:
                for most in 3, 100:
                    wrong = check(engine.similar(i, most), plain.similar(i), most,
                                  plain.bags)
                    assert wrong is None, f"{weights}, {i}: {wrong}"
