"""Was what the clients saw possible, had there been no cache?

A history is what was written to an object and what was read from it, each with
the time when it began and the time when it was answered.  It is linearizable if
every operation can be thought to have happened at one instant between the two.
Two checkers, for two kinds of objects, decide that exactly:

    check_versions   one writer, whose writes follow each other: each state is a
                     version, states may come again.  Every read gets the
                     earliest version that it can have seen; what it cannot have
                     seen is a violation.
    check_register   any number of writers, no value written twice: Gibbons and
                     Korach, Testing Shared Memories (SIAM J. Comput. 26, 1997):
                     the times that values must have stood may not overlap.

A write that was not answered has no end (FOREVER): it may have been done at any
time, or never.  Times are nanoseconds.  What is found:

    stale      older than a write that was answered before the read began
    backward   older than another read that had ended before it began
    ahead      nobody had begun to write it yet
"""

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

FOREVER = 1 << 62


@dataclass
class Found:
    stale: int = 0
    backward: int = 0
    ahead: int = 0
    oldest: int = 0  # ns: of what was stale, how long it had been outdated
    examples: list = field(default_factory=list)

    def note(self, kind, time, text):
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.examples) < 20:
            self.examples.append((time, f"{kind}: {text}"))

    def add(self, other, name):
        self.stale += other.stale
        self.backward += other.backward
        self.ahead += other.ahead
        self.oldest = max(self.oldest, other.oldest)
        self.examples += [(time, f"{name}: {text}") for time, text in other.examples]

    @property
    def total(self):
        return self.stale + self.backward + self.ahead


class Reads:
    """Of one object: columns of begin, end, state and where it was seen."""

    def __init__(self, rows=()):
        self.starts, self.ends = array("q"), array("q")
        self.states, self.views = array("q"), array("q")
        for row in rows:
            self.add(*row)

    def add(self, start, end, state, view=0):
        self.starts.append(start)
        self.ends.append(end)
        self.states.append(state)
        self.views.append(view)

    def __len__(self):
        return len(self.starts)


def ms(ns):
    return f"{ns / 1e6:.1f} ms"


class Versions:
    """What one writer wrote: (begin, end, state) in order, the first of which
    stood when all began."""

    def __init__(self, writes):
        self.starts = [w[0] for w in writes]
        self.ends = [w[1] for w in writes]
        self.of = {}
        for version, (_, _, state) in enumerate(writes):
            self.of.setdefault(state, []).append(version)

    def within(self, state, low, high):
        """The first version of that state from low to high, or None."""
        found = self.of.get(state, ())
        at = bisect_left(found, low)
        return found[at] if at < len(found) and found[at] <= high else None

    def latest(self, state, high):
        """The last version of that state up to high, which there is."""
        found = self.of[state]
        return found[bisect_right(found, high) - 1]

    def answered(self, time):
        """The last version that was answered before."""
        return bisect_left(self.ends, time) - 1

    def begun(self, time):
        return bisect_right(self.starts, time) - 1


def check_versions(writes, reads, slack=0):
    """slack: for so long an answered write need not be seen yet, and reads may
    go back and forth; for what is written behind the application's back."""
    known, found = Versions(writes), Found()
    order = sorted(range(len(reads)), key=reads.starts.__getitem__)
    by_end = sorted(range(len(reads)), key=reads.ends.__getitem__)
    seen = array("q", bytes(8 * len(reads)))
    latest, ended = 0, 0
    for i in order:
        start, end, state = reads.starts[i], reads.ends[i], reads.states[i]
        while not slack and reads.ends[by_end[ended]] < start:
            latest = max(latest, seen[by_end[ended]])
            ended += 1
        answered, begun = known.answered(start - slack), known.begun(end)
        version = known.within(state, max(answered, latest), begun)
        if version is not None:
            seen[i] = version
            version = known.latest(state, begun) if slack else version
            outdated = known.ends[version + 1] if version + 1 < len(known.ends) else FOREVER
            found.oldest = max(found.oldest, start - outdated)
            continue
        _judge(found, known, reads, i, (answered, latest, begun))
    return found


def _judge(found, known, reads, i, bounds):
    """Read i saw none of the versions that it could have."""
    answered, latest, begun = bounds
    start, end, state = reads.starts[i], reads.ends[i], reads.states[i]
    before = [v for v in known.of.get(state, ()) if v <= begun]
    where = f"view {reads.views[i]} within {ms(end - start)}"
    if known.within(state, answered, begun) is not None:
        found.note("backward", start, f"{where} saw version {before[-1]} after {latest}")
    elif before:
        age = start - known.ends[before[-1] + 1]
        found.oldest = max(found.oldest, age)
        found.note("stale", start, f"{where} saw version {before[-1]}, {answered} had been "
                                   f"answered; outdated for {ms(age)}")
    else:
        found.note("ahead", start, f"{where} saw state {state} that was not there yet")


@dataclass
class Cluster:
    """A value: its write and whoever read it."""
    start: int     # of its write
    answered: int  # its end
    first: int     # the first end of all
    last: int      # the last beginning of all
    view: int = 0  # where it was seen then


def check_register(writes, reads):
    found, clusters = Found(), {}
    for start, end, value in writes:
        assert value not in clusters, f"written twice: {value}"
        clusters[value] = Cluster(start, end, end, start)
    for i, (start, end, value) in enumerate(zip(reads.starts, reads.ends, reads.states)):
        c = clusters.get(value)
        if c is None or end < c.start:
            found.note("ahead", start, f"within {ms(end - start)}: state {value}")
            continue
        c.first = min(c.first, end)
        if start > c.last:
            c.last, c.view = start, reads.views[i]
    # what was neither answered nor seen never happened, or at the very end
    zones = sorted((c for c in clusters.values() if c.first < FOREVER), key=lambda c: c.first)
    forward = [c for c in zones if c.first < c.last]
    _overlaps(found, forward)
    _enclosed(found, forward, [c for c in zones if c.first >= c.last])
    return found


def _conflict(found, older, newer):
    """It was seen after something newer was there: was that told by the write,
    or by another read?"""
    kind = "stale" if newer.first == newer.answered else "backward"
    found.oldest = max(found.oldest, older.last - newer.first)
    found.note(kind, older.last, f"view {older.view} saw what was replaced "
               f"{ms(older.last - newer.start)} ago, answered {ms(older.last - newer.answered)}, "
               f"seen {ms(older.last - newer.first)}")


def _overlaps(found, forward):
    longest = None
    for c in forward:
        if longest is not None and c.first < longest.last:
            # each was seen after the other
            _conflict(found, *sorted((c, longest), key=lambda z: z.start))
        if longest is None or c.last > longest.last:
            longest = c


def _enclosed(found, forward, backward):
    firsts = [c.first for c in forward]
    for c in backward:
        at = bisect_left(firsts, c.last) - 1
        if at >= 0 and forward[at].last > c.first:
            _conflict(found, forward[at], c)
