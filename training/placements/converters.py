"""A month in an address, for the pages of hosts and of offices alike."""

from datetime import date

from django.urls import register_converter


class MonthConverter:
    """2021-04 as its first day."""

    regex = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else f"{value:%Y-%m}"


register_converter(MonthConverter, "year_month")
