"""Lets `manage.py` find the servers of the running portal, or say in one line that they do not run."""

import fcntl
import os
import sys

from .paths import LOCK, SERVERS

# What these do needs no database.
OFFLINE = {"help", "version", "check", "makemigrations", "collectstatic", "catalogs", "startapp", "diffsettings"}


def running():
    """The launcher holds a lock for as long as it lives, so a stale file is never mistaken for a running portal."""
    try:
        with open(LOCK) as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return SERVERS.exists()
    return False


def require_servers(argv):
    """Exit with one line when a command needs the database and nothing says where it is."""
    command = argv[1] if len(argv) > 1 else "help"
    needless = command in OFFLINE or "--help" in argv or "-h" in argv
    if needless or os.environ.get("DATABASE_URL") or running():
        return
    sys.exit("The portal's servers do not run: start them with `make run`, or set DATABASE_URL and REDIS_URL.")
