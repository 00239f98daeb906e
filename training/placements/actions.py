"""Writes of placements: keyword-only, each in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.models import User
from bureau.attachments.actions import claim
from bureau.attachments.enums import Channel
from bureau.attachments.models import Attachment
from bureau.common import clock
from bureau.notifications import notify
from bureau.workflow import Refused, perform
from enterprises.enums import MembershipState
from enterprises.models import Enterprise, Membership
from enterprises.people import PersonRow, people_for
from training.placements import permissions, queries
from training.placements.enums import AccountKind, AgreementState
from training.placements.models import Agreement, MonthRow, MonthSheet, Placement

OVERLAP = "placement_no_overlap"


@dataclass(frozen=True)
class Trainee:
    """One person to be placed, with values that have passed their form."""

    person: PersonRow
    starts_on: date
    ends_on: date
    account: str = ""
    bank: str = ""


# --- agreements ----------------------------------------------------------------------------------------------------


def draw_up(*, host: Enterprise, by: User, unit, trainer: str, monthly_wage: Decimal, starts_on: date,
            ends_on: date) -> Agreement:
    """A draft between the office and the shop."""
    with transaction.atomic():
        row = Agreement.objects.create(
            host=host, unit=unit, region_id=host.region_id, operating_region_id=host.operating_region_id,
            trainer=trainer, monthly_wage=monthly_wage, starts_on=starts_on, ends_on=ends_on, entered_by=by,
        )
        row.refresh_from_db(fields=["number"])
        audit.record("training.agreement.drawn_up", row, by=by)
        return row


def change_draft(*, agreement: Agreement, by: User, **values) -> Agreement:
    """What is not signed yet may be changed. Raises Refused, or ValidationError where somebody is placed outside."""
    with transaction.atomic():
        row = locked(agreement)
        if row.state != AgreementState.DRAFT:
            raise Refused([_("A signed agreement stays as it was signed.")])
        for name, value in values.items():
            setattr(row, name, value)
        row.region_id, row.operating_region_id = row.host.region_id, row.host.operating_region_id
        try:
            row.save()
        except IntegrityError as error:
            if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != "placement_within_term":
                raise
            raise ValidationError(_("Somebody is placed outside this term; please change the placement first.")) from None
        audit.record("training.agreement.changed", row, by=by)
        return row


def locked(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_for_update(of=("self",), no_key=True).select_related("host", "unit").get(
        pk=agreement.pk
    )


def on_sign(agreement, by, data, log):
    agreement.signed_on, agreement.scan = data["signed_on"], data["scan"]
    log.effective_date = data["signed_on"]
    claim(data["scan"], agreement)
    tell_host(agreement, "training.agreement_signed")


def on_begin(agreement, by, data, log):
    log.effective_date = agreement.starts_on


def on_stop(agreement, by, data, log):
    """Placements that would go on end with it; those that had not begun never do. Raises Refused where days that
    were confirmed lie behind its new end."""
    day = data["stopped_on"]
    agreement.stopped_on, agreement.stop_reason = day, data["reason"]
    log.effective_date, log.comment = day, data["reason"]
    going_on = agreement.placements.standing()
    try:
        with transaction.atomic():
            going_on.filter(starts_on__gt=day).update(cancelled_at=log.at, cancelled_by=by, left_reason=data["reason"])
            going_on.filter(starts_on__lte=day, ends_on__gt=day).update(ends_on=day, left_reason=data["reason"])
    except IntegrityError:
        raise Refused([_("Days after this one have been confirmed already.")]) from None


# --- trainees ------------------------------------------------------------------------------------------------------


def place(*, agreement: Agreement, trainees: Iterable[Trainee], by: User, channel: str = Channel.ONLINE,
          source: Attachment | None = None) -> list[Placement]:
    """Place people, all or none, in a fixed number of statements. Raises ValidationError where one of them is in
    another shop on some of the days, Refused where the agreement is closed."""
    trainees = list(trainees)
    with transaction.atomic():
        row = locked(agreement)
        if reasons := permissions.trainee_reasons(row, by):
            raise Refused(reasons)
        people = people_for([trainee.person for trainee in trainees])
        placements = [placement_of(row, trainee, people[trainee.person.index], by, channel, source)
                      for trainee in trainees]
        try:
            with transaction.atomic():
                # In the order of the people, so that two lists with the same ones never wait in a circle.
                Placement.objects.bulk_create(sorted(placements, key=lambda p: p.person_id), batch_size=2000)
        except IntegrityError as error:
            if OVERLAP not in str(error):
                raise
            raise ValidationError(overlap_messages(placements)) from None
        audit.record("training.trainees.placed", row, by=by, count=len(placements))
        return placements


def placement_of(agreement, trainee, person, by, channel, source) -> Placement:
    made = Placement(
        agreement=agreement, person=person, starts_on=trainee.starts_on, ends_on=trainee.ends_on, entered_by=by,
        channel=channel, source=source, effective_date=trainee.starts_on,
    )
    if trainee.account:
        made.set_account(kind=AccountKind.PERSONAL, account=trainee.account, bank=trainee.bank)
    return made


def overlapping(placements: Iterable[Placement]) -> dict[int, Placement]:
    """{person: where he is already} for those who stand in another shop on some of the days; one query."""
    wanted = {placement.person_id: placement for placement in placements}
    standing = Placement.objects.standing().filter(person__in=wanted).select_related("person", "agreement__host")
    return {
        row.person_id: row for row in standing
        if row.pk != wanted[row.person_id].pk
        and row.starts_on <= wanted[row.person_id].ends_on and row.ends_on >= wanted[row.person_id].starts_on
    }


def overlap_messages(placements: list[Placement]) -> list[str]:
    found = overlapping(placements).values()
    if not found:  # twice in the very list
        return [_("One person stands in the list twice.")]
    return [overlap_message(row) for row in found]


def overlap_message(row: Placement) -> str:
    return _("%(name)s is placed at %(shop)s from %(first)s to %(last)s already.") % {
        "name": row.person.name, "shop": row.agreement.host.name, "first": row.starts_on, "last": row.ends_on,
    }


def leave(*, placement: Placement, by: User, last_day: date | None, reason: str) -> Placement:
    """The trainee leaves on a day, or (without one) never came. Raises Refused."""
    with transaction.atomic():
        agreement = locked(placement.agreement)
        row = Placement.objects.select_for_update(of=("self",), no_key=True).get(pk=placement.pk)
        if reasons := permissions.trainee_reasons(agreement, by):
            raise Refused(reasons)
        row.left_reason = reason
        if last_day is None:
            row.cancelled_at, row.cancelled_by = clock.now(), by
        else:
            row.ends_on = last_day
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise Refused([_("Days after this one have been confirmed already.")]) from None
        audit.record("training.trainee.left", agreement, by=by, placement=row.pk, came=last_day is not None)
        return row


def save_account(*, placement: Placement, by: User, kind: str, account: str, bank: str) -> Placement:
    """The trainee's own account, entered by the host or the office; an empty number keeps the one on file."""
    with transaction.atomic():
        row = Placement.objects.select_for_update(of=("self",), no_key=True).select_related("agreement__unit").get(
            pk=placement.pk
        )
        if reasons := permissions.account_reasons(row, by):
            raise PermissionDenied(" ".join(reasons))
        row.set_account(kind=kind, account=account or row.account.reveal(), bank=bank)
        if _others_account(row):
            raise ValidationError({"account": _("Another trainee of this agreement has this account.")})
        row.save()
        audit.record("training.trainee.account", row.agreement, by=by, placement=row.pk)
        return row


def _others_account(row: Placement) -> bool:
    same = row.agreement.placements.standing().filter(account_index=row.account_index)
    return same.exclude(person=row.person_id).exists()


# --- months --------------------------------------------------------------------------------------------------------


def report(*, agreement: Agreement, month: date, rows: Mapping[Placement, tuple[int, Decimal]], by: User,
           channel: str = Channel.ONLINE, source: Attachment | None = None) -> MonthSheet:
    """What the host says about a month, or somebody of the office for him. `rows`: days and wage by placement.
    Until the county has confirmed it, saying it again replaces it. Raises Refused."""
    with transaction.atomic():
        row = locked(agreement)
        sheet = MonthSheet.objects.select_for_update(of=("self",), no_key=True).filter(
            agreement=row, month=month
        ).first()
        if reasons := permissions.month_reasons(row, month, by, sheet):
            raise Refused(reasons)
        data = {"rows": rows, "channel": channel, "source": source}
        if sheet is not None:
            return perform(sheet, "report", by=by, data=data)
        sheet = MonthSheet.objects.create(
            agreement=row, month=month, entered_by=by, channel=channel, source=source,
        )
        write_rows(sheet, rows)
        if source is not None:
            claim(source, sheet)
        audit.record("training.month.reported", sheet, by=by, people=len(rows), channel=channel)
        return sheet


def on_report(sheet, by, data, log):
    if "rows" not in data:
        raise Refused([_("Months are reported on their own page.")])
    sheet.entered_by, sheet.channel = by, data["channel"]
    sheet.recorded_at, sheet.effective_date = log.at, log.effective_date
    if data["source"] is not None:
        claim(data["source"], sheet)
        sheet.source = data["source"]
    sheet.return_note = ""
    sheet.rows.all().delete()
    write_rows(sheet, data["rows"])


def write_rows(sheet: MonthSheet, rows: Mapping[Placement, tuple[int, Decimal]]) -> None:
    MonthRow.objects.bulk_create(
        [MonthRow(sheet=sheet, placement=placement, days=days, wage=wage) for placement, (days, wage) in rows.items()],
        batch_size=2000,
    )


def on_confirm(sheet, by, data, log):
    sheet.confirmed_at, sheet.confirmed_by = log.at, by
    tell_host(sheet.agreement, "training.month_confirmed", month=f"{sheet.month:%Y-%m}", sheet=sheet)


def on_send_back(sheet, by, data, log):
    sheet.return_note = log.comment = data["note"]
    tell_host(sheet.agreement, "training.month_returned", month=f"{sheet.month:%Y-%m}", sheet=sheet)


# --- words to the host -----------------------------------------------------------------------------------------------


def remind(due: queries.DueMonth) -> None:
    """A month that is over waits for the host: told once when it does, and once when its last day has passed."""
    late = due.due_on < clock.today()
    tell_host(due.agreement, "training.month_late" if late else "training.month_due", month=f"{due.month:%Y-%m}",
              once=f"{due.month:%Y-%m}")


def tell_host(agreement: Agreement, kind: str, *, sheet: MonthSheet | None = None, once: str = "", **context) -> None:
    """Everybody who acts for the shop hears of it; only the number of the agreement is named. `once` keeps a message
    from going out again, else it is once for each move."""
    members = Membership.objects.filter(enterprise=agreement.host_id, state=MembershipState.CONFIRMED)
    subject = sheet or agreement
    for member in members.select_related("user"):
        notify(
            kind, to=member.user, subject=subject, context={"number": agreement.number, **context},
            dedupe=f"{kind}:{subject.pk}:{once or subject.version}:{member.user_id}",
        )
