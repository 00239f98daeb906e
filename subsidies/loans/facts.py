"""What loans say about a shop."""

from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from bureau.facts.registry import Fact, Related, register
from subsidies.loans.models import Drawdown, LoanRequest

REGISTER = _("Register of loans")

register(
    Fact(
        "loans.disbursed_total", _("Loans paid out so far"), "number",
        Related(Drawdown.objects.all, Sum("amount"), empty=Decimal(0)), unit=_("yuan"), source=REGISTER,
    ),
    Fact(
        "loans.open", _("Loan requests that are open"), "int",
        Related(LoanRequest.objects.open, Count("pk"), empty=0), source=REGISTER,
    ),
)
