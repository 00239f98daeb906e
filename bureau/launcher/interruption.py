"""Ctrl-C, SIGTERM and a closed terminal all end the launcher in the same orderly way."""

import signal
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_held = 0
_waiting = False


class Stop(BaseException):
    """Someone asked us to stop; not an error."""


def listen():
    for number in SIGNALS:
        signal.signal(number, _stop)


def ignore():
    """From here on we are stopping already."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def held():
    """Put a stop off, so that no child is started without anybody knowing of it."""
    global _held
    _held += 1
    try:
        yield
    finally:
        _held -= 1
    if _waiting and not _held:
        raise Stop


def _stop(number, frame):
    global _waiting
    if _held:
        _waiting = True
    else:
        raise Stop
