"""A moment of a day as COPY reads it."""

from datetime import date


def at(day: date, hour: int = 9) -> str:
    return f"{day} {hour:02d}:00+08"
