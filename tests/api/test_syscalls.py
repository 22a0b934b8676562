"""What a request costs in system calls, with everything in the way of it:
router, login, input, answer, log."""

import sys
from pathlib import Path

import pytest

import client as tools
from stack import Stack

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

import calls  # noqa: E402


@pytest.fixture(scope="module")
def one_worker():
    """A site with one fast worker and one connection to it."""
    with Stack({"fast_workers": 1, "log_level": 0, "limit_scale": 1000}) as stack:
        yield stack


@pytest.fixture(scope="module")
def pin(one_worker):
    person = tools.signup(one_worker)
    pin = person.upload("pins/", "one #tag", tools.picture())
    return person, pin["id"]


def test_constant_answer_costs_3_calls(one_worker):
    used = calls.per_request(one_worker, "/api/healthz")
    assert sum(used.values()) <= 3.05, used


def test_read_by_key_costs_at_most_7_calls(one_worker, pin):
    used = calls.per_request(one_worker, f"/api/pins/{pin[1]}")
    assert sum(used.values()) <= 7.05, used


def test_login_costs_no_further_call(one_worker, pin):
    path = f"/api/pins/{pin[1]}"
    header = {"Authorization": "Bearer " + pin[0].token}
    without = sum(calls.per_request(one_worker, path).values())
    used = calls.per_request(one_worker, path, header)
    assert sum(used.values()) <= without + 0.05, used


def test_list_costs_one_round_trip(one_worker, pin):
    used = calls.per_request(one_worker, "/api/pins/")
    assert used.get("sendto", 0) <= 1.05, used
