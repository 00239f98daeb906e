"""What waits for somebody, counted and ordered: overdue first, then by deadline."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from bureau.audit.models import AuditEvent
from bureau.common import clock, shelves

SHOWN = 12
CAP = 1000


@dataclass(frozen=True)
class Row:
    title: Any
    note: Any
    url: str
    due: date | datetime | None
    paused: bool


@dataclass(frozen=True)
class Group:
    key: str
    label: Any
    rows: list[Row]
    total: int
    overdue: int
    all_url: str

    @property
    def capped(self) -> bool:
        return self.total >= CAP

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


def day_of(due: date | datetime) -> date:
    return timezone.localtime(due).date() if isinstance(due, datetime) else due


def _row(source: shelves.InboxSource, obj: Any) -> Row:
    due = getattr(obj, source.due) if source.due else None
    paused = bool(source.paused and source.paused(obj))
    return Row(source.title(obj), source.note(obj), source.url(obj), due, paused)


def _ordered(source: shelves.InboxSource, rows: QuerySet | list) -> list[Any]:
    """At most CAP rows' worth of counting; a queryset is ordered and cut in the database."""
    if isinstance(rows, QuerySet):
        if source.due:
            rows = rows.order_by(F(source.due).asc(nulls_last=True), "pk")
        return list(rows[:SHOWN])
    due = source.due
    if due:
        rows = sorted(rows, key=lambda o: (getattr(o, due) is None, getattr(o, due) and day_of(getattr(o, due))))
    return list(rows)[:SHOWN]


def _count(rows: QuerySet | list) -> int:
    return rows.order_by()[:CAP].count() if isinstance(rows, QuerySet) else len(rows)


def groups(user: Any, audience: str) -> list[Group]:
    """The sources with something in them, those with overdue rows first. At most three queries per source."""
    today, found = clock.today(), []
    for source in shelves.inbox(audience):
        waiting = source.queryset(user)
        objects = _ordered(source, waiting)
        if not objects:
            continue
        rows = [_row(source, obj) for obj in objects]
        overdue = sum(1 for row in rows if row.due and not row.paused and day_of(row.due) < today)
        total = len(rows) if len(rows) < SHOWN else _count(waiting)
        if overdue == SHOWN and isinstance(waiting, QuerySet):
            overdue = _count(waiting.filter(**{f"{source.due}__lt": _first_moment(source, waiting, today)}))
        all_url = source.all_url(user) if source.all_url else ""
        found.append(Group(source.key, source.label, rows, total, overdue, all_url))
    return sorted(found, key=lambda group: (-group.overdue, _first_due(group)))


def _first_moment(source: shelves.InboxSource, rows: QuerySet, today: date) -> date | datetime:
    """Today as the kind of value that the field of the deadline holds."""
    field = rows.model._meta.get_field(source.due)
    return _midnight(today) if field.get_internal_type() == "DateTimeField" else today


def _first_due(group: Group) -> date:
    return min((day_of(row.due) for row in group.rows if row.due), default=date.max)


@dataclass(frozen=True)
class Hit:
    title: Any
    note: Any
    url: str


def search(user: Any, text: str, limit: int = 8) -> list[tuple[Any, list[Hit]]]:
    """(label, hits) of each registered search that found something."""
    found = []
    for source in shelves.searches():
        hits = [Hit(source.title(o), source.note(o), source.url(o)) for o in source.find(user, text, limit)]
        if hits:
            found.append((source.label, hits))
    return found


def audit_events(wanted: dict[str, Any]) -> QuerySet[AuditEvent]:
    """Newest first; `event` by its beginning, `actor` and `object` by a part, days in Asia/Shanghai."""
    events = AuditEvent.objects.order_by("-id")
    if wanted.get("event"):
        events = events.filter(event__startswith=wanted["event"])
    if wanted.get("actor"):
        events = events.filter(actor_label__contains=wanted["actor"])
    if wanted.get("object"):
        events = events.filter(object_label__contains=wanted["object"])
    if wanted.get("first"):
        events = events.filter(at__gte=_midnight(wanted["first"]))
    if wanted.get("last"):
        events = events.filter(at__lt=_midnight(wanted["last"] + timedelta(days=1)))
    if wanted.get("before"):
        events = events.filter(id__lt=wanted["before"])
    return events


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.ZONE)
