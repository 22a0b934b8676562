"""What the index should answer: the definition, computed plainly.

A document is a bag of words.  Its vector has for each word count * idf, with
idf = ln((1+N)/(1+df)) + 1 (or the count alone); the score of two documents is
the cosine of the angle between their vectors.  The order is by score, equal
scores by id.
"""

import math
from collections import Counter

TERMS, COUNT = 256, 32767  # the bounds of index_file.h
WORD = 1000
NEAR = 1e-9  # how near a score must be
TIE = 1e-11  # scores that may be equal, but for rounding


def bag(words):
    """The first 256 different words, and how often each is there."""
    counts = Counter()
    for word in words:
        if len(word.encode()) <= WORD and (word in counts or len(counts) < TERMS):
            counts[word] += 1
    return {word: min(n, COUNT) for word, n in counts.items()}


def reduced(counts):
    divisor = math.gcd(*counts.values()) if counts else 1
    return frozenset((word, n // divisor) for word, n in counts.items())


class Plain:
    """docs: id -> words.  weights: tfidf or counts."""

    def __init__(self, docs, weights="tfidf"):
        self.bags = {i: bag(words) for i, words in docs.items()}
        self.postings = {}
        for i, counts in self.bags.items():
            for word, n in counts.items():
                self.postings.setdefault(word, []).append((i, n))
        self.idf = {
            word: math.log((1 + len(docs)) / (1 + len(ids))) + 1
            if weights == "tfidf" else 1.0
            for word, ids in self.postings.items()
        }
        self.length = {i: self.norm(counts) for i, counts in self.bags.items()}

    def norm(self, counts):
        return math.sqrt(math.fsum((n * self.idf[w]) ** 2 for w, n in counts.items()))

    def scores(self, counts, min_shared=1, but=None):
        """id -> score, of those that share enough words."""
        counts = {w: n for w, n in counts.items() if w in self.postings}
        dots, shared = Counter(), Counter()
        for word, n in counts.items():
            weight = n * self.idf[word] ** 2
            for i, m in self.postings[word]:
                dots[i] += m * weight
                shared[i] += 1
        length = self.norm(counts)
        return {i: dot / self.length[i] / length for i, dot in dots.items()
                if i != but and shared[i] >= max(1, min_shared)}

    def similar(self, i, min_shared=1):
        return self.scores(self.bags[i], min_shared, but=i)

    def query(self, words, min_shared=1):
        known = [w for w in words if w in self.postings]
        return self.scores(bag(known), min_shared)


def check(hits, scores, most, bags=None):
    """Are hits, (id, score) in order, the `most` best of scores?  Says what is
    wrong, or returns None.  bags: id -> counts: bags of one direction must
    score the same to the last bit."""
    if len(hits) != min(most, len(scores)):
        return f"{len(hits)} hits instead of {min(most, len(scores))}"
    if len({i for i, _ in hits}) != len(hits):
        return "an id twice"
    for i, score in hits:
        if i not in scores:
            return f"{i} does not belong there"
        if abs(score - scores[i]) > NEAR:
            return f"{i}: {score} instead of {scores[i]}"
    for (i, a), (j, b) in zip(hits, hits[1:]):
        if a < b or (a == b and i >= j):
            return f"{i} ({a}) before {j} ({b})"
        if scores[i] < scores[j] - TIE:
            return f"{i} ({scores[i]}) before {j} ({scores[j]})"
    return left_out(hits, scores, most) or unequal(hits, bags or {})


def left_out(hits, scores, most):
    """Nobody outside may be better than the last, nor as good with a smaller
    id; equal is what is equal to 1e-13, as nobody asked its exact score."""
    if len(hits) < most or not hits:
        return None
    inside = {i for i, _ in hits}
    last, least = hits[-1][0], scores[hits[-1][0]]
    for i, score in scores.items():
        if i not in inside and score > least + TIE:
            return f"{i} ({score}) is better than the last ({least})"
    equal = [i for i, score in scores.items()
             if abs(score - least) < 1e-13 and i not in inside]
    if equal and min(equal) < last and not unlike(hits, scores, least):
        return f"{min(equal)} should stand before {last}, as good as it is"
    return None


def unlike(hits, scores, least):
    """Did the engine break a tie at the end in the last bits?"""
    end = [score for i, score in hits if abs(scores[i] - least) < 1e-13]
    return len(set(end)) > 1


def unequal(hits, bags):
    first = {}
    for i, score in hits:
        if i in bags and first.setdefault(reduced(bags[i]), score) != score:
            return f"{i}: not the same as others of its direction"
    return None
