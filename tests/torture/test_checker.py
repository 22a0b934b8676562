"""The checker finds what is to be found and nothing else: compared with a
search through every order (Wing and Gong, 1993) on small histories, and with
violations planted into large ones."""

import random

import pytest
from history import FOREVER, Reads, check_register, check_versions


def search(operations, initial):
    """Is there an order?  Operations: (kind, begin, end, value); a write that
    was not answered may also never have happened."""
    seen = set()

    def go(left, value):
        if all(operations[i][2] == FOREVER and operations[i][0] == "w" for i in left):
            return True
        if (left, value) in seen:
            return False
        seen.add((left, value))
        first = min(operations[i][2] for i in left)
        for i in left:
            kind, begin, _, what = operations[i]
            if begin <= first and (kind == "w" or what == value):
                if go(left - {i}, what):
                    return True
        return False

    return go(frozenset(range(len(operations))), initial)


def true_history(dice, writers, writes, reads, values):
    """Operations that happened at an instant between begin and end."""
    events = []
    for _ in range(writers):
        time = 0
        for _ in range(writes):
            begin = time + dice.randrange(1, 12)
            end = begin + dice.randrange(2, 20)
            time = end
            at = dice.randrange(begin, end)
            done = dice.random() < 0.9
            events.append([at, "w", begin, end if done or writers == 1 else FOREVER, None])
    for _ in range(reads):
        begin = dice.randrange(0, 12 * writes)
        end = begin + dice.randrange(2, 25)
        events.append([dice.randrange(begin, end), "r", begin, end, None])
    events.sort(key=lambda e: e[0])
    value, n = 0, 0
    for event in events:
        if event[1] == "w":
            n += 1
            value = n % values if values else n
        event[4] = value
    return [tuple(e[1:]) for e in events]


def damage(dice, operations):
    """One read saw something else: often, but not always, impossible."""
    at = dice.choice([i for i, o in enumerate(operations) if o[0] == "r"])
    kind, begin, end, _ = operations[at]
    values = sorted({o[3] for o in operations} | {0})
    operations[at] = (kind, begin, end, dice.choice(values))


def split(operations):
    writes = sorted((o[1], o[2], o[3]) for o in operations if o[0] == "w")
    reads = Reads((o[1], o[2], o[3]) for o in operations if o[0] == "r")
    return [(-2, -1, 0), *writes], reads


@pytest.mark.parametrize("check, writers, values", [
    (check_versions, 1, 0), (check_versions, 1, 3), (check_register, 3, 0)])
def test_it_agrees_with_a_search_through_every_order(check, writers, values):
    good = bad = 0
    for seed in range(3000):
        dice = random.Random(seed)
        operations = true_history(dice, writers, dice.randrange(1, 4), dice.randrange(1, 6),
                                  values)
        if seed % 2:
            damage(dice, operations)
        possible = search(operations, 0)
        found = check(*split(operations))
        assert (found.total == 0) == possible, (seed, operations, found)
        good += possible
        bad += not possible
    assert good > 1500 and bad > 200, (good, bad)


def large(kind, seed=1):
    dice = random.Random(seed)
    return split(true_history(dice, 3 if kind == "register" else 1, 800, 4000, 0))


@pytest.mark.parametrize("kind, check", [
    ("versions", check_versions), ("register", check_register)])
def test_nothing_is_found_where_nothing_is(kind, check):
    for seed in range(5):
        assert check(*large(kind, seed)).total == 0


@pytest.mark.parametrize("kind, check", [
    ("versions", check_versions), ("register", check_register)])
@pytest.mark.parametrize("what", ["stale", "backward", "ahead"])
def test_what_was_planted_is_found(kind, check, what):
    writes, reads = large(kind)
    begin, end, value = writes[400]
    if what == "stale":  # read after two later writes were answered
        late = max(w[1] for w in writes if w[0] < end + 200 and w[1] < FOREVER)
        reads.add(late + 50, late + 60, value)
    elif what == "ahead":
        reads.add(begin - 20, begin - 10, value)
    else:  # a write takes long; one read sees it, a later one does not
        last = max(w[1] for w in writes if w[1] < FOREVER) + 100
        writes.append((last, last + 1000, 10**6))
        reads.add(last + 10, last + 20, 10**6)
        old = max(writes[:-1], key=lambda w: (w[1] < FOREVER, w[0]))[2]
        if kind == "register":
            writes.append((last - 60, last - 50, 10**6 + 1))
            old = 10**6 + 1
        reads.add(last + 30, last + 40, old)
    found = check(writes, reads)
    assert found.total >= 1
    assert getattr(found, what) >= 1, found.examples


def test_a_write_without_an_answer_may_have_been_done_or_not():
    writes = [(-2, -1, 0), (10, FOREVER, 1)]
    assert check_versions(writes, Reads([(100, 110, 0), (200, 210, 1)])).total == 0
    assert check_versions(writes, Reads([(100, 110, 1), (200, 210, 0)])).backward == 1
    assert check_register(writes, Reads([(100, 110, 0), (200, 210, 1)])).total == 0
    assert check_register(writes, Reads([(100, 110, 1), (200, 210, 0)])).total == 1


def test_what_is_written_behind_its_back_has_a_while():
    writes = [(-2, -1, 0), (10, 20, 1)]
    assert check_versions(writes, Reads([(60, 70, 0)]), slack=50).total == 0
    assert check_versions(writes, Reads([(60, 70, 0)]), slack=50).oldest == 40
    assert check_versions(writes, Reads([(71, 80, 0)]), slack=50).stale == 1
