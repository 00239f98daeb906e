"""Long work of the award line: ids in, one action out."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import audit, jobs
from bureau.accounts.roles import Permission
from bureau.common import workdays
from bureau.jobs import JobError, kind
from bureau.workflow import Refused, perform_in_job
from subsidies.actions import backentry, stages
from subsidies.models import Application, BackEntry


def _list_url(job):
    return reverse("admin:subsidies_backentry_change", args=[job.params["back_entry"]])


@kind(
    "subsidies.confirm_back_entry", label=gettext_lazy("Confirm a list of paid awards"),
    permission=Permission.BACK_ENTER_CONFIRM, done_url=_list_url,
)
def confirm_back_entry(job, report):
    """Everything or nothing, in one transaction; what stands in the way comes back as a fault each."""
    back_entry = BackEntry.objects.get(pk=job.params["back_entry"])
    try:
        count = report.publish(lambda: backentry.confirm(back_entry=back_entry, by=job.asked_by, step=report.step))
    except Refused as refusal:
        for reason in refusal.reasons:
            report.fault(None, "", "", reason)
        raise JobError(" ".join(refusal.reasons[:3])) from None
    report.step(1, 1, _("Done"))
    return {"awards": count}


BATCH_STEPS = {"accept": Permission.ACCEPT, "pass_stage": Permission.REVIEW}


@kind("subsidies.batch", label=gettext_lazy("One step for many cases"))
def batch(job, report):
    """Each case in its own transaction, so one refusal holds up no other."""
    step = job.params["step"]
    if step not in BATCH_STEPS or not job.asked_by.can(BATCH_STEPS[step]):
        raise JobError(_("This step cannot be done for many cases at once."))
    return perform_in_job(job, report, Application.objects.visible_to(job.asked_by), step, column=_("Case number"))


@kind("subsidies.recount", label=gettext_lazy("Deadlines by the new calendar"), permission=Permission.CONFIG_EDIT)
def recount(job, report):
    """Running clocks follow the calendar of working days when staff have edited it."""
    moved = report.publish(stages.recount)
    audit.record("subsidies.deadlines.recounted", None, by=job.asked_by, moved=moved)
    return {"moved": moved}


workdays.follow(lambda by: jobs.ask("subsidies.recount", by=by))
from subsidies.loans import tasks as loans  # noqa: E402, F401
