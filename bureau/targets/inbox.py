"""What waits for a second person, and the pages of targets in the staff's navigation."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.common.shelves import InboxSource, WorkLink, register
from bureau.targets.models import StatedValue


def waiting(user: User):
    """Statistics that somebody else entered."""
    if not user.can(Permission.STATED_CONFIRM):
        return StatedValue.objects.none()
    rows = StatedValue.objects.visible_to(user).waiting().exclude(proposed_by=user)
    return rows.select_related("series", "region").order_by("proposed_at")


register(
    InboxSource(
        key="targets.stated",
        label=_("Statistics to be confirmed"),
        queryset=waiting,
        url=lambda row: reverse("admin:targets_statedvalue_change", args=[row.pk]),
        note=lambda row: row.document,
        all_url=lambda user: reverse("admin:targets_statedvalue_changelist") + "?state__exact=proposed",
    ),
    WorkLink(
        key="targets.index", group="reports", label=_("Completion of targets"), view="targets:index",
        needs=(Permission.TARGET_VIEW, Permission.DASHBOARD_VIEW),
    ),
    WorkLink(
        key="targets.grid", group="reports", label=_("Set the year's targets"), view="targets:grid",
        needs=(Permission.TARGET_EDIT,),
    ),
)
