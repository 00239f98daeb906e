"""Saved filters of the list of credentials; the first one is shown as tabs."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bureau.common import clock
from enterprises.credentials.enums import EVER_NAMED, HELD, Standing, State
from enterprises.credentials.models import Credential, CredentialKind, CredentialRound
from enterprises.credentials.queries import AHEAD


class DeskFilter(admin.SimpleListFilter):
    """By what is to be done."""

    title = _("desk")
    parameter_name = "desk"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        return [("review", State.NOMINATED.label), ("naming", State.SELECTED.label), ("plaque", _("Plaque to be given")),
                ("confirm", State.PROPOSED.label), ("named", _("Named so far"))]

    def queryset(self, request: Any, queryset: QuerySet[Credential]) -> QuerySet[Credential]:
        rules = {
            "review": Q(state=State.NOMINATED), "naming": Q(state=State.SELECTED), "confirm": Q(state=State.PROPOSED),
            "plaque": Q(state=State.NAMED, kind__has_plaque=True), "named": Q(state__in=EVER_NAMED),
        }
        return queryset.filter(rules[self.value()]) if self.value() in rules else queryset


class StandingFilter(admin.SimpleListFilter):
    """By what it is worth today."""

    title = _("validity")
    parameter_name = "standing"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        return [*Standing.choices, ("ending", _("Ends within 90 days"))]

    def queryset(self, request: Any, queryset: QuerySet[Credential]) -> QuerySet[Credential]:
        today = clock.today()
        rules = {
            "coming": Q(state__in=HELD, valid_from__gt=today),
            "valid": Q(state__in=HELD, valid_from__lte=today, valid_until__gte=today),
            "expired": Q(state__in=HELD, valid_until__lt=today),
            "revoked": Q(state=State.REVOKED),
            "ending": Q(state__in=HELD, valid_until__gte=today, valid_until__lte=today + timedelta(days=AHEAD[0])),
        }
        return queryset.filter(rules[self.value()]) if self.value() in rules else queryset


class KindFilter(admin.SimpleListFilter):
    title = _("title")
    parameter_name = "kind"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        return [(kind.key, str(kind)) for kind in CredentialKind.objects.order_by("id")]

    def queryset(self, request: Any, queryset: QuerySet[Credential]) -> QuerySet[Credential]:
        return queryset.filter(kind__key=self.value()) if self.value() else queryset


class RoundFilter(admin.SimpleListFilter):
    title = _("round of credentials")
    parameter_name = "round"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        return [(str(one.pk), str(one)) for one in CredentialRound.objects.order_by("-opens_on")[:20]]

    def queryset(self, request: Any, queryset: QuerySet[Credential]) -> QuerySet[Credential]:
        value = self.value() or ""
        return queryset.filter(round=value) if value.isascii() and value.isdigit() and len(value) < 10 else queryset
