"""Fixtures of the scenarios with a reverse proxy. A scenario that uses them says:
pytest_plugins = ["harness.front_fixtures"]
"""

import pytest


@pytest.fixture
def front(tmp_path):
    """front(nginx or haproxy, …) starts one, which ends with the test."""
    started = []

    def begin(kind, *arguments, **options):
        directory = tmp_path / f"front{len(started)}"
        directory.mkdir()
        started.append(kind(directory, *arguments, **options))
        return started[-1]

    yield begin
    for each in started:
        each.stop()
