"""What the benchmark measures, and that it tells what was missed."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import bench  # noqa: E402
import routes  # noqa: E402
from stack import Stack  # noqa: E402

WORLD = {name: ["1"] for name in ("pins", "boards", "tags", "people")}


def test_every_route_whose_answer_is_kept_is_measured(tmp_path):
    rows = routes.hot(WORLD, 1)
    stack = Stack(folder=tmp_path)
    assert routes.not_listed(stack, rows) == []
    assert routes.not_listed(stack, rows[1:2]) != []


@pytest.mark.parametrize("value, most, least", [(1.0, 2, None), (2, 2, 2), (3, None, 2)])
def test_goals_that_are_reached(value, most, least):
    goals = bench.Goals()
    assert goals.most("x", value, most) == (f"<= {most}" if most else "")
    assert goals.least("x", value, least) == (f">= {least}" if least else "")
    assert goals.missed == [] and goals.n == (most is not None) + (least is not None)


def test_goals_that_are_missed():
    goals = bench.Goals()
    goals.most("time", 2.5, 2)
    goals.least("ratio", 0.5, 0.75)
    assert goals.missed == ["time: 2.5, goal <= 2", "ratio: 0.5, goal >= 0.75"]
