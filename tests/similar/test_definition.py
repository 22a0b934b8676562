"""The index gives what scikit-learn gives, however it came to be."""

import random
import time

import pytest

import corpus
from engine import Engine, hits_of, put
from plain import check

TITLES, QUESTIONS = 10_000, 500


@pytest.fixture(scope="module")
def docs():
    return dict(enumerate(corpus.titles(TITLES), 1))


@pytest.fixture(scope="module")
def engine(docs, tmp_path_factory):
    with Engine(tmp_path_factory.mktemp("index") / "titles.idx") as engine:
        engine.build(docs)
        yield engine


@pytest.fixture(scope="module")
def matrix(docs):
    """Of scikit-learn, a row for each title."""
    text = pytest.importorskip("sklearn.feature_extraction.text")
    # its own pattern drops words of one letter; what a word is is not the
    # index's business
    made = text.TfidfVectorizer(min_df=1, token_pattern=r"\S+", lowercase=False)
    return made.fit_transform([" ".join(words) for words in docs.values()])


def scores_of(matrix, row):
    """id -> score by scikit-learn's linear_kernel."""
    found = (matrix[row] @ matrix.T).tocoo()
    return {int(c) + 1: float(v) for c, v in zip(found.col, found.data)
            if c != row and v > 0}


def test_scikit_learn_on_10000_titles(docs, engine, matrix):
    rows = random.Random(1).sample(range(TITLES), QUESTIONS)
    answers = engine.ask(*(f"Q {row + 1} 48 1" for row in rows))
    wrong = []
    for row, answer in zip(rows, answers):
        fault = check(hits_of(answer), scores_of(matrix, row), 48)
        if fault is not None:
            wrong.append(f"{row + 1}: {fault}")
    assert not wrong, f"{len(wrong)} of {QUESTIONS}: {wrong[:5]}"


def test_more_than_its_like_and_fewer(docs, engine, matrix):
    for row in 0, 17, 4711, 9999:
        scores = scores_of(matrix, row)
        for most in 1, 2, 200, 1000:
            assert check(engine.similar(row + 1, most), scores, most) is None


def test_a_title_and_its_words_ask_the_same(docs, engine):
    for i in random.Random(2).sample(list(docs), 50):
        by_id = engine.similar(i, 47)
        by_words = [hit for hit in engine.query(docs[i], 60) if hit[0] != i]
        assert by_id == by_words[:47]


def test_why_adds_up_to_the_score(docs, engine):
    for i in random.Random(3).sample(list(docs), 30):
        for hit, score in engine.similar(i, 5):
            reasons = [r.rsplit(":", 1) for r in engine.ask(f"Y {i} {hit}")[0].split()]
            weights = [float(w) for _, w in reasons]
            assert {w for w, _ in reasons} == set(docs[i]) & set(docs[hit])
            assert abs(sum(weights) - score) < 1e-9
            assert weights == sorted(weights, reverse=True)


# However it came to be, the answers are the same to the last bit.


def answers_of(engine, docs):
    ids = sorted(docs)[::7]
    return engine.ask(*(f"Q {i} {n} {m}" for i in ids for n, m in ((48, 1), (200, 2))),
                      *(f"W 48 1 {' '.join(docs[i][:4])}" for i in ids if docs[i]))


def made_by(path, docs, steps):
    with Engine(path) as engine:
        engine.do(*steps)
        return answers_of(engine, docs)


@pytest.mark.parametrize("seed", range(3))
def test_its_history_does_not_matter(tmp_path, seed):
    rng = random.Random(seed)
    docs = dict(enumerate(corpus.titles(3000, seed, words=[40, 900, 20_000][seed],
                                        tags=30), 1))
    docs.update({3000 + i: docs[i] * 2 for i in range(1, 200)})
    ids = list(docs)
    at_once = ["N", *(put(i, docs[i]) for i in ids), "U"]
    first = made_by(tmp_path / "1", docs, at_once)

    rng.shuffle(ids)
    permuted = ["N", *(put(i, docs[i]) for i in ids), "U"]
    assert made_by(tmp_path / "2", docs, permuted) == first

    # one by one, in batches, with others that come and go, and edits
    steps = ["N", "U"]
    for i in ids:
        if rng.random() < 0.2:
            steps.append(put(i, rng.choice(list(docs.values()))[:3] + ["gone"]))
        if rng.random() < 0.2:
            steps.append(put(9000 + i, docs[i] + [f"never{i}"]))
        if rng.random() < 0.3:
            steps.append("F")
        steps += [put(i, docs[i]), f"D {9000 + i}"]
    steps.append("F")
    assert made_by(tmp_path / "3", docs, steps) == first

    # and made anew out of that
    assert made_by(tmp_path / "3", docs, permuted) == first


def test_another_document_changes_no_order_among_equals(tmp_path):
    rng = random.Random(9)
    words = [f"w{i}" for i in range(12)]
    docs = {i: rng.choices(words, k=rng.randint(1, 4)) for i in range(1, 600)}
    with Engine(tmp_path / "x") as engine:
        engine.build(docs)
        for more in range(1000, 1030):
            engine.do(put(more, [f"new{more}", f"other{more % 3}"]), "F")
            for i in 1, 100, 599:
                hits = engine.similar(i, 600)
                groups = {}
                for hit, score in hits:
                    groups.setdefault(score, []).append(hit)
                assert all(group == sorted(group) for group in groups.values())
                assert len(groups) < len(hits)  # there are equals
                twins = [h for h, _ in hits if sorted(docs[h]) == sorted(docs[i])]
                assert twins == sorted(twins)


def test_what_is_not_there(tmp_path):
    with Engine(tmp_path / "x") as engine:
        assert engine.ask("Q 1 5 1", "H 1", "S") == ["! ERR_BUSY", "0", "! stats"]
        engine.do("N", "U")
        time.sleep(0.2)  # a reader does not look for a file all the time
        assert engine.ask("Q 1 5 1", "W 5 1 a", "H 1") == ["! ERR_NOT_FOUND", "", "0"]
        engine.do("P 1 a b", "P 2", "P 3 a", "F")
        assert engine.ask("Q 2 5 1", "Q 4 5 1", "Q 0 5 1", "Q -3 5 1", "H 3") == \
            ["", "! ERR_NOT_FOUND", "", "! ERR_NOT_FOUND", "1"]
        assert [i for i, _ in engine.similar(1, 5)] == [3]
        assert engine.query(["nobody", "has", "this"], 5) == []
        engine.do("D 3", "D 3", "D 77", "F")
        assert engine.similar(1, 5) == []


def test_words_that_nobody_has_any_more_are_unknown(tmp_path):
    with Engine(tmp_path / "x") as engine:
        engine.do("N", "U", "P 1 a b", "P 2 a c", "P 3 gone a", "F")
        before = engine.query(["a", "unknown"], 5)
        engine.do("D 3", "P 4 a", "F", "D 4", "F")
        after = engine.query(["a", "gone"], 5)
        assert after == engine.query(["a"], 5) == engine.query(["a", "unknown"], 5)
        assert [i for i, _ in before] == [3, 1, 2] or [i for i, _ in before] == [1, 2, 3]
        engine.build({1: ["a", "b"], 2: ["a", "c"]})
        assert engine.query(["a", "gone"], 5) == after
