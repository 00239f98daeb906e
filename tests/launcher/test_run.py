"""`make run`: starts, starts again with its data, and leaves no process behind however it ends."""

import os
import signal
import subprocess
import urllib.request

import pytest

from bureau.launcher.paths import PYTHON, ROOT
from tests.launcher.launched import Launched, environment, refused

pytestmark = pytest.mark.launcher
SECOND_START = 15  # seconds until the address is printed


def manage(var, *arguments):
    return subprocess.run(
        [PYTHON, ROOT / "manage.py", *arguments], cwd=ROOT, env=environment(var), capture_output=True, text=True,
    )


def users(var):
    return manage(var, "shell", "-v0", "-c",
                  "from django.contrib.auth import get_user_model as m; print(m().objects.count())").stdout.strip()


def test_first_start_prints_the_address_and_the_logins(var):
    portal = Launched(var)
    try:
        portal.wait_for("Ctrl-C stops everything")
        said = "\n".join(portal.lines)
        assert f"http://127.0.0.1:{portal.port}/" in said
        with urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        (var / "users").write_text(users(var))
        assert int((var / "users").read_text()) > 0, "manage.py finds the running servers"
        assert refused(var, "--port", str(portal.port)).startswith(f"Port {portal.port} is in use")
        assert refused(var, "--port", str(portal.port + 1)) == "The portal already runs from this folder."
    finally:
        assert portal.end(signal.SIGINT) == []
    assert portal.process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_starts_again_quickly_with_its_data_and_leaves_nothing(var, number):
    busy = os.getloadavg()[0] > 1.5 * os.cpu_count()  # with others: a time would say nothing about us
    portal = Launched(var)
    try:
        took = portal.wait_for("Ctrl-C stops everything")
        if not busy:
            assert took < SECOND_START
        assert users(var) == (var / "users").read_text()
        assert len(portal.family()) >= 8, "postgres, redis, web, worker, beat and their own children"
    finally:
        assert portal.end(number) == []


@pytest.mark.parametrize("words", ["PostgreSQL:", "Database:"])
def test_killed_while_it_sets_up(var, words):
    portal = Launched(var)
    portal.wait_for(words)
    assert portal.end(signal.SIGKILL) == []


def test_stops_when_one_of_its_processes_ends(var):
    portal = Launched(var)
    portal.wait_for("Ctrl-C stops everything")
    beat = [process for process in portal.family() if "beat" in process.cmdline()]
    beat[0].kill()
    portal.wait_for("beat ended by itself")
    assert portal.end() == []


def test_manage_says_in_one_line_that_nothing_runs(var):
    done = manage(var, "migrate")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "The portal's servers do not run: start them with `make run`, or set DATABASE_URL and REDIS_URL."
    )
