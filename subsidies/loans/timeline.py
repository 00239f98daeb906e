"""What has happened to a request and what comes next, for its owner. Offices, never persons."""

from django.utils.translation import gettext as _

from bureau.common.i18n import localized
from bureau.common.money import yuan
from bureau.workflow import workflow_of
from subsidies.loans.enums import State


def entries(request):
    """Newest first: dicts of title, who, at, note, next (for the `timeline` component)."""
    rows = [_begun(request), *(_entry(request, move) for move in request.log.select_related("unit").order_by("version"))]
    rows[-1]["next"] = next_step(request)
    return rows[::-1]


def _begun(request):
    title = _("Entered for you") if request.is_on_behalf else _("Request handed in")
    return {"title": title, "who": str(request.entry_unit or _("You")), "at": request.recorded_at, "note": "", "next": ""}


def _entry(request, move):
    step = workflow_of(request)[move.name]
    who = str(move.unit) if move.unit_id else _("You") if step.owner else ""
    return {"title": str(step.owner_label or step.label), "who": who, "at": move.at, "note": _note(request, move), "next": ""}


def _note(request, move):
    if move.name == "accept":
        return _("%(amount)s yuan, on %(day)s") % {"amount": yuan(request.amount_approved), "day": day(move.effective_date)}
    if move.name == "decline":
        return request.decline_reason
    if move.name == "draw" and "amount" in move.data:
        return _("%(amount)s yuan, on %(day)s") % {"amount": yuan(move.data["amount"]), "day": day(move.effective_date)}
    return ""


def next_step(request):
    """One sentence: who does what."""
    bank = localized(request.product, "bank")
    if request.state == State.REQUESTED:
        return _("%(unit)s puts it on its next list for %(bank)s.") % {"unit": localized(request.unit, "name"), "bank": bank}
    if request.state == State.LISTED:
        return _("%(bank)s examines it and may call you.") % {"bank": bank}
    if request.state == State.ACCEPTED:
        return _("Sign the contract with %(bank)s; then it pays out.") % {"bank": bank}
    if request.state in (State.DECLINED, State.WITHDRAWN, State.CLOSED):
        return _("You may ask again at any time while the loan takes requests.")
    return ""


def day(value):
    from bureau.common.templatetags.ui import day as shown

    return shown(value)
