"""Fixtures: who uses the site that is the fixture `stack`."""

import pytest

import client


@pytest.fixture
def api(stack):
    """Nobody: calls without a login."""
    return client.Client(stack)


@pytest.fixture
def signup(stack):
    """signup(username=..., ...) -> somebody new, logged in."""
    return lambda **options: client.signup(stack, **options)


@pytest.fixture
def person(stack):
    """Somebody new, logged in."""
    return client.signup(stack)


@pytest.fixture
def other(stack):
    """Somebody else."""
    return client.signup(stack)
