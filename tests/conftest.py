"""Fixtures for the whole suite: real PostgreSQL and Redis, and a real Celery worker where a test asks for one.

`db` rolls back in one shared copy; `transactional_db` and `live_server` get a fresh copy of the migrated
template, which is dropped afterwards, so nothing is ever flushed.
"""

import logging
import os
import sys
from contextlib import nullcontext

import pytest
from django.test import TransactionTestCase

from tests.databases import Databases
from tests.proving import (  # noqa: F401 - hooks and a fixture of the whole suite
    proof,
    pytest_addoption,
    pytest_runtest_logreport,
    pytest_runtest_makereport,
    pytest_sessionfinish,
)
from tests.servers import Servers
from tests.worker import Worker

COMMITTING = {"transactional_db", "live_server", "worker"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `-n`, one process gets all files that ask for the demo, so that it is built once."""
    from tests.sharing import DemoTogether

    return DemoTogether(config, log)


@pytest.fixture(scope="session")
def databases(django_db_blocker):
    """Replaces Django's own making of a test database."""
    with django_db_blocker.unblock():
        made = Databases()
        made.prepare()
        yield made
        made.use("postgres")


@pytest.fixture(scope="session")
def django_db_setup(databases):
    """A test that commits leaves a database that is dropped: there is nothing to flush."""
    TransactionTestCase._fixture_teardown = lambda self: None


@pytest.fixture
def _own_database(request, databases, django_db_blocker):
    """A copy of the template for a test that commits; the shared copy for one that rolls back.

    A test marked `demo` finds the records of the demo in it.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = (marker and marker.kwargs.get("transaction")) or COMMITTING & set(request.fixturenames)
    demo = request.node.get_closest_marker("demo")
    if not commits and not demo:
        yield
        return
    with django_db_blocker.unblock():
        shared = databases.settings["NAME"]
        source = databases.demo_source(demo) if demo else None
        own = databases.copy(source) if commits else databases.shared(source)
        databases.use(own)
    _forget_what_was_remembered()
    yield
    with django_db_blocker.unblock():
        databases.use(shared)
        if commits:
            databases.drop(own)
    _forget_what_was_remembered()


@pytest.fixture(autouse=True)
def uploads_checked_here(request):
    """Not where a browser uploads, and not in `tests/bureau/attachments`: there the child process does it, as in life."""
    from tests.uploads import checked_here

    with nullcontext() if request.node.get_closest_marker("browser") else checked_here():
        yield


@pytest.fixture(autouse=True)
def in_the_first_language():
    """A test that switches the language leaves it as it was."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def with_the_clock_of_its_database():
    """A test that moves the clock takes that back with the rest; what the process remembers of it goes too."""
    yield
    _forget_what_was_remembered()


def _forget_what_was_remembered():
    """The clock's offset and the working days are read once per process; another database has its own."""
    from bureau.common.remembered import Remembered

    Remembered.forget_all()


@pytest.fixture
def _django_db_helper(_own_database, _django_db_helper):
    """pytest-django's helper, started after the test has its database."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The two sides of `tests.factories.world`, for the tests of one file; what a test changes stays for the next."""
    from tests.factories.world import opened

    with django_db_blocker.unblock(), opened() as made:
        yield made


@pytest.fixture
def quiet():
    """For thousands of refusals, which would fill the log."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def plain_refusals(monkeypatch):
    """Without the pages that say so, which are looked at elsewhere."""
    from django.http import HttpResponse

    from bureau import urls

    monkeypatch.setattr(urls, "handler403", lambda request, exception: HttpResponse(status=403), raising=False)
    monkeypatch.setattr(urls, "handler404", lambda request, exception: HttpResponse(status=404), raising=False)


@pytest.fixture
def redis_server():
    """An empty Redis; returns a client."""
    from redis import Redis

    Servers.of_this_run.start()
    client = Redis.from_url(os.environ["REDIS_URL"])
    client.flushdb()
    yield client
    client.close()


@pytest.fixture
def worker(transactional_db, databases, redis_server):
    """A running Celery worker on this test's database; `kill()` and `start()` it as often as you like."""
    process = Worker(Servers.of_this_run.family, sys.executable, databases.url())
    process.start()
    yield process
    process.stop()
