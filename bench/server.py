"""The bench's own PostgreSQL and Redis under var/bench, and the databases that are kept there between runs."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2 import sql

from bureau.launcher import keys
from bureau.launcher.family import Family
from bureau.launcher.paths import ROOT
from bureau.launcher.postgres import Postgres
from bureau.launcher.redis import Redis
from bureau.launcher.stamps import digest

HOME = Path(os.environ.get("BENCH_HOME") or ROOT / "var" / "bench")
#: What a filled database depends on: the schema, what migrations read, and the rows that are invented.
ROOMS = ("bureau", "enterprises", "programs", "subsidies", "training")
MADE_OF = (
    *(f"{room}/**/{part}" for room in ROOMS for part in ("migrations/*.py", "data/*", "*.sql")),
    "bench/generate.py", "bench/bureau.py", "bench/rows/*.py", "demo/schemes/*.json",
)


class Server:
    """Started for one run; what it holds stays."""

    def __enter__(self) -> "Server":
        HOME.mkdir(parents=True, exist_ok=True)
        secrets = keys.load(HOME / "secrets.env")
        self.family = Family(HOME / "log")
        self.postgres = Postgres(HOME, secrets["POSTGRES_PASSWORD"])
        redis = Redis(HOME, secrets["REDIS_PASSWORD"])
        self.postgres.prepare()
        self.postgres.start(self.family)
        redis.start(self.family)
        os.environ |= secrets | {
            "DJANGO_SETTINGS_MODULE": "bench.settings", "PORTAL_VAR": str(HOME), "REDIS_URL": redis.url, "DEMO": "1",
            "STAFF_TOTP_REQUIRED": "0",
        }
        return self

    def __exit__(self, *error: object) -> None:
        self.family.stop_all()

    def use(self, name: str) -> None:
        """Let this process and those it starts work on the database `name`."""
        os.environ["DATABASE_URL"] = self.postgres.url(name)

    def has(self, name: str) -> bool:
        return name in self._names()

    def make(self, name: str, fill: Callable[[str], None]) -> None:
        """A database that is complete or not there at all: `fill(making)` works under another name."""
        making = f"{name}_new"
        self.drop(making)
        self._do("create database {} template template0 encoding 'UTF8'", making)
        fill(making)
        self._do("alter database {} rename to {}", making, name)

    def copy(self, source: str, name: str) -> None:
        self.drop(name)
        self._do("create database {} template {} strategy file_copy", name, source)

    def drop(self, name: str) -> None:
        self._do("drop database if exists {} with (force)", name)

    def drop_others(self, kept: set[str]) -> None:
        """Databases of earlier schemas."""
        for name in self._names():
            if name.startswith("bench_") and name not in kept:
                self.drop(name)

    def _names(self) -> list[str]:
        with closing(psycopg2.connect(self.postgres.url("postgres"))) as connection, connection.cursor() as cursor:
            cursor.execute("select datname from pg_database")
            return [name for (name,) in cursor.fetchall()]

    def _do(self, statement: str, *names: str) -> None:
        with closing(psycopg2.connect(self.postgres.url("postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def schema_mark() -> str:
    return digest(*MADE_OF)[:12]
