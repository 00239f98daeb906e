"""Why something may not be done now to an agreement or one of its months. Reasons, never booleans."""

from datetime import date

from django.utils.translation import gettext as _

from bureau.accounts.enums import UserKind
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common import clock
from training.placements.enums import BINDING, OPEN, SheetState
from training.placements.models import Agreement, MonthSheet, Placement, month_is_over


def is_host(agreement: Agreement, user: User) -> bool:
    return user.kind == UserKind.OWNER and Agreement.objects.of_owner(user).filter(pk=agreement.pk).exists()


def in_charge(agreement: Agreement, user: User) -> bool:
    return user.can(Permission.PLACEMENT_EDIT, unit=agreement.unit)


def hand_reasons(agreement: Agreement, user: User) -> list[str]:
    """Only the host shop and the office in charge write into an agreement."""
    if is_host(agreement, user) or in_charge(agreement, user):
        return []
    return [_("Only the host shop, or the office in charge, may do this.")]


def trainee_reasons(agreement: Agreement, user: User) -> list[str]:
    """Who is placed is the office's to say, as long as the agreement is open."""
    if not in_charge(agreement, user):
        return [_("Only the office in charge says who is placed.")]
    if agreement.state not in OPEN:
        return [_("The agreement has ended.")]
    return []


def begin_reasons(agreement: Agreement, user: User) -> list[str]:
    reasons = []
    if clock.today() < agreement.starts_on:
        reasons.append(_("Its first day has not come yet."))
    if not agreement.placements.standing().exists():
        reasons.append(_("Nobody is placed yet."))
    return reasons


def finish_reasons(agreement: Agreement, user: User) -> list[str]:
    if clock.today() <= agreement.ends_on:
        return [_("Its last day has not passed yet.")]
    return []


def confirm_reasons(sheet: MonthSheet, user: User) -> list[str]:
    if sheet.entered_by_id == user.pk:
        return [_("You entered this month yourself; another person must confirm it.")]
    return []


def month_reasons(agreement: Agreement, month: date, user: User, sheet: MonthSheet | None = None) -> list[str]:
    """Why this month may not be reported now."""
    if reasons := hand_reasons(agreement, user):
        return reasons
    if agreement.state not in BINDING:
        return [_("The agreement has not been signed yet.")]
    if month not in agreement.months():
        return [_("The agreement does not cover this month.")]
    if not month_is_over(month) and agreement.last_day >= clock.today():
        return [_("The month is not over yet.")]
    if sheet is not None and sheet.state == SheetState.CONFIRMED:
        return [_("The office has confirmed this month.")]
    return []


def account_reasons(placement: Placement, user: User) -> list[str]:
    if reasons := hand_reasons(placement.agreement, user):
        return reasons
    return [_("This placement was cancelled.")] if placement.cancelled_at else []
