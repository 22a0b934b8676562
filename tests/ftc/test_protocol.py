"""The cache protocol in the simulator, and its scripts in a real Redis.

The world of the simulator follows from a seed; a violation is met again by
`simulate SEED STEPS`.  Every rule of the protocol that can be left out is left
out once: a mutant that nobody notices would mean a blind simulator.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

FTC = Path(os.environ["FTC"])
FTC_ASAN = Path(os.environ["FTC_ASAN"])
MILLION = 1_000_000
SEEDS = 60  # of a million steps each, or thirty, for one mutant

MUTANTS = [
    line.split()
    for line in subprocess.run([FTC / "simulate", "--list"], capture_output=True, text=True,
                               check=True).stdout.splitlines()
]
FOUND = [(name, 1 if what == "found" else 30) for name, what in MUTANTS if what != "holds"]
HOLDS = [name for name, what in MUTANTS if what == "holds"]


def simulate(seed, steps, *mutant, where=FTC):
    done = subprocess.run([where / "simulate", str(seed), str(steps), *mutant],
                          capture_output=True, text=True, timeout=900)
    assert done.returncode in (0, 1), done.stderr
    assert (done.returncode == 1) == ("VIOLATION" in done.stdout)
    return done.stdout


def numbers(text):
    pairs = re.findall(r"([a-z]+(?: of postgres)?) (\d+)\b", text)
    return {name: int(value) for name, value in pairs}


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_nothing_is_violated(seed):
    text = simulate(seed, 5 * MILLION)
    assert "VIOLATION" not in text, text
    seen = numbers(text)
    assert seen["steps"] >= 5 * MILLION
    # Everything that may happen did.
    assert seen["hits"] > 50_000 and seen["outdated"] > 5_000
    assert seen["writes"] > 30_000 and seen["indirect"] > 1_000 and seen["off"] > 1_000
    assert seen["unknown"] > 100 and seen["crashes of postgres"] > 500


def test_nothing_is_violated_under_the_sanitizers():
    text = simulate(5, MILLION, where=FTC_ASAN)
    assert "VIOLATION" not in text, text


def test_the_same_seed_is_the_same_world():
    def without_time(text):
        return re.sub(r"[\d.]+ s, \d+ steps/s", "", text)

    assert without_time(simulate(7, 200_000)) == without_time(simulate(7, 200_000))
    assert without_time(simulate(7, 200_000)) != without_time(simulate(8, 200_000))
    first = simulate(1, MILLION, "X01")
    assert "VIOLATION" in first
    assert without_time(first) == without_time(simulate(1, MILLION, "X01"))


@pytest.mark.parametrize("name,millions", FOUND)
def test_a_mutant_is_found(name, millions):
    for seed in range(1, SEEDS + 1):
        if "VIOLATION" in simulate(seed, millions * MILLION, name):
            return
    pytest.fail(f"{name} was not noticed in {SEEDS * millions} million steps")


@pytest.mark.parametrize("name,millions", FOUND)
def test_without_the_mutant_its_faults_do_no_harm(name, millions):
    text = simulate(1, millions * MILLION, name, "sound")
    assert "VIOLATION" not in text, text


@pytest.mark.parametrize("name", HOLDS)
def test_what_is_not_needed_is_not_missed(name):
    text = simulate(1, 3 * MILLION, name)
    assert "VIOLATION" not in text, text


def test_scripts_do_the_same_in_redis():
    done = subprocess.run([FTC / "scripts_test"], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
