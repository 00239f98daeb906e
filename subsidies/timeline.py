"""What has happened to an application and what comes next, in plain words. Offices, never persons, for the owner."""

from django.utils.translation import gettext as _

from bureau.common.i18n import localized
from bureau.workflow import workflow_of
from subsidies.enums import StageKind, State
from subsidies.models import Stage


def entries(application):
    """Newest first: dicts of title, who, at, note, next (for the `timeline` component)."""
    log = list(application.log.select_related("unit").order_by("version"))
    reviews = iter(_review_labels(application))
    corrections = iter(application.corrections.order_by("round"))
    rows = [_begun(application), *(_entry(application, move, reviews, corrections) for move in log)]
    rows[-1]["next"] = next_step(application)
    return rows[::-1]


def _begun(application):
    who = application.entry_unit or _("You")
    title = _("Entered for you") if application.is_on_behalf else _("Begun")
    return {"title": title, "who": str(who), "at": application.recorded_at, "note": "", "next": ""}


def _entry(application, move, reviews, corrections):
    step = workflow_of(application)[move.name]
    title, note = str(step.owner_label or step.label), ""
    if move.name == "pass_stage":
        title = _("%(stage)s: passed") % {"stage": next(reviews, step.label)}
    elif move.name == "ask_correction":
        note = _correction_note(next(corrections, None))
    elif move.name == "refuse":
        note = application.refusal_reason
    who = str(move.unit) if move.unit_id else _("You") if step.owner else ""
    return {"title": title, "who": who, "at": move.at, "note": note, "next": ""}


def _review_labels(application):
    """A review is passed once, so the passes come in the order of the stages."""
    stages = Stage.objects.filter(version=application.scheme_version_id, kind=StageKind.REVIEW).order_by("order")
    return [localized(stage, "label") for stage in stages]


def _correction_note(correction):
    if correction is None:
        return ""
    return "\n".join(item.note for item in correction.items.all()) + (f"\n{correction.note}" if correction.note else "")


def next_step(application):
    """One sentence: who does what by when."""
    state = application.state
    if state == State.DRAFT:
        return _("Complete it and hand it in.")
    if state == State.RETURNED:
        correction = application.open_correction()
        return _("Please correct the items that are named by %(day)s.") % {"day": day(correction.due)}
    if state in (State.SUBMITTED, State.IN_REVIEW, State.APPROVED):
        wait = application.current_wait()
        if wait is None:
            return ""
        return _("%(stage)s by %(unit)s, by %(day)s at the latest.") % {
            "stage": localized(application.stage, "label"), "unit": localized(wait.unit, "name"),
            "day": day(wait.due_on),
        }
    if state == State.REFUSED:
        return _("If you think this is wrong, call the office below.")
    if state == State.WITHDRAWN:
        return _("You may apply again at any time while the scheme is open.")
    return ""


def day(value):
    from bureau.common.templatetags.ui import day as shown

    return shown(value)
