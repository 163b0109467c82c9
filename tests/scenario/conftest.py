"""Fixtures: `serve` starts servers and sees that each ends well; async tests run by themselves, with a deadline."""

import asyncio
import inspect
import tempfile

import pytest

# Both values of a comparison in the harness are told, too.
pytest.register_assert_rewrite("harness")

from harness.deadline import seconds
from harness.server import Server, configuration


@pytest.fixture
def serve(tmp_path):
    """serve(routes=[…], **settings) starts a server; at the end of the test each must stop well. `under` is a
    command that runs it."""
    servers = []

    def start(config=None, under=(), **settings) -> Server:
        directory = tmp_path / f"server{len(servers)}"
        directory.mkdir()
        server = Server(directory, config if config is not None else configuration(**settings), under)
        servers.append(server)
        return server

    yield start
    try:
        for server in servers:
            server.stop()
    finally:
        for server in servers:
            server.kill()


@pytest.fixture
def socket_path():
    """For a unix socket, whose path has about a hundred bytes at most."""
    with tempfile.TemporaryDirectory(prefix="wharf-", dir="/tmp") as directory:
        yield f"{directory}/wharf.sock"


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    asyncio.run(asyncio.wait_for(pyfuncitem.obj(**arguments), seconds(60)))
    return True
