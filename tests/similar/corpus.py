"""Titles for the tests and the benchmark: words of a Zipf distribution, half
of them Korean, with tags.  The same seed gives the same titles on every
machine."""

import random
from bisect import bisect_left
from itertools import accumulate

CONSONANTS, VOWELS = "bcdfghjklmnprstvwz", "aeiou"


def syllables(rng, n=600):
    return [chr(c) for c in rng.sample(range(0xAC00, 0xD7A4), n)]


def vocabulary(n, rng):
    """n different words, Korean and Latin."""
    korean, words = syllables(rng), {}
    while len(words) < n:
        if rng.random() < 0.5:
            word = "".join(rng.choices(korean, k=rng.choice([2, 2, 2, 3, 3, 4])))
        else:
            word = "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS)
                           for _ in range(rng.choice([2, 2, 3, 3, 3, 4])))
            if rng.random() < 0.4:
                word += rng.choice(CONSONANTS)
        words[word] = True
    return list(words)


class Zipf:
    """Draws from things, the i-th with a chance of 1 / i ** power."""

    def __init__(self, things, rng, power=1.0):
        self.things, self.rng = things, rng
        self.sums = list(accumulate((i + 1) ** -power for i in range(len(things))))

    def one(self):
        return self.things[bisect_left(self.sums, self.rng.random() * self.sums[-1])]

    def some(self, n):
        return [self.one() for _ in range(n)]


def titles(n, seed=7, words=200_000, tags=50_000):
    """Yields n lists of words: 3-8 of the title, 3 tags."""
    rng = random.Random(seed)
    every = vocabulary(words + tags, rng)
    title, tag = Zipf(every[:words], rng), Zipf(every[words:], rng)
    for _ in range(n):
        yield title.some(rng.randint(3, 8)) + tag.some(3)
