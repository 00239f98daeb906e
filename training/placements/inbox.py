"""What waits for whom with placements, and how agreements are found."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.common.shelves import HomeItem, HomeSource, InboxSource, SearchSource, register
from enterprises.models import Enterprise
from training.placements import queries
from training.placements.models import Agreement


def my_due_months(user):
    return queries.due_months(Agreement.objects.of_owner(user))


def late_months(user):
    """Months that shops of this user's offices owe since their last day."""
    from bureau.accounts.roles import Permission
    from bureau.common import clock

    units = user.granted_units(Permission.PLACEMENT_EDIT)
    if not units:
        return []
    today = clock.today()
    return [row for row in queries.due_months(Agreement.objects.filter(unit__in=units)) if row.due_on < today]


def my_agreements(user):
    rows = Agreement.objects.of_owner(user).select_related("host")[:20]
    return [
        HomeItem(row.host.name, row.get_absolute_url(), note=row.number, pill=(row.get_state_display(), row.tone))
        for row in rows
    ]


def find_agreements(user, text, limit):
    text = text.strip()
    rows = Agreement.objects.visible_to(user).select_related("host")
    if text.upper().startswith("SX"):
        return rows.filter(number__startswith=text.upper()[:12])[:limit]
    return rows.filter(host__in=Enterprise.objects.search(text).order_by().values("pk"))[:limit]


def case_url(row) -> str:
    return reverse("admin:training_agreement_change", args=[row.pk])


register(
    HomeSource(
        "training.placements", _("Paid training on the job"), my_agreements, audience="owner", order=30,
        more_url="training:my_placements",
    ),
    InboxSource(
        "training.my_months", _("Months to confirm"), my_due_months, audience="owner", due="due_on",
        url=lambda row: reverse("training:placement_month", args=[row.agreement.ref, row.month]),
        title=lambda row: row.agreement.host.name, note=lambda row: f"{row.agreement.number} · {row.month:%Y-%m}",
    ),
    InboxSource(
        "training.months", _("Months reported by host shops"), queries.sheets_to_confirm,
        url=lambda row: reverse("admin:training_monthsheet_change", args=[row.pk]),
        title=lambda row: f"{row.agreement.host.name} · {row.month:%Y-%m}", note=lambda row: row.agreement.number,
        all_url=lambda user: reverse("admin:training_monthsheet_changelist") + "?state__exact=reported",
    ),
    InboxSource(
        "training.late_months", _("Months that host shops owe"), late_months, due="due_on",
        url=lambda row: case_url(row.agreement),
        title=lambda row: f"{row.agreement.host.name} · {row.month:%Y-%m}", note=lambda row: row.agreement.number,
    ),
    InboxSource(
        "training.ending", _("Agreements whose term ends"), queries.ending, due="ends_on", url=case_url,
        title=lambda row: row.host.name, note=lambda row: row.number,
    ),
    SearchSource(
        "training.agreements", _("Agreements on placements"), find_agreements, url=case_url,
        title=lambda row: f"{row.number} · {row.host.name}", note=lambda row: row.get_state_display(),
    ),
)
