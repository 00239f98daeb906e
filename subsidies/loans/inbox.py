"""Loans on the desks: what waits for a list, which bank has not answered, rosters to confirm; and for owners."""

import re

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.roles import Permission
from bureau.attachments.enums import Confirmation
from bureau.common import clock
from bureau.common.i18n import localized
from bureau.common.shelves import HomeItem, HomeSource, InboxSource, SearchSource, register
from bureau.common.templatetags.ui import wan
from enterprises.models import Enterprise
from subsidies.loans.enums import State
from subsidies.loans.models import LoanBackEntry, LoanProduct, LoanRequest, ReferralList, ReferralRow

RECENT = 20


def waiting(user):
    """Requests that no list has taken, for who makes lists."""
    if not user.can(Permission.LOAN_EDIT):
        return LoanRequest.objects.none()
    rows = LoanRequest.objects.visible_to(user).waiting().select_related("enterprise", "product", "region")
    return rows.order_by("effective_date", "id")


def unanswered(queryset):
    """Lists with requests that the bank has not decided on."""
    return queryset.filter(Exists(ReferralRow.objects.filter(listing=OuterRef("pk"), request__state=State.LISTED)))


def without_answer(user):
    """Lists whose bank is late, for who makes lists."""
    if not user.can(Permission.LOAN_EDIT):
        return ReferralList.objects.none()
    late = ReferralList.objects.visible_to(user).filter(due_on__lt=clock.today())
    return unanswered(late).select_related("product").order_by("due_on", "id")


def to_confirm(user):
    """Rosters of earlier loans that somebody else imported."""
    if not user.can(Permission.BACK_ENTER_CONFIRM):
        return LoanBackEntry.objects.none()
    rows = LoanBackEntry.objects.visible_to(user).filter(state=Confirmation.PROPOSED).exclude(proposed_by=user)
    return rows.select_related("product", "source").order_by("proposed_at")


def search_requests(rows, text):
    """Narrow to a request's number, or to shops found by name, pinyin, initials, code or phone."""
    text = text.strip()
    if not text:
        return rows
    if re.fullmatch(r"(?i)ld\d{4,}", text):
        return rows.filter(number__startswith=text.upper())
    if re.fullmatch(r"(?i)ldm\d{4,}", text):
        return rows.filter(referral__listing__number__startswith=text.upper())
    return rows.filter(enterprise__in=Enterprise.objects.search(text).order_by().values("pk"))


def find(user, text, limit):
    rows = LoanRequest.objects.visible_to(user).select_related("enterprise", "product")
    return search_requests(rows, text)[:limit]


def request_url(row):
    return reverse("admin:subsidies_loanrequest_change", args=[row.pk])


def requests_url(user):
    return reverse("admin:subsidies_loanrequest_changelist") + f"?state={State.REQUESTED}"


# --- owners and the public -----------------------------------------------------------------------------


def offered(user):
    return [
        HomeItem(
            localized(product, "name"), product.get_absolute_url(), action=gettext_lazy("I would like to ask for it"),
            note=_("%(bank)s, up to %(highest)s, %(rate)s a year") % {
                "bank": localized(product, "bank"), "highest": wan(product.highest), "rate": product.rate},
        )
        for product in LoanProduct.objects.open_on(clock.today())
    ]


def mine(user):
    rows = LoanRequest.objects.of_owner(user).select_related("enterprise", "product")[:RECENT]
    return [
        HomeItem(row.enterprise.name, row.get_absolute_url(), note=f"{localized(row.product, 'name')} {row.number}",
                 pill=(row.owner_label, row.tone))
        for row in rows
    ]


register(
    InboxSource(
        "loans.waiting", gettext_lazy("Loan requests waiting for a list"), waiting, url=request_url,
        title=lambda row: f"{row.number} · {row.enterprise.name}",
        note=lambda row: f"{localized(row.product, 'name')} · {wan(row.amount_wished)} · {localized(row.region, 'name')}",
        all_url=requests_url,
    ),
    InboxSource(
        "loans.unanswered", gettext_lazy("Lists that the bank has not answered"), without_answer, due="due_on",
        url=lambda row: reverse("admin:subsidies_referrallist_change", args=[row.pk]),
        title=lambda row: row.number, note=lambda row: str(row.product),
    ),
    InboxSource(
        "loans.rosters", gettext_lazy("Rosters of earlier loans to confirm"), to_confirm,
        url=lambda row: reverse("admin:subsidies_loanbackentry_change", args=[row.pk]),
        title=lambda row: str(row.source), note=lambda row: str(row.product),
    ),
    SearchSource(
        "loans.requests", gettext_lazy("Loan requests"), find, url=request_url,
        title=lambda row: f"{row.number} · {row.enterprise.name}",
        note=lambda row: f"{localized(row.product, 'name')} · {row.state_label}",
    ),
    HomeSource(
        "loans.offered", gettext_lazy("Loans for shops"), offered, audience="public", order=15,
        empty=gettext_lazy("No loan takes requests at the moment"), more_url="loans:products",
    ),
    HomeSource(
        "loans.mine", gettext_lazy("My loans"), mine, audience="owner", order=15,
        empty=gettext_lazy("You have not asked for a loan"), more_url="loans:my_list", first_step=gettext_lazy("See which loans there are"),
    ),
)
