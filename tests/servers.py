"""The PostgreSQL and Redis of one test run: embedded ones, or those named by DATABASE_URL and REDIS_URL.

A migrated cluster is kept under `var/test` by a digest of what migrations read, so a run starts with a copy.
"""

import atexit
import functools
import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

from bureau.launcher.family import Family
from bureau.launcher.keys import fresh
from bureau.launcher.paths import ROOT
from bureau.launcher.postgres import Postgres
from bureau.launcher.redis import Redis

STORE = ROOT / "var" / "test"
KEPT_CLUSTERS = 4
PASSWORD = "tests"  # noqa: S105 - the servers live on loopback for one run, with made-up data


def environment():
    """Point this process, and those it starts, at the servers of this run; said once, inherited by Celery's workers.

    Each process of `pytest -n` has servers of its own: none empties another's queue or counts another's deadlocks.
    """
    share = os.environ.get("PYTEST_XDIST_WORKER", "")
    if os.environ.get("PORTAL_TEST_SHARE") == share:
        return
    names = os.environ.get("PORTAL_TEST_GIVEN", "DATABASE_URL REDIS_URL").split()
    given = {name: os.environ[name] for name in names if os.environ.get(name)}
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # of the process that shares out the tests, unless it was given
    home = STORE / f"run-{os.getpid()}"
    os.environ.update(fresh(), PORTAL_TEST_SHARE=share, PORTAL_TEST_GIVEN=" ".join(given))
    os.environ.update(
        PORTAL_TEST_HOME=str(home),
        PORTAL_VAR=str(home / "var"),
        DEMO="1",
        DJANGO_ALLOW_ASYNC_UNSAFE="true",  # Playwright runs an event loop in the thread of the test
    )
    os.environ.update(given)
    servers = Servers(home)
    os.environ.setdefault("DATABASE_URL", servers.postgres.url("portal") if servers.postgres else "")
    os.environ.setdefault("REDIS_URL", servers.redis.url if servers.redis else "")
    Servers.of_this_run = servers


@functools.cache  # once, since a file may be edited while the tests run
def migrations_digest():
    """Changes when a migration, or data and SQL that migrations read, changes."""
    digest = hashlib.sha256()
    rooms = [folder for folder in ROOT.iterdir() if folder.is_dir() and (folder / "__init__.py").exists()]
    for pattern in ("**/migrations/**/*.py", "**/data/*", "**/*.sql"):
        for path in sorted(path for room in rooms for path in room.glob(pattern) if path.is_file()):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


class Servers:
    """Started by the first test that touches the database or the queue, stopped at the end of the run."""

    of_this_run = None

    def __init__(self, home):
        self.home = Path(home)
        self.family = None
        self.postgres = None if os.environ.get("DATABASE_URL") else Postgres(self.home, PASSWORD, fsync=False)
        self.redis = None if os.environ.get("REDIS_URL") else Redis(self.home, PASSWORD)

    def start(self):
        """Start what is not given; PostgreSQL with the kept cluster where there is one."""
        if self.family:
            return
        _sweep_old_runs()
        self.home.mkdir(parents=True, exist_ok=True)
        self.family = Family(self.home / "log")
        atexit.register(self.stop)
        if self.redis:
            self.redis.start(self.family)
        if self.postgres:
            self._start_postgres()

    def keep_cluster(self):
        """Keep the cluster, now that it holds a migrated template; the next run copies it."""
        if not self.postgres or self._stored().exists():
            return
        self.family.stop(self.postgres.child)
        part = self._stored().with_suffix(f".{os.getpid()}")
        _copy(self.postgres.data, part)
        try:
            part.rename(self._stored())
        except OSError:
            shutil.rmtree(part, ignore_errors=True)  # another run was faster
        for old in _by_age("cluster-*")[:-KEPT_CLUSTERS]:
            shutil.rmtree(old, ignore_errors=True)
        self.postgres.start(self.family)

    def stop(self):
        if self.family:
            self.family.stop_all()
            self.family = None
        shutil.rmtree(self.home, ignore_errors=True)

    def _start_postgres(self):
        if self._stored().exists():
            os.utime(self._stored())
            _copy(self._stored(), self.postgres.data)
        else:
            self.postgres.prepare()
        self.postgres.start(self.family)

    def _stored(self):
        return STORE / f"cluster-{migrations_digest()}"


def _copy(source, target):
    subprocess.run(["cp", "-a", "--reflink=auto", source, target], check=True)


def _by_age(pattern):
    return sorted(STORE.glob(pattern), key=lambda path: path.stat().st_mtime)


def _sweep_old_runs():
    """Folders of runs that were killed."""
    for run in STORE.glob("run-*"):
        if not Path(f"/proc/{run.name.removeprefix('run-')}").exists() and time.time() - run.stat().st_mtime > 60:
            shutil.rmtree(run, ignore_errors=True)
