"""Why something may not be done to a request now. Reasons, never booleans."""

from django.utils.translation import gettext as _

from bureau.accounts.enums import UserKind
from bureau.accounts.roles import Permission
from bureau.facts import rules
from subsidies.loans.models import LoanRequest


def is_owner(request, user):
    return user.kind == UserKind.OWNER and LoanRequest.objects.of_owner(user).filter(pk=request.pk).exists()


def withdraw_reasons(request, user):
    """The owner takes it back; what an office entered for him, the office too."""
    if is_owner(request, user):
        return []
    if request.entry_unit_id and user.can(Permission.LOAN_EDIT, unit=request.entry_unit):
        return []
    return [_("Only the owner, or the office that entered it for him, may withdraw it.")]


def request_reasons(product, enterprise):
    """Why this shop cannot ask for this loan now; [] when it can."""
    if not product.is_open:
        return [_("This loan does not take requests now.")]
    if enterprise.region_id is None:
        return [_("The register does not say which county the shop belongs to. Please call the office.")]
    if enterprise.loan_requests.open().filter(product=product).exists():
        return [_("This shop has an open request for this loan already.")]
    if product.rules and rules.explain(product.rules, enterprise.pk).verdict is False:
        return [_("The shop does not meet a condition of this loan.")]
    return []
