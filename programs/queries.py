"""Reads over pledges, notes and feedback."""

from __future__ import annotations

from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractYear

from bureau.accounts.models import Unit, User
from bureau.accounts.roles import Permission
from bureau.attachments.models import Attachment
from bureau.common import clock
from programs.enums import State
from programs.models import BEST, Answer, Feedback, Pledge, ProgressNote
from programs.purposes import PUBLIC_FILE


def with_progress(pledges: QuerySet[Pledge]) -> QuerySet[Pledge]:
    """Adds `percent`, what the last note says; a fulfilled one is complete."""
    last = ProgressNote.objects.filter(pledge=OuterRef("pk")).order_by("-id").values("percent")[:1]
    return pledges.annotate(percent=Coalesce(Subquery(last), 0))


def with_ratings(pledges: QuerySet[Pledge]) -> QuerySet[Pledge]:
    """Adds `stars` and `raters` of what was reviewed."""
    shown = Feedback.objects.shown().filter(pledge=OuterRef("pk")).order_by().values("pledge")
    return pledges.annotate(
        stars=Subquery(shown.annotate(n=Avg("rating")).values("n")),
        raters=Coalesce(Subquery(shown.annotate(n=Count("pk")).values("n")), 0),
    )


def public_list(found: dict[str, Any]) -> QuerySet[Pledge]:
    """What the public page lists: `found` holds q, unit, state, category and year, or less."""
    rows = Pledge.objects.public().select_related("unit", "region")
    if unit := found.get("unit"):
        rows = rows.filter(unit=unit)
    if state := found.get("state"):
        rows = rows.filter(state=State.PUBLISHED, due_on__lt=clock.today()) if state == "overdue" else rows.filter(state=state)
    if category := found.get("category"):
        rows = rows.filter(category=category)
    if year := found.get("year"):
        rows = rows.filter(effective_date__year=int(year))
    rows = search(rows, found.get("q") or "")
    return with_ratings(with_progress(rows)).order_by("-published_on", "-id")


def search(rows: QuerySet[Pledge], text: str) -> QuerySet[Pledge]:
    """By number, or a part of what was pledged, where, and by whom. There are hundreds of pledges, not thousands."""
    text = " ".join(text.split())
    if not text:
        return rows
    named = ("text_zh", "text_en", "occasion", "person_name", "organization", "unit__name_zh", "unit__name_en")
    rule = Q(number__iexact=text)
    for name in named:
        rule |= Q(**{f"{name}__icontains": text})
    return rows.filter(rule)


def public_units() -> QuerySet[Unit]:
    return Unit.objects.filter(Exists(Pledge.objects.public().filter(unit=OuterRef("pk")))).order_by("path")


def public_years() -> list[int]:
    years = Pledge.objects.public().order_by().values_list(ExtractYear("effective_date"), flat=True).distinct()
    return sorted(years, reverse=True)


def notes_with_files(pledge: Pledge, purpose: str = PUBLIC_FILE) -> list[ProgressNote]:
    """Newest first; each note's `files` of the purpose, read together."""
    notes = list(pledge.notes.select_related("unit").order_by("-noted_on", "-id"))
    label = ProgressNote._meta.label_lower
    files = Attachment.objects.filter(
        subject_type=label, subject_id__in=[str(note.pk) for note in notes], purpose=purpose
    ).order_by("created_at")
    by_note: dict[str, list[Attachment]] = {}
    for file in files:
        by_note.setdefault(file.subject_id, []).append(file)
    for note in notes:
        note.files = by_note.get(str(note.pk), [])  # type: ignore[attr-defined]
    return notes


def ratings(pledge: Pledge) -> dict[str, Any]:
    """{"average": 4.2 or None, "count": n, "by_rating": [(5, n, percent), … (1, n, percent)]} of what was reviewed."""
    counts = dict(
        Feedback.objects.shown().filter(pledge=pledge).order_by().values_list("rating").annotate(n=Count("pk"))
    )
    total = sum(counts.values())
    spread = [(rating, counts.get(rating, 0), round(100 * counts.get(rating, 0) / total) if total else 0)
              for rating in range(BEST, 0, -1)]
    average = sum(rating * n for rating, n in counts.items()) / total if total else None
    return {"average": average, "count": total, "by_rating": spread}


def public_comments(pledge: Pledge) -> QuerySet[Feedback]:
    """Reviewed comments with their answers; who wrote them is nobody's business."""
    answers = Prefetch("answers", Answer.objects.select_related("unit").order_by("id"))
    return Feedback.objects.shown().filter(pledge=pledge).exclude(comment="").prefetch_related(answers)


# --- the staff's desk -----------------------------------------------------------------------------


def to_review(user: User) -> QuerySet[Feedback]:
    """What waits for a moderator; the oldest first."""
    if not user.can(Permission.MODERATE):
        return Feedback.objects.none()
    return Feedback.objects.visible_to(user).waiting().select_related("pledge", "unit").order_by("id")


def to_answer(user: User) -> QuerySet[Feedback]:
    """Shown comments without an answer, of the user's own offices."""
    if not user.can(Permission.PLEDGE_EDIT):
        return Feedback.objects.none()
    rows = Feedback.objects.shown().filter(unit__in=user.granted_units(Permission.PLEDGE_EDIT), answers=None)
    return rows.exclude(comment="").select_related("pledge", "unit").order_by("id")


def falling_due(user: User, until: Any) -> QuerySet[Pledge]:
    """Open pledges of the user's own offices that are due by a day."""
    if not user.can(Permission.PLEDGE_EDIT):
        return Pledge.objects.none()
    mine = Pledge.objects.open().filter(unit__in=user.granted_units(Permission.PLEDGE_EDIT), due_on__lte=until)
    return mine.select_related("unit").order_by("due_on", "id")


def to_publish(user: User) -> QuerySet[Pledge]:
    """Drafts that somebody else wrote and this user may make public."""
    rights = (Permission.PLEDGE_EDIT, Permission.APPROVE)
    if not any(map(user.can, rights)):
        return Pledge.objects.none()
    drafts = Pledge.objects.visible_to(user).filter(state=State.DRAFT, unit__in=_within(user, *rights))
    return drafts.exclude(Q(entered_by=user) | Q(edited_by=user, edited_by__isnull=False)).select_related("unit").order_by("id")


def _within(user: User, *rights: Permission) -> QuerySet[Unit]:
    """Units at or under those where the user holds a right."""
    rule = Q(pk__in=[])
    for unit in user.granted_units(*rights):
        rule |= Q(path__startswith=unit.path)
    return Unit.objects.filter(rule)


