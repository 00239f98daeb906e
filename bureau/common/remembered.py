"""Small values read from the database and kept in the process for a short while."""

import time
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from django.conf import settings

T = TypeVar("T")


class Remembered(Generic[T]):
    """Remembers what `load()` answered for `settings.REMEMBER_SECONDS` (30 unless set)."""

    _all: ClassVar[list["Remembered"]] = []

    def __init__(self, load: Callable[[], T]):
        self._load = load
        self._value: T | None = None
        self._until = 0.0
        Remembered._all.append(self)

    def __call__(self) -> T:
        if self._value is None or time.monotonic() >= self._until:
            self._value = self._load()
            self._until = time.monotonic() + getattr(settings, "REMEMBER_SECONDS", 30)
        return self._value

    def forget(self) -> None:
        self._value = None

    @classmethod
    def forget_all(cls) -> None:
        """For tests, whose rollback takes back what was remembered."""
        for value in cls._all:
            value.forget()
