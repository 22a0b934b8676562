"""One engine, three uses: pins by their words, films by their genres,
performances by the tags that a person likes."""

import json
import random
from pathlib import Path

import pytest

from engine import Engine, put
from plain import Plain, check

DATA = Path(__file__).resolve().parent / "data"


def grams(names):
    """1- to 3-grams of genres, in the order that they are given in."""
    return ["_".join(names[i:i + n]) for n in (1, 2, 3)
            for i in range(len(names) - n + 1)]


@pytest.fixture(scope="module")
def films():
    """id -> (genre names without spaces, votes)."""
    names = {g["id"]: g["name"].lower().replace(" ", "")
             for g in json.loads((DATA / "tmdb_genres.json").read_text())["genres"]}
    found = json.loads((DATA / "tmdb_popular.json").read_text())["results"]
    return {f["id"]: ([names[g] for g in f["genre_ids"]], f["vote_count"])
            for f in found}


def test_films_are_those_of_count_vectors(films, tmp_path):
    text = pytest.importorskip("sklearn.feature_extraction.text")
    from sklearn.metrics.pairwise import cosine_similarity

    ids = sorted(films)
    matrix = text.CountVectorizer(ngram_range=(1, 3)).fit_transform(
        [" ".join(films[i][0]) for i in ids])
    scores = cosine_similarity(matrix)
    with Engine(tmp_path / "films", "counts") as engine:
        engine.build({i: grams(films[i][0]) for i in ids})
        for row, i in enumerate(ids):
            wanted = {j: scores[row][c] for c, j in enumerate(ids)
                      if j != i and scores[row][c] > 0}
            hits = engine.similar(i, 20)
            assert check(hits, wanted, 20) is None
            # the five with the most votes of the twenty
            best = sorted((j for j, _ in hits), key=lambda j: (-films[j][1], j))[:5]
            plain = sorted(wanted, key=lambda j: (-wanted[j].round(9), j))[:20]
            assert best == sorted(plain, key=lambda j: (-films[j][1], j))[:5]


def test_many_films(films, tmp_path):
    """Thousands with the same few genres: ties nearly everywhere."""
    rng = random.Random(3)
    names = sorted({name for genres, _ in films.values() for name in genres})
    docs = {i: grams(rng.sample(names, rng.randint(1, 4))) for i in range(1, 4000)}
    plain = Plain(docs, "counts")
    with Engine(tmp_path / "films", "counts") as engine:
        engine.build(docs)
        for i in rng.sample(list(docs), 60):
            scores = plain.similar(i)
            hits = engine.similar(i, 20)
            assert check(hits, scores, 20, plain.bags) is None
            # whole numbers: equal scores are equal to the last bit
            exact = sorted(scores, key=lambda j: (-round(scores[j], 12), j))
            assert [j for j, _ in hits] == exact[:20]


def test_performances_share_two_tags(tmp_path):
    rng = random.Random(4)
    tags = [f"tag{i}" for i in range(20)]
    docs = {i: rng.sample(tags, rng.randint(1, 6)) for i in range(1, 3000)}
    plain = Plain(docs)
    with Engine(tmp_path / "shows") as engine:
        engine.build(docs)
        for n in 1, 2, 3, 8, 20:
            liked = rng.choices(tags, k=n)  # some more than once
            for shared in 2, 3:
                hits = engine.query(liked, 200, shared)
                assert check(hits, plain.query(liked, shared), 200, plain.bags) is None
                assert all(len(set(liked) & set(docs[i])) >= shared for i, _ in hits)
        assert engine.query(["tag1"], 200, 2) == []
        # whoever has fewer than two tags is never found, and stays findable
        lonely = min(i for i in docs if len(docs[i]) == 1)
        assert engine.similar(lonely, 10, 2) == []
        assert len(engine.similar(lonely, 10, 1)) == 10


def test_pins_by_title_and_tags(tmp_path):
    docs = {1: ["cat", "sleeps", "sofa"], 2: ["cat", "plays", "sofa"], 3: ["dog", "sofa"],
            4: ["고양이", "낮잠"], 5: ["고양이", "상자"], 6: ["dog"], 7: []}
    with Engine(tmp_path / "pins") as engine:
        engine.build(docs)
        plain = Plain(docs)
        for i in docs:
            assert check(engine.similar(i, 48), plain.similar(i), 48) is None
        assert [i for i, _ in engine.similar(1, 48)] == [2, 3]
        assert [i for i, _ in engine.similar(4, 48)] == [5]
        engine.do(put(5, ["상자"]), "F")
        assert engine.similar(4, 48) == []
