"""Why something may not be done to a session, an enrollment or its marks now. Reasons, never booleans."""

from django.utils.translation import gettext as _

from bureau.accounts.enums import UserKind
from bureau.accounts.roles import Permission
from bureau.common import clock
from training.enums import Kind, State


def open_reasons(session, user):
    if session.kind == Kind.LIVESTREAM:
        return [_("Nobody enrolls for a livestream.")]
    if session.last_day_to_enroll < clock.today():
        return [_("The last day for enrollment is over.")]
    return []


def begin_reasons(session, user):
    return [_("Its first day has not come yet.")] if session.begins_on > clock.today() else []


def end_reasons(session, user):
    return [_("Its last day has not come yet.")] if session.ends_on > clock.today() else []


def over_reasons(session, user):
    return [_("Its last day is not over yet.")] if session.ends_on >= clock.today() else []


def close_reasons(session, user):
    if session.kind == Kind.LIVESTREAM:
        return [_("A livestream has no attendance.")]
    if session.marks_closed:
        return [_("The attendance is closed already.")]
    if not session.marks_version:
        return [_("No attendance has been entered yet.")]
    return []


def reopen_reasons(session, user):
    if session.kind == Kind.LIVESTREAM:
        return [_("A livestream has no attendance.")]
    return [] if session.marks_closed else [_("The attendance is open.")]


def cancel_session_reasons(session, user):
    if session.enrollments.filter(present__gt=0).exists():
        return [_("People have attended it already.")]
    return []


def edit_reasons(session, user):
    """Why its date, place and seats may not be changed."""
    if not user.can(Permission.TRAINING_EDIT, unit=session.unit):
        return [_("This session belongs to another office.")]
    if session.state == State.CANCELED or session.marks_closed:
        return [_("This session is closed.")]
    return []


def enroll_reasons(session, user, today=None):
    """Why nobody can be enrolled by `user` now. Staff of the office in charge may enter latecomers. `today`: the day
    by the clock of the database, where it decides."""
    if session.kind == Kind.LIVESTREAM:
        return [_("Nobody enrolls for a livestream.")]
    if session.state == State.CANCELED:
        return [_("This session has been canceled.")]
    if session.marks_closed:
        return [_("This session is closed.")]
    if user.kind == UserKind.STAFF and user.can(Permission.TRAINING_EDIT, unit=session.unit):
        return [] if session.state != State.PLANNED else [_("Open the session for enrollment first.")]
    if session.state != State.OPEN:
        return [_("This session does not take enrollments at the moment.")]
    if session.last_day_to_enroll < (today or clock.today()):
        return [_("The last day for enrollment is over.")]
    return []


def cancel_reasons(enrollment, user):
    """Owners cancel their own and offices what they entered, as long as nobody has been marked present."""
    if user.kind == UserKind.OWNER and enrollment.user_id != user.pk:
        return [_("This is not your enrollment.")]
    if enrollment.present:
        return [_("This person has attended already.")]
    if user.kind == UserKind.OWNER and enrollment.session.state != State.OPEN:
        return [_("The session has begun. Please call the organizer.")]
    if enrollment.session.marks_closed:
        return [_("This session is closed.")]
    return []


def mark_reasons(session, user):
    """Why the attendance may not be written now."""
    if not user.can(Permission.TRAINING_EDIT, unit=session.unit):
        return [_("This session belongs to another office.")]
    if session.kind == Kind.LIVESTREAM:
        return [_("A livestream has no attendance.")]
    if session.state not in (State.RUNNING, State.ENDED):
        return [_("The session has not begun yet.")]
    if session.marks_closed:
        return [_("The attendance is closed. Reopen it to correct it.")]
    return []
