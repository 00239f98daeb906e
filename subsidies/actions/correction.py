"""Corrections: an office names fields and items once, the owner changes only these, the clock goes on."""

from bureau.common import clock, workdays
from bureau.workflow import perform
from subsidies import queries
from subsidies.actions import stages
from subsidies.enums import ItemKind
from subsidies.models import Correction, CorrectionItem
from subsidies.placements import lines

DAYS_TO_ANSWER = 10


def ask_correction_rows(application, by, items, note="", at=None, due=None):
    """Write the notice. `items`: [{"kind", "key", "note"}]; the office's clock stops. Returns the Correction.

    `due`: last day for the owner, by default ten working days from now.
    """
    at = at or clock.now()
    correction = Correction.objects.create(
        application=application,
        round=application.round() + 1,
        note=note,
        asked_by=by,
        asked_at=at,
        due=due or workdays.add(stages.local_day(at), DAYS_TO_ANSWER),
        days_left=stages.pause(application, at=at),
    )
    CorrectionItem.objects.bulk_create(
        CorrectionItem(
            correction=correction, kind=item["kind"], key=item["key"], note=item["note"],
            before=application.answers.get(item["key"]) if item["kind"] == ItemKind.FIELD else None,
        )
        for item in items
    )
    return correction


def resolve(application, kind, keys):
    """Mark items of the open correction as changed; no open correction, nothing to do."""
    CorrectionItem.objects.filter(
        correction__application=application, correction__answered_at=None, kind=kind, key__in=keys, resolved_at=None
    ).update(resolved_at=clock.now())


def resubmit(*, application, by, rev):
    """Hand the corrections in. Raises AlreadyMoved, Refused (with what is still to change) or Stale."""
    with lines.one_allowance_each(application):
        return perform(application, "resubmit", by=by, data={"rev": rev})


def on_resubmit(application, by, data, log):
    """Effect: answers and amount as corrected, the notice answered, the office's clock goes on."""
    from subsidies.actions.application import Stale, asked_answers

    if data["rev"] != application.rev:
        raise Stale
    correction = application.open_correction()
    correction.answered_at, correction.answered_by = log.at, by
    correction.save(update_fields=["answered_at", "answered_by"])
    application.answers = asked_answers(application)
    if application.agreement_id and correction.items.filter(kind=ItemKind.PAYEES).exists():
        lines.write(application)
    application.amount_requested = queries.award(application)
    stages.resume(application, at=log.at, days=correction.days_left)
