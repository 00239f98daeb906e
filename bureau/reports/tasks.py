"""Entry points of the worker and of beat: ids in, one action out."""

from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.jobs import every, kind
from bureau.reports import actions, writing
from bureau.reports.enums import ReportState
from bureau.reports.models import Report


@kind(actions.GENERATE, label=_("Writing a report"), permission=Permission.REPORT_DRAFT, lease=120)
def generate(job, progress):
    """Read in one snapshot, save under the fence: a worker that comes back from the dead publishes nothing."""
    report = Report.objects.select_related("template", "region").get(pk=job.params["report"])
    if report.state not in (ReportState.DUE, ReportState.DRAFT):
        return
    progress.step(0, 2, _("Reading the records"))
    frozen = writing.read(report)
    progress.step(1, 2, _("Writing the text"))
    progress.publish(lambda: actions.write(report, frozen, asked_by=job.asked_by))
    progress.step(2, 2, _("The draft is ready"))


@every(minutes=1)
def ensure_due():
    actions.ensure_due()
