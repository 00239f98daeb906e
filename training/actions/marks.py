"""Attendance: one save of the whole grid, as a difference to what stands."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.common import clock
from training import permissions
from training.actions.enrollments import hold
from training.enums import Mark
from training.models import Attendance, Roll
from training.models.session import half_day


class Stale(Exception):
    """Somebody else has saved the attendance since the page was opened."""


@transaction.atomic
def save(session, *, by, version, rows, **recorded) -> Roll | None:
    """`rows`: {enrollment id: {half-day key: mark or ""}}; half-days that are not named stay as they are.

    Returns the save, or None where nothing was different. Raises Stale when `version` is not the newest, and
    ValidationError for a closed session, a stranger, a half-day that is not in the plan, or somebody present on a
    day that has not come; leave may be noted before.
    """
    session = hold(session)
    if reasons := permissions.mark_reasons(session, by):
        raise ValidationError(reasons)
    if session.marks_version != version:
        raise Stale
    today = clock.today().isoformat()
    if any(mark == Mark.PRESENT and key[:10] > today for marks in rows.values() for key, mark in marks.items()):
        raise ValidationError(_("There is a mark of a day that has not come yet."))
    return write(session, by=by, rows=rows, **recorded)


def write(session, *, by, rows, **recorded) -> Roll | None:
    """The difference alone is written; the caller holds the session and has asked whether he may."""
    seated = set(session.enrollments.seated().filter(pk__in=rows).values_list("pk", flat=True))
    plan = set(session.plan)
    if strangers := set(rows) - seated:
        raise ValidationError(_("%(count)s people of this list are no longer enrolled.") % {"count": len(strangers)})
    if any(set(marks) - plan or set(marks.values()) - {"", *Mark.values} for marks in rows.values()):
        raise ValidationError(_("The list names a half-day or a mark that this session does not have."))
    new, changed, gone, changes = _difference(rows)
    if not (new or changed or gone):
        return None
    session.marks_version += 1
    session.save(update_fields=["marks_version"])
    roll = Roll.objects.create(
        session=session, number=session.marks_version, changes=changes, entered_by=by, **recorded
    )
    Attendance.objects.filter(pk__in=[mark.pk for mark in gone]).delete()
    for mark in [*new, *changed]:
        mark.roll = roll
    Attendance.objects.bulk_update(changed, ["mark", "roll"], batch_size=500)
    Attendance.objects.bulk_create(new, batch_size=2_000)
    audit.record(
        "training.attendance.saved", session, by=by, save=roll.number, new=len(new), changed=len(changed), removed=len(gone)
    )
    return roll


def _difference(rows):
    """(new, changed, gone, changes): marks to insert, to update, to remove, and what stood before."""
    standing = {
        (mark.enrollment_id, mark.key): mark for mark in Attendance.objects.filter(enrollment__in=rows)
    }
    new, changed, gone, changes = [], [], [], []
    for pk, marks in rows.items():
        for key, mark in marks.items():
            old = standing.get((pk, key))
            if old is None:
                if mark:
                    day, half = half_day(key)
                    new.append(Attendance(enrollment_id=pk, day=day, half=half, mark=mark))
            elif mark != old.mark:
                changes.append([pk, key, old.mark, mark])
                (changed if mark else gone).append(old)
                old.mark = mark or old.mark
    return new, changed, gone, changes
