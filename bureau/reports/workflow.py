"""The life of a report: the worker writes it, then 拟稿 → 核稿 → 签发."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.accounts.enums import UserKind
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.reports.enums import ReportState
from bureau.workflow import Transition, Workflow

DUE, DRAFT, IN_CHECK = ReportState.DUE, ReportState.DRAFT, ReportState.IN_CHECK
CHECKED, ISSUED = ReportState.CHECKED, ReportState.ISSUED


def has_text(report, user):
    if not report.paragraphs.exists():
        yield _("The report has no text yet.")


def not_the_drafter(report, user):
    if report.drafted_by_id == user.pk:
        yield _("Who drafted a report does not check it.")


def not_the_checker(report, user):
    if report.checked_by_id == user.pk:
        yield _("Who checked a report does not issue it.")


def back_to_draft(report, by, data, log):
    """Back to the drafter: what was done since is open again."""
    report.drafted_by = report.drafted_at = report.checked_by = report.checked_at = None


def stamp(name):
    """An effect that writes who and when into `<name>_by` and `<name>_at`."""

    def effect(report, by, data, log):
        setattr(report, f"{name}_by", by)
        setattr(report, f"{name}_at", clock.now())

    return effect


def on_issue(report, by, data, log):
    """The revision in force is replaced in the same transaction."""
    stamp("issued")(report, by, data, log)
    earlier = type(report).objects.filter(
        template=report.template_id, period_start=report.period_start, region=report.region_id, state=ISSUED
    )
    earlier.exclude(pk=report.pk).update(superseded=True)


def on_write(report, by, data, log):
    """The portal's step in the name of who asked for it, if that was a person."""
    report.snapshot_at = data["snapshot_at"]
    if data["asked_by"].kind != UserKind.MACHINE:
        log.by = data["asked_by"]


def comment_form():
    from bureau.reports.forms import CommentForm

    return CommentForm


workflow = Workflow(
    "reports.Report",
    [
        Transition(
            "write",
            label=_("Written by the portal"),
            sources=[DUE, DRAFT],
            target=DRAFT,
            effect=on_write,
        ),
        Transition(
            "submit",
            label=_("Draft finished"),
            button=_("Send the draft to be checked"),
            sources=[DRAFT],
            target=IN_CHECK,
            permission=Permission.REPORT_DRAFT,
            guards=[has_text],
            effect=stamp("drafted"),
        ),
        Transition(
            "send_back",
            label=_("Sent back to the drafter"),
            button=_("Send it back to the drafter"),
            sources=[IN_CHECK],
            target=DRAFT,
            permission=Permission.REPORT_CHECK,
            form=comment_form,
            effect=back_to_draft,
        ),
        Transition(
            "check",
            label=pgettext_lazy("report", "Checked"),
            button=_("Confirm the check"),
            sources=[IN_CHECK],
            target=CHECKED,
            permission=Permission.REPORT_CHECK,
            guards=[not_the_drafter],
            effect=stamp("checked"),
        ),
        Transition(
            "return",
            label=_("Returned by the issuer"),
            button=_("Return it to the drafter"),
            sources=[CHECKED],
            target=DRAFT,
            permission=Permission.REPORT_ISSUE,
            form=comment_form,
            effect=back_to_draft,
        ),
        Transition(
            "issue",
            label=_("Issued"),
            button=_("Issue this report to the public"),
            sources=[CHECKED],
            target=ISSUED,
            permission=Permission.REPORT_ISSUE,
            guards=[not_the_checker],
            effect=on_issue,
        ),
    ],
    log_model_label="reports.ReportLog",
    initial=[DUE],
)
