"""Telling the people of a session. An owner reads it in the portal, others get it on the phone they gave."""

from bureau.common.i18n import localized
from bureau.notifications import notify


def tell(enrollment, kind: str, *, dedupe: str) -> None:
    """One message; the same `dedupe` never goes out twice to the same enrollment."""
    session = enrollment.session
    day = session.begins_on
    notify(
        kind, to=enrollment.user, phone="" if enrollment.user else enrollment.phone, subject=enrollment,
        context={"title": session.title, "month": day.month, "day": day.day, "place": localized(session.place, "name")},
        dedupe=f"training:{enrollment.pk}:{dedupe}",
    )


def tell_all(session, kind: str, *, dedupe: str) -> None:
    """Everybody with a seat or on the waiting list."""
    for enrollment in session.enrollments.held().select_related("user", "session__place").order_by("id"):
        tell(enrollment, kind, dedupe=dedupe)
