"""Databases of one run: a migrated template, a copy for tests that roll back, and one more for each that commits."""

import functools
import io
import os
from contextlib import contextmanager

import psycopg2
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

from tests.servers import Servers, migrations_digest


def template():
    return f"portal_template_{migrations_digest()}"


class Databases:
    """Makes and drops databases through a connection of its own, outside Django's."""

    def __init__(self):
        self.settings = connections.settings["default"]
        self.count = 0
        self._shared = {}

    def prepare(self):
        """Have the migrated template, and use a copy of it."""
        Servers.of_this_run.start()
        with self._admin() as cursor:
            cursor.execute("select pg_advisory_lock(20200101)")
            cursor.execute("select 1 from pg_database where datname = %s", [template()])
            if not cursor.fetchone():
                self._migrate(cursor)
        Servers.of_this_run.keep_cluster()
        self.use(self.copy())

    def _migrate(self, cursor):
        making = f"{template()}_new"
        cursor.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(making)))
        cursor.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(making)))
        self.use(making)
        call_command("migrate", verbosity=0, interactive=False)
        connections["default"].close()
        cursor.execute(sql.SQL("alter database {} rename to {}").format(
            sql.Identifier(making), sql.Identifier(template())))

    def copy(self, source=None):
        self.count += 1
        name = f"portal_test_{os.getpid()}_{self.count}"
        with self._admin() as cursor:
            cursor.execute(sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(source or template())))
        return name

    @functools.cached_property
    def demo(self):
        """A template that holds the demo's records too; built by the first test that asks for it."""
        name, used = self.copy(), self.settings["NAME"]
        self.use(name)
        call_command("load_demo", stdout=io.StringIO())
        self.use(used)
        return name

    @functools.cached_property
    def demo_with_report(self):
        """The same a minute later: the worker has written the report that was due."""
        from bureau.jobs.testing import run_waiting
        from bureau.reports.actions import ensure_due

        name, used = self.copy(self.demo), self.settings["NAME"]
        self.use(name)
        ensure_due()
        run_waiting()
        self.use(used)
        return name

    def demo_source(self, marker):
        """The template that a test marked `demo` or `demo(report=True)` is to be copied from."""
        return self.demo_with_report if marker.kwargs.get("report") else self.demo

    def shared(self, source):
        """The one copy of a template for tests that roll back."""
        if source not in self._shared:
            self._shared[source] = self.copy(source)
        return self._shared[source]

    def drop(self, name):
        with self._admin() as cursor:
            cursor.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def use(self, name):
        """Let every new connection, in any thread, go to this database."""
        connections["default"].close()
        self.settings["NAME"] = name

    @contextmanager
    def _admin(self):
        settings = self.settings
        connection = psycopg2.connect(
            host=settings["HOST"], port=settings["PORT"] or 5432, user=settings["USER"],
            password=settings["PASSWORD"], dbname=os.environ.get("TEST_ADMIN_DATABASE", "postgres"),
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def url(self):
        """The database in use as a URL, for a worker in a process of its own."""
        s = self.settings
        return f"postgres://{s['USER']}:{s['PASSWORD']}@{s['HOST']}:{s['PORT'] or 5432}/{s['NAME']}"
