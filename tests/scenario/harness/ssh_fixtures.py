"""Fixtures of the scenarios with SSH. Each test starts servers of its own: one takes a twentieth of a second.

A scenario that uses them says: pytest_plugins = ["harness.ssh_fixtures"]
"""

import pytest

from .message import NAMED_USERS
from .server import BUILD, PLUGIN_PATH, Server, configuration
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


@pytest.fixture
def known_hosts(tmp_path):
    """The file that routes of `serve_terminal` know hosts from."""
    return tmp_path / "known_hosts"


@pytest.fixture
def serve_terminal(serve, known_hosts, key):
    """serve_terminal(sshd, **config): a server whose /paramiko leads there, by `key` unless `auth` says otherwise.

    `port`: that of something before the sshd; `route_limits`: what wharf itself bounds; `settings`: more of the routes.yaml.
    """

    ours = []  # whether the file is: a test may write one before it starts its first server

    def start(sshd: Sshd, port=None, route_limits=None, settings=None, **config) -> Server:
        if not ours:
            ours.append(not known_hosts.exists())
        if ours[0]:
            with open(known_hosts, "a", encoding="ascii") as file:
                file.write(sshd.known_hosts(port=port))
        whole = {
            "target": {"host": "127.0.0.1", "port": port or sshd.port, "user": sshd.user.name},
            "auth": {"methods": ["publickey"], "key_file": str(key.file), "prompt": False},
            "known_hosts": {"policy": "strict", "files": [str(known_hosts)]},
            **config,
        }
        # The consumer judges origins by itself.
        route = {
            "url": "^paramiko/?$",
            "consumer": "paramiko",
            "config": whole,
            "limits": route_limits or {},
            "origins": ["*"],
        }
        own = {
            "plugin_path": [str(BUILD / "plugins" / "paramiko"), *PLUGIN_PATH],
            "auth": NAMED_USERS,
            "routes": [route],
            "log": "debug",
        }
        return serve(configuration(**{**own, **(settings or {})}))

    return start
