"""A request from its first day to its end."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bureau import audit
from bureau.accounts.enums import UserKind
from bureau.accounts.models import SiteProfile
from bureau.attachments.actions import claim
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.common.i18n import localized
from bureau.notifications import notify
from bureau.workflow import perform
from subsidies import queries
from subsidies.loans import numbers, permissions
from subsidies.loans.models import LoanProduct, LoanRequest


def consent_text(product, site=None):
    """What the owner agrees to, in the language he reads. Kept with the request as it was. `site`: the profile of the
    bureau, where it has been read already."""
    return _(
        "I agree that %(bureau)s passes my name, identity number, phone number and the data of my shop on to "
        "%(bank)s, which examines this request and decides on it by itself, and that the bank tells the bureau "
        "its decision and what it pays out."
    ) % {"bureau": localized(site or SiteProfile.get(), "name"), "bank": localized(product, "bank")}


@transaction.atomic
def ask(*, product, enterprise, amount, purpose, by, phone="", entry_unit=None, source=None, on=None):
    """Hand in a request; consent has been given by `by`, or stands on the paper `source`.

    Raises ValidationError with the reasons against it.
    """
    product = LoanProduct.objects.select_for_update(no_key=True).get(pk=product.pk)
    if reasons := permissions.request_reasons(product, enterprise):
        raise ValidationError(reasons)
    if amount > product.highest:
        raise ValidationError(_("The amount is above the highest amount of this loan."))
    now = clock.now()
    owner = by if by.kind == UserKind.OWNER else None
    request = LoanRequest(
        number=numbers.next_number(numbers.REQUEST, now.astimezone(clock.ZONE).year), product=product,
        enterprise=enterprise, applicant=owner, contact_phone=phone or (owner.phone if owner else enterprise.phone) or "",
        amount_wished=amount, purpose=purpose, consent_text=consent_text(product), consent_at=now,
        region_id=enterprise.region_id, operating_region_id=place_of(enterprise),
        unit=queries.office_for(enterprise.region), entry_unit=entry_unit, entered_by=by,
        channel=Channel.ONLINE if owner else Channel.ON_BEHALF, source=source, effective_date=on or clock.today(),
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        raise ValidationError(_("This shop has an open request for this loan already.")) from None
    if source is not None:
        claim(source, request)
    audit.record("subsidies.loanrequest.requested", request, by=by, amount=str(amount), product=product.key)
    tell(request, "loans.requested")
    return request


def place_of(enterprise):
    """The place a loan counts for besides the home county."""
    return enterprise.operating_region_id or enterprise.registered_region_id or enterprise.region_id


def withdraw(*, request, by, version=None):
    return perform(request, "withdraw", by=by, version=version)


# --- effects of the transition table -----------------------------------------------------------------


def on_list(request, by, data, log):
    log.data = {"list": data["list"]}
    log.effective_date = data["on"]
    tell(request, "loans.listed")


def on_accept(request, by, data, log):
    request.amount_approved, request.decided_on = data["amount"], data["decided_on"]
    log.effective_date = data["decided_on"]
    tell(request, "loans.accepted")


def on_decline(request, by, data, log):
    request.decline_reason = data["reason"]
    request.decided_on = request.closed_on = log.effective_date = data["decided_on"]
    tell(request, "loans.declined")


def on_close(request, by, data, log):
    request.closed_on = log.effective_date = data["closed_on"]


def on_withdraw(request, by, data, log):
    request.closed_on = log.effective_date


def tell(request, kind, **context):
    """The owner hears of it in the portal and by SMS; nothing personal, only the number."""
    phone = "" if request.applicant_id else request.contact_phone
    if not request.applicant_id and not phone:
        return
    notify(
        kind, to=request.applicant, phone=phone, subject=request, context={"number": request.number, **context},
        dedupe=f"{kind}:{request.pk}:{request.version}",
    )
