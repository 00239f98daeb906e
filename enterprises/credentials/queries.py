"""Lists of credentials, each in a fixed number of queries."""

import re
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from bureau.accounts.models import SiteProfile, User
from bureau.accounts.roles import Permission
from bureau.common import clock
from bureau.regions.models import Region
from enterprises.credentials.enums import HELD, State
from enterprises.credentials.models import Credential, CredentialKind
from enterprises.models import Enterprise

NUMBER = re.compile(r"[A-Za-z]{2,6}[0-9]{4,12}")
#: Reminders go out this many days before the end; what ends within the first is on the office's desk.
AHEAD = (90, 30)


def find(rows: QuerySet[Credential], text: str) -> QuerySet[Credential]:
    """Staff: by the number from its start, or by whatever finds the shop."""
    text = " ".join(text.split())
    if not text:
        return rows
    if NUMBER.fullmatch(text):
        return rows.filter(number__startswith=text.upper())
    shops = Enterprise.objects.search(text).order_by().values("pk")
    return rows.filter(Q(enterprise__in=shops) | Q(holder__icontains=text))


def find_public(text: str) -> QuerySet[Credential]:
    """Strangers: by the whole number, or by part of the name of the holder."""
    text = " ".join(text.split())
    rows = Credential.objects.public().select_related("kind", "region")
    if NUMBER.fullmatch(text):
        return rows.filter(number=text.upper())
    return rows.filter(Q(holder__icontains=text) | Q(plaque_number=text)).order_by("-valid_until", "-id")


def valid_holders(*, kind: str = "", county: str = "", text: str = "") -> QuerySet[Credential]:
    """The public list: valid today, by kind and county, those named last first."""
    rows = Credential.objects.valid_on(clock.today()).select_related("kind", "region__county", "operating_region")
    if kind:
        rows = rows.filter(kind__key=kind)
    if county:
        rows = rows.filter(region__county__code=county)
    if text:
        rows = rows.filter(Q(holder__icontains=text) | Q(number=text.upper()))
    return rows.order_by("-named_on", "id")


def counties() -> list[Region]:
    """The counties of the bureau's area, to choose from."""
    root = SiteProfile.get().root
    return list(Region.objects.within(root).current().filter(kind="county").order_by("path")) if root else []


def kinds() -> list[CredentialKind]:
    return list(CredentialKind.objects.order_by("id"))


def owner_list(user: User) -> QuerySet[Credential]:
    return Credential.objects.of_owner(user).select_related("kind", "enterprise").order_by("-valid_until", "-id")


def ending(day: date, within: int, among: QuerySet[Credential] | None = None) -> QuerySet[Credential]:
    """Held, ending within so many days after `day`, and not being renewed; of all, or `among` these."""
    heirs = Credential.objects.filter(predecessor=OuterRef("pk")).exclude(
        state__in=(State.NOT_SELECTED, State.WITHDRAWN, State.DISCARDED)
    )
    rows = (Credential.objects.all() if among is None else among).filter(
        ~Exists(heirs), state__in=HELD, valid_until__gte=day, valid_until__lte=day + timedelta(days=within)
    )
    return rows.select_related("kind", "enterprise", "unit").order_by("valid_until", "id")


def ending_for(user: User) -> QuerySet[Credential]:
    """On the desk of who keeps credentials: those of his area that end within three months."""
    if not user.can(Permission.CREDENTIAL_EDIT):
        return Credential.objects.none()
    return ending(clock.today(), AHEAD[0], Credential.objects.visible_to(user))


def waiting_for(user: User, state: State, right: Permission) -> QuerySet[Credential]:
    if not user.can(right):
        return Credential.objects.none()
    return Credential.objects.visible_to(user).filter(state=state).select_related("kind", "round").order_by("id")
