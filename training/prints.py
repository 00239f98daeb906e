"""The 签到表: persons × half-days on A4 landscape, to sign by hand or with the marks that stand."""

from bureau.accounts.models import SiteProfile
from bureau.common import clock
from training import queries
from training.enums import Mark

#: So many half-days fit beside name, number and county on one sheet across.
HALF_DAYS_A_SHEET = 10


def sheet(session, *, filled, unmasked) -> dict:
    """Pages of the plan, each with all participants; `filled` puts the marks in."""
    rows = queries.participants(session, unmasked=unmasked)
    days = session.half_day_list()
    pages = [days[start : start + HALF_DAYS_A_SHEET] for start in range(0, len(days), HALF_DAYS_A_SHEET)] or [[]]
    return {
        "session": session,
        "pages": [
            {
                "half_days": page,
                "columns": 5 + len(page),
                "rows": [{**row, "cells": [sign(row["marks"].get(key)) if filled else "" for key, _d, _h in page]} for row in rows],
            }
            for page in pages
        ],
        "people": len(rows),
        "filled": filled,
        "profile": SiteProfile.get(),
        "today": clock.today(),
    }


def sign(mark) -> str:
    return Mark(mark).sign if mark else ""
