"""A site to look at from outside: what it tells an operator, and what not."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
for folder in (TESTS, TESTS / "bench", TESTS / "transport"):
    sys.path.insert(0, str(folder))
