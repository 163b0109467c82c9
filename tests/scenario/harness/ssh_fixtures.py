"""Fixtures of the scenarios with SSH. Each test starts servers of its own: one takes a twentieth of a second.

A scenario that uses them says: pytest_plugins = ["harness.ssh_fixtures"]
"""

import pytest

from .ssh_keys import Agent, Key
from .sshd import NotPossible, Sshd, User


@pytest.fixture
def make_key(tmp_path):
    """make_key(**options of Key)"""
    made = []

    def make(*arguments, **options) -> Key:
        made.append(Key(tmp_path / f"key{len(made)}", *arguments, **options))
        return made[-1]

    return make


@pytest.fixture
def key(make_key) -> Key:
    return make_key()


@pytest.fixture
def start_sshd(tmp_path_factory, key):
    """start_sshd(*users, **options of Sshd); without users there is one, with `key`, and with `user` as changes."""
    started = []

    def start(*users: User, user=None, **options) -> Sshd:
        try:
            sshd = Sshd(tmp_path_factory.mktemp("sshd"), *(users or [User(keys=(key,), **(user or {}))]), **options)
        except NotPossible as reason:
            pytest.skip(str(reason))
        started.append(sshd)
        return sshd

    yield start
    for sshd in started:
        sshd.stop()


@pytest.fixture
def start_agent(tmp_path_factory):
    """start_agent(*keys)"""
    started = []

    def start(*keys: Key) -> Agent:
        started.append(Agent(tmp_path_factory.mktemp("agent"), *keys))
        return started[-1]

    yield start
    for agent in started:
        agent.stop()
