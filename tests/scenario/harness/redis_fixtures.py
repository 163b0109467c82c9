"""Fixtures of the scenarios with Redis. A module shares its servers, since Django takes a second to start.

A scenario that uses them says: pytest_plugins = ["harness.redis_fixtures"]
"""

import json

import pytest

from .channel_layer import FLAVOURS, ChannelLayer
from .django_site import DjangoSite
from .redis import Redis, Sentinel


def starter(directories, start):
    """A function that starts servers, and the list of what it started."""
    started = []

    def begin(*arguments, **options):
        server = start(directories.mktemp("peer"), *arguments, **options)
        started.append(server)
        return server

    return begin, started


@pytest.fixture(scope="module")
def start_redis(tmp_path_factory):
    """start_redis(**options of Redis)"""
    begin, started = starter(tmp_path_factory, Redis)
    yield begin
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def start_sentinel(tmp_path_factory):
    """start_sentinel(master)"""
    begin, started = starter(tmp_path_factory, Sentinel)
    yield begin
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def shared_redis(start_redis):
    return start_redis()


@pytest.fixture
def redis(shared_redis):
    """Empty, at the start of each test."""
    shared_redis.clear()
    return shared_redis


@pytest.fixture(params=FLAVOURS)
def layer(redis, request):
    return ChannelLayer(request.param, [redis])


@pytest.fixture(scope="module")
def shared_django(tmp_path_factory):
    begin, started = starter(tmp_path_factory, DjangoSite)
    known = {}

    def site(layer: ChannelLayer, server="daphne") -> DjangoSite:
        key = server + json.dumps(layer.django())
        if key not in known:
            known[key] = begin(layer, server)
        return known[key]

    yield site
    for server in started:
        server.kill()


@pytest.fixture
def django(shared_django):
    """django(layer, server="daphne"): a Django on that layer; the same one for the same layer."""
    used = []

    def site(*arguments) -> DjangoSite:
        used.append(shared_django(*arguments))
        return used[-1]

    yield site
    for server in used:
        server.close_clients()
