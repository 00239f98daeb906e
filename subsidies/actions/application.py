"""What owners, and those who enter for them, do with an application before it reaches an office."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.enums import UserKind
from bureau.accounts.models import User
from bureau.attachments.actions import claim
from bureau.attachments.enums import Channel
from bureau.audit import record
from bureau.common import clock
from bureau.formbuilder.forms import RAW
from bureau.notifications import notify
from bureau.workflow import AlreadyMoved, Refused, perform
from subsidies import eligibility, permissions, queries
from subsidies.actions import stages
from subsidies.contention import constraint_of
from subsidies.enums import GRANTED
from subsidies.models import Application
from subsidies.numbers import next_number
from subsidies.placements import lines

#: What the database refuses while it is handed in, in words.
REFUSALS = {
    "application_within_window": gettext_lazy("This scheme takes no applications at the moment."),
    "subsidies_application_submit_key_key": gettext_lazy("This request was used before for something else."),
}


class Stale(Exception):
    """Saved elsewhere meanwhile (another phone, another tab); the page must be loaded again."""


def start(*, scheme, enterprise, by, phone="", entry_unit=None, source=None, agreement=None):
    """The shop's draft for this scheme: the one there is, or a new one. Returns (application, created). A scheme
    that pays for placements has one for each agreement, and needs to know which.

    With `entry_unit` an office enters it for the owner of `phone`. Raises ValidationError with the reasons.
    """
    version = scheme.current()
    if version is None:
        raise ValidationError(_("This scheme takes no applications at the moment."))
    if enterprise.region_id is None:
        raise ValidationError(_("The home county of the shop is not in the register yet. Please complete it first."))
    if reasons := lines.start_reasons(version, agreement):
        raise ValidationError(reasons)
    if existing := queries.blocking_application(scheme, enterprise, agreement):
        return _existing(existing, by), False
    if eligibility.explain(version, enterprise).verdict is False:
        raise ValidationError(_("The shop does not meet the conditions of this award."))
    owner = owner_of(phone) if entry_unit else by
    try:
        with transaction.atomic():
            application = Application.objects.create(
                scheme=scheme,
                scheme_version=version,
                enterprise=enterprise,
                agreement=agreement,
                applicant=owner,
                contact_phone=owner.phone,
                region=enterprise.region,
                operating_region=enterprise.operating_region,
                unit=queries.office_for(enterprise.region),
                entry_unit=entry_unit,
                amount_cap=version.cap,
                entered_by=by,
                channel=Channel.ON_BEHALF if entry_unit else Channel.ONLINE,
                source=source,
                saved_at=clock.now(),
            )
            record("subsidies.application.started", application, by=by, scheme=scheme.key)
            if source is not None:
                claim(source, application)  # the owner may look at the paper too
            if entry_unit:
                tell_entered(application)
    except IntegrityError as error:  # the same shop was faster on another phone
        existing = queries.blocking_application(scheme, enterprise, agreement)
        if existing is None:
            raise error
        return _existing(existing, by), False
    return application, True


def owner_of(phone):
    """The owner of this (normalized) number; one who has never signed in gets his account now."""
    owners = User.objects.filter(kind=UserKind.OWNER, phone=phone)
    if known := owners.first():
        return known
    try:
        with transaction.atomic():
            return User.objects.create_owner(phone=phone)
    except IntegrityError:  # two desks at once
        return owners.get()


def _existing(application, by):
    """The application in the way, if `by` may open it; otherwise the reason."""
    if Application.objects.visible_to(by).filter(pk=application.pk).exists():
        return application
    if application.state in GRANTED:
        raise ValidationError(_("The shop has already been granted this award."))
    raise ValidationError(_("Somebody has already begun an application for this shop. Please call the office."))


def tell_entered(application):
    notify(
        "subsidies.entered",
        to=application.applicant,
        subject=application,
        dedupe=f"subsidies.entered:{application.pk}",
    )


def locked(application, *, by, rev=None):
    """The row, locked, if `by` may write into it and nobody saved meanwhile. Call inside a transaction."""
    row = Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application.pk)
    if reasons := permissions.fill_reasons(row, by):
        raise PermissionDenied(" ".join(reasons))
    if rev is not None and rev != row.rev:
        raise Stale
    return row


def touch(row, *fields):
    """Save the named fields as one more revision."""
    row.rev += 1
    row.saved_at = clock.now()
    row.save(update_fields=[*fields, "rev", "saved_at"])
    return row


def save_answers(*, application, by, rev, read):
    """Store one screen of answers. `read(row)` turns the locked row into (keys, answers): what the screen owns and
    what it now holds; fields that are locked for `by` never reach the row. Raises Stale."""
    with transaction.atomic():
        row = locked(application, by=by, rev=rev)
        allowed = permissions.unlocked(row, by)
        keys, found = read(row)
        keys = {key for key in keys if allowed.field(key)}
        answers = {key: value for key, value in row.answers.items() if key not in keys and key != RAW}
        raw = {key: value for key, value in (row.answers.get(RAW) or {}).items() if key not in keys}
        answers |= {key: found[key] for key in keys if key in found}
        raw |= {key: value for key, value in (found.get(RAW) or {}).items() if key in keys}
        changed = {key for key in keys if answers.get(key) != row.answers.get(key)}
        row.answers = answers | ({RAW: raw} if raw else {})
        _follow_amount(row)
        resolve_fields(row, changed)
        return touch(row, "answers")


def _follow_amount(row):
    """A single payee always receives the whole award, whatever the answers make of it."""
    if row.agreement_id:
        return
    lines = list(row.payee_lines.all()[:2])
    due = queries.award(row)
    if len(lines) == 1 and due and lines[0].amount != due:
        lines[0].amount = due
        lines[0].save(update_fields=["amount"])


def resolve_fields(row, keys):
    from subsidies.actions.correction import resolve

    resolve(row, "field", keys)


def sign(*, application, by, rev, sheet):
    """Sign the declaration of truth of the scheme version with the photo of the signed sheet."""
    from subsidies.actions.correction import resolve

    with transaction.atomic():
        row = locked(application, by=by, rev=rev)
        if not permissions.unlocked(row, by).declaration:
            raise PermissionDenied(_("The declaration cannot be changed now."))
        claim(sheet, row)
        row.declaration_sheet, row.declaration_signed_by, row.declaration_signed_at = sheet, by, clock.now()
        resolve(row, "declaration", {""})
        touch(row, "declaration_sheet", "declaration_signed_by", "declaration_signed_at")
        version = row.scheme_version.declaration
        record("subsidies.declaration.signed", row, by=by, declaration=version.digest, sheet=str(sheet.pk))
        return row


def submit(*, application, by, key, rev, seen=None):
    """Hand in, once. The same key again gives the same application; raises AlreadyMoved, Refused or Stale.
    `seen`: the amount on the page, where it follows from months that others confirm."""
    try:
        with lines.one_allowance_each(application):
            return perform(application, "submit", by=by, data={"key": key, "rev": rev, "seen": seen})
    except (AlreadyMoved, Refused):
        row = Application.objects.get(pk=application.pk)
        if row.submit_key is not None and row.submit_key == uuid.UUID(str(key)):
            return row
        raise
    except IntegrityError as error:
        if constraint_of(error) not in REFUSALS:
            raise
        raise Refused([REFUSALS[constraint_of(error)]]) from None


def on_submit(application, by, data, log):
    """Effect: the answers as they count, the amount the scheme grants for them, the number."""
    if data["rev"] != application.rev:
        raise Stale
    at = log.at
    application.answers = asked_answers(application)
    if application.agreement_id:
        lines.write(application, seen=data.get("seen"))
    application.amount_requested = queries.award(application)
    application.submit_key = data["key"]
    application.submitted_at = at
    application.effective_date = stages.local_day(at)
    application.operating_region_id = application.enterprise.operating_region_id
    stages.begin(application, at=at)
    application.number = next_number(application.scheme, stages.local_day(at).year)
    notify(
        "subsidies.submitted", to=application.applicant, subject=application,
        context={"number": application.number}, dedupe=f"subsidies.submitted:{application.pk}",
    )


def asked_answers(application):
    """Only what the form asks under these answers; what is hidden is dropped when it is handed in."""
    from bureau.formbuilder import engine

    asked = engine.visible(application.scheme_version.spec, application.answers)
    return {key: value for key, value in application.answers.items() if key in asked}


def on_withdraw(application, by, data, log):
    """Effect: nothing is deleted; the shop may apply again."""
    application.closed_at = log.at
    application.closed_on = stages.local_day(log.at)
    for correction in application.corrections.filter(answered_at=None):
        correction.answered_at, correction.answered_by = log.at, by
        correction.save(update_fields=["answered_at", "answered_by"])
    stages.finish(application, at=log.at)


def withdraw(*, application, by, version=None):
    return perform(application, "withdraw", by=by, data={}, version=version)


def take_over(*, application, by):
    """The owner goes on by himself with what an office entered for him."""
    with transaction.atomic():
        row = Application.objects.select_for_update(of=("self",), no_key=True).get(pk=application.pk)
        if reasons := permissions.take_over_reasons(row, by):
            raise PermissionDenied(" ".join(reasons))
        row.taken_over_at, row.taken_over_by = clock.now(), by
        row.applicant = by
        touch(row, "taken_over_at", "taken_over_by", "applicant")
        record("subsidies.application.taken_over", row, by=by)
        return row


