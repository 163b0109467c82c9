"""Fixtures of the scenarios with Django's accounts. A module shares its sites, since Django takes a second to start.

A scenario that uses them says: pytest_plugins = ["harness.accounts_fixtures"]
"""

import pytest

from .accounts_site import AccountsSite
from .mariadb import MariaDb
from .postgres import Postgres


@pytest.fixture(scope="module")
def start_site(tmp_path_factory):
    """start_site(**options of AccountsSite); alice is there, with the password `first`."""
    sites = []

    def begin(**options) -> AccountsSite:
        sites.append(AccountsSite(tmp_path_factory.mktemp("site"), **options))
        sites[-1].set_user("alice", password="first", active="1")
        return sites[-1]

    yield begin
    for site in sites:
        site.kill()


@pytest.fixture(scope="module")
def plain(start_site):
    return start_site()


@pytest.fixture
def site(plain):
    """Django's defaults; alice as she was in the beginning."""
    plain.set_user("alice", password="first", active="1")
    return plain


@pytest.fixture(scope="module")
def postgres():
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture(scope="module", params=[Postgres, MariaDb])
def database(request):
    server = request.param()
    yield server
    server.remove()
