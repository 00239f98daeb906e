"""Long work of loans: ids in, one action out."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.roles import Permission
from bureau.jobs import JobError, kind
from bureau.workflow import Refused
from subsidies.loans.actions import earlier
from subsidies.loans.models import LoanBackEntry


def _roster_url(job):
    return reverse("admin:subsidies_loanbackentry_change", args=[job.params["back_entry"]])


@kind(
    "subsidies.confirm_loans", label=gettext_lazy("Confirm a roster of earlier loans"),
    permission=Permission.BACK_ENTER_CONFIRM, done_url=_roster_url,
)
def confirm_loans(job, report):
    """Everything or nothing, in one transaction; what stands in the way comes back as a fault each."""
    back_entry = LoanBackEntry.objects.get(pk=job.params["back_entry"])
    try:
        count = report.publish(lambda: earlier.confirm(back_entry=back_entry, by=job.asked_by, step=report.step))
    except Refused as refusal:
        for reason in refusal.reasons:
            report.fault(None, "", "", reason)
        raise JobError(" ".join(refusal.reasons[:3])) from None
    report.step(1, 1, _("Done"))
    return {"loans": count}
