"""What can be wrong with a machine is said in one clear line, without a traceback."""

import os
import socket
import subprocess
import sys
import threading

import pytest

from bureau.launcher import postgres, redis
from bureau.launcher.keys import load, read_env
from bureau.launcher.paths import ROOT
from bureau.launcher.trouble import Trouble
from tests.launcher.launched import refused


def test_port_in_use(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused(tmp_path, "--port", str(port))
    assert said == f"Port {port} is in use; choose another one: make run PORT={port + 1}"


def test_not_an_address_of_this_machine(tmp_path):
    assert refused(tmp_path, "--host", "192.0.2.7") == "192.0.2.7 is not an address of this machine."


def test_read_only_folder():
    said = refused("/proc/portal")
    assert said.startswith("Cannot write to /proc/portal (")
    assert "\n" not in said


def test_unreachable_database(tmp_path):
    said = refused(tmp_path, "--port", "8199", DATABASE_URL="postgres://u:hidden@127.0.0.1:1/portal")
    assert said.startswith("The database at 127.0.0.1:1 cannot be reached (DATABASE_URL):")
    assert "\n" not in said
    assert "hidden" not in said


def test_old_python():
    pretend = (
        "import sys, runpy; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (main)';"
        "runpy.run_module('bureau.launcher', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.strip() == f"The portal needs Python 3.11 or later; this is 3.9.2 ({sys.executable})."


def test_old_redis_on_the_path_and_none_in_a_wheel(tmp_path, monkeypatch):
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=5.0.14 sha=00000000:0 malloc=libc bits=64'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert redis.binary() != str(old), "the wheel's server is new enough"
    monkeypatch.setattr(redis, "VENV", tmp_path)
    with pytest.raises(Trouble, match=r"is version 5\.0; the portal needs Redis 6\.0 or later"):
        redis.binary()


def test_old_redis_named_by_the_environment(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_old_redis, args=(server,), daemon=True).start()
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        said = refused(tmp_path, "--port", "8199", REDIS_URL=url)
    assert said.endswith("is version 5.0.14; the portal needs 6.0 or later.")
    assert "\n" not in said


def _old_redis(server):
    """Answers INFO as an old server does, and OK to everything else."""
    while True:
        try:
            link, _ = server.accept()
        except OSError:
            return
        with link:
            while said := link.recv(4096):
                info = b"# Server\r\nredis_version:5.0.14\r\n"
                many = said.count(b"*") if b"INFO" not in said else 1
                link.sendall(b"$%d\r\n%s\r\n" % (len(info), info) if b"INFO" in said else b"+OK\r\n" * many)


def test_secrets_are_made_once_and_kept(tmp_path):
    path = tmp_path / "secrets.env"
    first = load(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load(path) == first == read_env(path)


def test_a_closed_home_is_noticed(tmp_path):
    home = tmp_path / "home"
    (home / "project").mkdir(parents=True)
    home.chmod(0o755)
    tmp_path.chmod(0o755)
    was = postgres.closed_to_others(home / "project")
    home.chmod(0o700)
    assert postgres.closed_to_others(home / "project")
    assert not was or tmp_path.parent.stat().st_mode & 0o001 == 0
