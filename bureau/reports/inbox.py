"""What the desk shows of reports: those that wait for a drafter, checker or issuer; issued ones for everybody."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common.i18n import is_chinese
from bureau.common.shelves import HomeItem, HomeSource, InboxSource, WorkLink, register
from bureau.reports.enums import ReportState
from bureau.reports.models import Report

TURNS = {
    ReportState.DRAFT: Permission.REPORT_DRAFT,
    ReportState.IN_CHECK: Permission.REPORT_CHECK,
    ReportState.CHECKED: Permission.REPORT_ISSUE,
}


def waiting(user: User):
    """Reports whose next step is the user's by role, and not barred to him by the step before."""
    mine = [state for state, permission in TURNS.items() if user.can(permission)]
    reports = Report.objects.filter(state__in=mine).select_related("template")
    return reports.exclude(state=ReportState.IN_CHECK, drafted_by=user).exclude(
        state=ReportState.CHECKED, checked_by=user
    )


def period_label(report: Report) -> str:
    return report.period.label("zh" if is_chinese() else "en")


def issued(user: User) -> list[HomeItem]:
    reports = Report.objects.issued().select_related("template").newest_first()[:5]
    return [
        HomeItem(title=str(report.template), url=reverse("reports:detail", args=[report.pk]), note=period_label(report))
        for report in reports
    ]


register(
    InboxSource(
        key="reports.waiting",
        label=_("Reports"),
        queryset=waiting,
        url=lambda report: reverse("reports:detail", args=[report.pk]),
        title=lambda report: str(report.template),
        note=lambda report: f"{period_label(report)} · {report.get_state_display()}",
        all_url=lambda user: reverse("reports:index"),
    ),
    HomeSource(
        key="reports.issued",
        label=_("Progress reports"),
        items=issued,
        order=50,
        empty=_("Reports appear here when they have been issued."),
        more_url="reports:index",
    ),
    WorkLink(
        key="reports.index", group="reports", label=_("Progress reports"), view="reports:index",
        needs=(Permission.REPORT_DRAFT, Permission.REPORT_CHECK, Permission.REPORT_ISSUE, Permission.REPORT_VIEW),
    ),
)
