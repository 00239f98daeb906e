"""Small values read from the database and kept in the process for a short while."""

import time
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from django.conf import settings

T = TypeVar("T")


class Remembered(Generic[T]):
    """Remembers what `load()` answered for `settings.REMEMBER_SECONDS` (30 unless set).

    What takes long to load has a `stamp()`, a value that changes with it: while it is the same, nothing is loaded anew.
    """

    _all: ClassVar[list["Remembered"]] = []

    def __init__(self, load: Callable[[], T], stamp: Callable[[], Any] | None = None):
        self._load, self._stamp = load, stamp
        self._value: T | None = None
        self._stamped: Any = None
        self._until = 0.0
        Remembered._all.append(self)

    def __call__(self) -> T:
        if self._value is None or time.monotonic() >= self._until:
            stamp = self._stamp() if self._stamp else None
            if self._value is None or stamp is None or stamp != self._stamped:
                self._value, self._stamped = self._load(), stamp
            self._until = time.monotonic() + getattr(settings, "REMEMBER_SECONDS", 30)
        return self._value

    def forget(self) -> None:
        """Look anew at the next call."""
        self._until = 0.0
        if self._stamp is None:
            self._value = None

    @classmethod
    def forget_all(cls) -> None:
        """For tests, whose rollback takes back what was remembered."""
        for value in cls._all:
            value.forget()
