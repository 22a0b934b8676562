"""The bars of tests that look at the clock, at rates or at the share of answers.

The long forms (`make torture`, STRICT=1 in rules.mk and by hand) hold the real
ones.  In CI, on a machine that is slow and has other things to do, stand ones
that only what is broken misses.
"""

import os

STRICT = os.environ.get("STRICT") == "1"


def bar(strict, lenient):
    return strict if STRICT else lenient
