"""Long work of the award line: ids in, one action out."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.roles import Permission
from bureau.jobs import JobError, kind
from bureau.workflow import Refused
from subsidies.actions import backentry
from subsidies.models import BackEntry


def _list_url(job):
    return reverse("admin:subsidies_backentry_change", args=[job.params["back_entry"]])


@kind(
    "subsidies.confirm_back_entry", label=gettext_lazy("Confirm a list of paid awards"),
    permission=Permission.BACK_ENTER_CONFIRM, done_url=_list_url,
)
def confirm_back_entry(job, report):
    """Everything or nothing, in one transaction; what stands in the way comes back as a fault each."""
    back_entry = BackEntry.objects.get(pk=job.params["back_entry"])
    report.step(0, 1, _("Writing the awards"))
    try:
        count = report.publish(lambda: backentry.confirm(back_entry=back_entry, by=job.asked_by))
    except Refused as refusal:
        for reason in refusal.reasons:
            report.fault(None, "", "", reason)
        raise JobError(" ".join(refusal.reasons[:3])) from None
    report.step(1, 1, _("Done"))
    return {"awards": count}
