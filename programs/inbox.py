"""What the desk shows of pledges: what waits for whom, a search, the public front page."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.common.i18n import localized
from bureau.common.shelves import HomeItem, HomeSource, InboxSource, SearchSource, WorkLink, register
from programs import queries
from programs.actions import REMIND_DAYS
from programs.models import Feedback, Pledge, shows_pledges

FRONT = 4


def pledge_url(pledge: Pledge) -> str:
    return reverse("admin:programs_pledge_change", args=[pledge.pk])


def feedback_url(feedback: Feedback) -> str:
    return reverse("admin:programs_feedback_change", args=[feedback.pk])


def falling_due(user: User) -> Any:
    return queries.falling_due(user, clock.today() + timedelta(days=REMIND_DAYS))


def find(user: User, text: str, limit: int) -> list[Pledge]:
    if not user.can(Permission.PLEDGE_VIEW):
        return []
    return list(queries.search(Pledge.objects.visible_to(user).select_related("unit"), text)[:limit])


def on_the_front_page(user: User) -> list[HomeItem] | None:
    """The newest ones; nothing at all while the bureau doesn't show pledges."""
    if not shows_pledges():
        return None
    return [
        HomeItem(
            pledge.title(), pledge.get_absolute_url(), note=pledge.promisor, pill=(pledge.state_label, pledge.tone),
        )
        for pledge in queries.public_list({})[:FRONT]
    ]


register(
    InboxSource(
        "programs.publish", _("Pledges to check and publish"), queries.to_publish, url=pledge_url,
        title=lambda pledge: f"{pledge.number} · {pledge.title(24)}", note=lambda pledge: localized(pledge.unit, "name"),
        all_url=lambda user: reverse("admin:programs_pledge_changelist") + "?desk=check",
    ),
    InboxSource(
        "programs.due", _("Pledges due soon or overdue"), falling_due, url=pledge_url, due="due_on",
        title=lambda pledge: f"{pledge.number} · {pledge.title(24)}", note=lambda pledge: localized(pledge.unit, "name"),
    ),
    InboxSource(
        "programs.review", _("Citizens' feedback to review"), queries.to_review, url=feedback_url,
        title=lambda row: f"{row.pledge.number} · {row.rating}/5",
        note=lambda row: _("Held back") if row.is_suspect else localized(row.unit, "name"),
        all_url=lambda user: reverse("admin:programs_feedback_changelist") + "?desk=waiting",
    ),
    InboxSource(
        "programs.answer", _("Citizens' comments to answer"), queries.to_answer, url=feedback_url,
        title=lambda row: f"{row.pledge.number} · {' '.join(row.comment.split())[:24]}",
        note=lambda row: localized(row.unit, "name"),
        all_url=lambda user: reverse("admin:programs_feedback_changelist") + "?desk=answer",
    ),
    SearchSource(
        "programs.pledges", _("Pledges"), find, url=pledge_url,
        title=lambda pledge: f"{pledge.number} · {pledge.title(30)}",
        note=lambda pledge: f"{localized(pledge.unit, 'name')} · {pledge.state_label}",
    ),
    HomeSource(
        "programs.pledges", _("Public pledges"), on_the_front_page, order=40,
        empty=_("No pledge has been published yet"), more_url="programs:pledges",
    ),
    WorkLink(
        "programs.display", "programs", _("Public display of pledges"), "programs:display",
        (Permission.MODERATE, Permission.CONFIG_EDIT),
    ),
)
