"""Steps of the offices. Effects of the transition table: the row is locked, the guards have passed."""

from decimal import Decimal

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.notifications import notify
from bureau.workflow import Refused
from subsidies.actions import ledger, stages
from subsidies.actions.correction import ask_correction_rows
from subsidies.enums import Outcome
from subsidies.models import Application, Review

#: A review belongs to the round after all corrections so far; the database counts them as it writes the review.
ROUND = "(select count(*) + 1 from subsidies_correction where application_id = %s)"


def write_review(application: Application, *, by: User, outcome: Outcome, opinion: str = "", log) -> None:
    """What was done at the present stage, in the present round."""
    Review.objects.create(
        application=application, step=application.stage.step, outcome=outcome,
        round=RawSQL(ROUND, [application.pk]),  # noqa: S611  a fixed text and a number
        by=by, unit=log.unit or application.unit, at=log.at, effective_date=log.effective_date, opinion=opinion,
        scheme_id=application.scheme_id, region_id=application.region_id,
        operating_region_id=application.operating_region_id,
    )


def on_accept(application, by, data, log):
    write_review(application, by=by, outcome=Outcome.PASSED, opinion=data.get("opinion", ""), log=log)
    application.accepted_at = log.at
    stages.move_on(application, at=log.at)
    tell_owner(application, "subsidies.accepted")


def on_pass_stage(application, by, data, log):
    write_review(application, by=by, outcome=Outcome.PASSED, opinion=data.get("opinion", ""), log=log)
    stages.move_on(application, at=log.at)


def on_ask_correction(application, by, data, log):
    """One notice of everything that must be changed. From the second round on the office says why again."""
    reason = data.get("reason", "")
    if application.round() and not reason:
        raise Refused([_("A second correction needs a reason.")])
    write_review(application, by=by, outcome=Outcome.RETURNED, opinion=reason, log=log)
    ask_correction_rows(application, by, data["items"], data.get("note", ""), log.at)
    tell_owner(application, "subsidies.correction", count=len(data["items"]))


def on_refuse(application, by, data, log):
    write_review(application, by=by, outcome=Outcome.REFUSED, opinion=data["reason"], log=log)
    application.refusal_reason = data["reason"]
    application.decided_at, application.decided_by = log.at, by
    application.closed_at, application.closed_on = log.at, log.effective_date
    stages.finish(application, at=log.at)
    tell_owner(application, "subsidies.refused")


def on_approve(application, by, data, log):
    """Approve what was requested and reserve it; the budget line is locked last. Raises OverBudget."""
    ledger.look_first(data["line"], application.amount_requested or Decimal(0))
    payees = ledger.locked_payees(application)
    amount = sum((payee.amount for payee in payees), Decimal(0))
    if not amount or amount != application.amount_requested:
        raise Refused([_("The payees must receive exactly the amount requested.")])
    write_review(application, by=by, outcome=Outcome.PASSED, opinion=data.get("opinion", ""), log=log)
    application.amount_approved = amount
    application.decided_at, application.decided_by = log.at, by
    stages.move_on(application, at=log.at)
    tell_owner(application, "subsidies.approved")
    ledger.reserve(application=application, line=data["line"], by=by, on=log.effective_date, payees=payees)


def tell_owner(application: Application, kind: str, **context) -> None:
    """The owner hears of it in the portal and by SMS; nothing personal, only the number of the case."""
    notify(
        kind, to=application.applicant, phone="" if application.applicant_id else application.contact_phone,
        subject=application, context={"number": application.number, **context},
        dedupe=f"{kind}:{application.pk}:{application.version}",
    )
