"""What the award line puts on the public front page, on an owner's own page, and before those who enter for owners."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.accounts.roles import Permission
from bureau.common.i18n import localized
from bureau.common.shelves import HomeItem, HomeSource, InboxSource, WorkLink, register
from subsidies.enums import State
from subsidies.models import Application, Correction, Scheme

RECENT = 20


def open_awards(user):
    pairs = [(scheme, scheme.current()) for scheme in Scheme.objects.filter(is_open=True)]
    return [
        HomeItem(localized(scheme, "name"), reverse("subsidies:apply", args=[scheme.key]),
                 note=localized(version, "summary"), action=_("Does my shop qualify?"))
        for scheme, version in pairs if version is not None
    ]


def my_applications(user):
    rows = Application.objects.of_owner(user).select_related("scheme", "enterprise")[:RECENT]
    return [
        HomeItem(
            row.enterprise.name, detail_url(row), note=f"{localized(row.scheme, 'name')} {row.number or ''}".strip(),
            pill=(row.owner_label, row.tone),
        )
        for row in rows
    ]


def drafts(user):
    return Application.objects.of_owner(user).filter(state=State.DRAFT).select_related("scheme", "enterprise")


def to_correct(user):
    mine = Application.objects.of_owner(user).filter(state=State.RETURNED).order_by().values("pk")
    rows = Correction.objects.filter(application__in=mine, answered_at=None)
    return rows.select_related("application__enterprise", "application__scheme").order_by("due")


def entered_by_my_office(user):
    """Entered for owners at the user's office and not handed in yet, or sent back; not what an owner took over."""
    units = user.granted_units(Permission.ENTER_ON_BEHALF)
    rule = Q(pk__in=[])
    for unit in units:
        rule |= Q(entry_unit__path__startswith=unit.path)
    rows = Application.objects.filter(rule, state__in=(State.DRAFT, State.RETURNED), taken_over_at=None)
    return rows.select_related("scheme", "enterprise", "entry_unit")


def entry_url(application):
    return reverse("subsidies:entry_detail", args=[application.scheme.key, application.ref])


def detail_url(application):
    return reverse("subsidies:my_detail", args=[application.ref])


register(
    HomeSource(
        "subsidies.open", _("Open for application"), open_awards, audience="public", order=10,
        empty=_("Nothing can be applied for at the moment"), more_url="subsidies:schemes",
    ),
    HomeSource(
        "subsidies.mine", _("My applications"), my_applications, audience="owner", order=10,
        empty=_("You have not applied for anything yet"), more_url="subsidies:my_list",
    ),
    InboxSource(
        "subsidies.corrections", _("Waiting for your corrections"), to_correct, audience="owner", due="due",
        url=lambda row: reverse("subsidies:my_correct", args=[row.application.ref]),
        title=lambda row: row.application.enterprise.name,
        note=lambda row: f"{localized(row.application.scheme, 'name')} {row.application.number}",
    ),
    InboxSource(
        "subsidies.drafts", _("Not handed in yet"), drafts, audience="owner",
        url=detail_url, title=lambda row: row.enterprise.name, note=lambda row: localized(row.scheme, "name"),
    ),
    InboxSource(
        "subsidies.entered", _("Entered for owners, to be completed or corrected"), entered_by_my_office,
        url=entry_url, title=lambda row: row.enterprise.name,
        note=lambda row: f"{row.state_label} · {localized(row.entry_unit, 'name')}",
        paused=lambda row: row.state == State.RETURNED,
    ),
    WorkLink(
        "subsidies.entry", "money", _("Enter for an owner"), "subsidies:entry_index", (Permission.ENTER_ON_BEHALF,)
    ),
)
