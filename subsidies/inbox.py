"""What waits for whom in the award line, and how its cases are found."""

import re

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.attachments.enums import Confirmation
from bureau.common.i18n import localized
from bureau.common.shelves import InboxSource, SearchSource, register
from enterprises.models import Enterprise
from subsidies import homes  # noqa: F401  (owners and the public)
from subsidies.models import Application, BackEntry, Wait

OFFICE_RIGHTS = (Permission.ACCEPT, Permission.REVIEW, Permission.APPROVE, Permission.REGISTER_PAYMENT)


def waiting_for(user) -> QuerySet:
    """Running clocks of the stages that are this user's to do: his right, at the very office whose clock runs.
    The bureau may act for a county, but a county's cases don't fill its desk."""
    rule = Q(pk__in=[])
    for right in OFFICE_RIGHTS:
        for unit in user.granted_units(right):
            rule |= Q(stage__permission=right, unit=unit)
    waits = Wait.objects.filter(rule, ended_at=None)
    return waits.select_related("application__enterprise", "application__region", "stage").order_by("due_on", "id")


def lists_to_confirm(user) -> QuerySet:
    """Back-entries that somebody else imported."""
    if not user.can(Permission.BACK_ENTER_CONFIRM):
        return BackEntry.objects.none()
    proposed = BackEntry.objects.visible_to(user).filter(state=Confirmation.PROPOSED)
    return proposed.exclude(proposed_by=user).select_related("scheme_version__scheme", "source")


def find_cases(user, text, limit):
    """By number, or by whatever finds the shop."""
    cases = Application.objects.visible_to(user).select_related("enterprise", "scheme", "stage")
    return search_cases(cases, text)[:limit]


def search_cases(cases: QuerySet, text: str) -> QuerySet:
    """Narrow applications to a case number, or to shops found by name, pinyin, initials, code or phone."""
    text = text.strip()
    if not text:
        return cases
    if re.fullmatch(r"[A-Za-z]{2,8}\d{4,}", text):  # one letter begins the number of a shop
        return cases.filter(number__startswith=text.upper())
    return cases.filter(enterprise__in=Enterprise.objects.search(text).order_by().values("pk"))


def case_url(application) -> str:
    return reverse("admin:subsidies_application_change", args=[application.pk])


register(
    InboxSource(
        "subsidies.steps",
        _("Award cases waiting for me"),
        waiting_for,
        url=lambda wait: case_url(wait.application),
        due="due_on",
        title=lambda wait: f"{wait.application.number} · {wait.application.enterprise.name}",
        note=lambda wait: f"{localized(wait.stage, 'label')} · {localized(wait.application.region, 'name')}",
        all_url=lambda user: reverse("admin:subsidies_application_changelist") + "?desk=mine",
    ),
    InboxSource(
        "subsidies.back_entries",
        _("Lists of paid awards to confirm"),
        lists_to_confirm,
        url=lambda row: reverse("admin:subsidies_backentry_change", args=[row.pk]),
        title=lambda row: str(row.source),
        note=lambda row: str(row.scheme_version.scheme),
    ),
    SearchSource(
        "subsidies.cases",
        _("Award cases"),
        find_cases,
        url=case_url,
        title=lambda case: f"{case.number or case} · {case.enterprise.name}",
        note=lambda case: f"{case.scheme} · {case.state_label}",
    ),
)
from subsidies.loans import inbox as loans  # noqa: E402, F401
from subsidies.placements import followups  # noqa: E402, F401  what agreements show of the allowance
