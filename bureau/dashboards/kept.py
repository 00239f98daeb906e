"""A page whose figures take longer than half a second shows those of the last minute; all others are always live.

At the size of a prefecture the sums over millions of rows take seconds. They are kept for a minute, and the beat
computes them again for the pages that somebody has looked at within the hour. A page of records keeps its figure for a
minute too, where it is made of more records than the page leads to.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from bureau.common import clock
from bureau.dashboards.models import KeptFigures
from bureau.metrics.drilling import Drill, summed
from bureau.metrics.figures import Answer, Statement, run
from bureau.metrics.registry import Metric

FRESH = timedelta(seconds=60)
#: How often it is noted that a page is looked at, and for how long it is computed anew after that.
NOTED, WATCHED = timedelta(minutes=10), timedelta(hours=1)
#: Marks what a page of records keeps; from how many records on it does.
RECORDS, MANY = "records|", 10_000


def slow() -> float:
    """From how many seconds on figures are kept."""
    return getattr(settings, "KEEP_FIGURES_FROM", 0.5)


@dataclass
class Keeper:
    """Reads the statements of one page for `compute_all`. `anew`: even if what is kept is fresh. `moment`: of which
    moment, on the business clock, the figures are."""

    page: str
    anew: bool = False
    moment: datetime | None = None

    def __call__(self, statements: list[Statement]) -> list[Answer]:
        digest = hashlib.sha256(repr(statements).encode()).hexdigest()
        now = clock.real_now()
        kept = KeptFigures.objects.filter(page=self.page, digest=digest).first()
        if kept and not self.anew and now - kept.computed_at < FRESH:
            self.moment = clock.now() - (now - kept.computed_at)
            self._note(kept, now)
            return [(number, text) for number, text in json.loads(kept.rows)]
        began, self.moment = time.monotonic(), clock.now()
        answers = run(statements)
        took = time.monotonic() - began
        if took >= slow() and writable():
            KeptFigures.objects.update_or_create(page=self.page, defaults={
                "digest": digest, "rows": json.dumps(answers), "computed_at": now, "took_ms": int(took * 1000),
                "looked_at": kept.looked_at if kept and self.anew else now,
            })
        return answers

    def _note(self, kept: KeptFigures, now: datetime) -> None:
        if now - kept.looked_at > NOTED and writable():
            KeptFigures.objects.filter(pk=kept.pk).update(looked_at=now)


@dataclass
class SumKeeper:
    """Reads the figure of a page of records for `drill`, and how many of them one viewer may see. `moment`: of which
    moment the figure is, where it was kept."""

    moment: datetime | None = None

    def __call__(self, rows: QuerySet, metric: Metric) -> tuple[Any, int]:
        def summed_now() -> tuple[Any, bool]:
            value, total = summed(rows, metric)
            return [str(value) if isinstance(value, Decimal) else value, total], total > MANY

        (value, total), self.moment = _kept_a_minute((metric.key, rows.query.sql_with_params()), summed_now)
        return Decimal(value) if isinstance(value, str) else value, total

    def seen(self, found: Drill, most: int) -> int:
        """How many records the viewer may see, `most` at most. Who sees all needs no second count."""
        if found.sees_all:
            return min(found.total, most)
        try:
            asked = found.queryset.order_by().query.sql_with_params()
        except EmptyResultSet:
            return 0

        def counted_now() -> tuple[Any, bool]:
            count = found.queryset.order_by()[:most].count()
            return count, found.total > MANY

        return _kept_a_minute(("seen", most, asked), counted_now)[0]


def _kept_a_minute(asked: Any, answer: Callable[[], tuple[Any, bool]]) -> tuple[Any, datetime | None]:
    """What `answer` says as JSON keeps it, and of which moment it is where it was kept. `answer` also says whether it is
    worth keeping."""
    digest = hashlib.sha256(repr(asked).encode()).hexdigest()
    now = clock.real_now()
    if kept := KeptFigures.objects.filter(page=RECORDS + digest, computed_at__gt=now - FRESH).first():
        return json.loads(kept.rows), clock.now() - (now - kept.computed_at)
    began = time.monotonic()
    found, worth_keeping = answer()
    if worth_keeping and writable():
        KeptFigures.objects.bulk_create([KeptFigures(
            page=RECORDS + digest, digest=digest, rows=json.dumps(found), computed_at=now, looked_at=now,
            took_ms=int((time.monotonic() - began) * 1000),
        )], update_conflicts=True, unique_fields=["page"], update_fields=["rows", "computed_at", "looked_at", "took_ms"])
    return found, None


def writable() -> bool:
    """Not in a transaction that only reads."""
    with connection.cursor() as cursor:
        cursor.execute("show transaction_read_only")
        return cursor.fetchone()[0] == "off"
