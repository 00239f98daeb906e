"""What rules may ask about titles. Kinds are rows, so their facts are a family: `credentials.<kind>.valid`."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from bureau.common.dates import Today
from bureau.common.i18n import localized
from bureau.facts.registry import Fact, Family, Related, register, register_family
from enterprises.credentials.enums import EVER_NAMED
from enterprises.credentials.models import Credential, CredentialKind

REGISTER = _("Register of credentials")


def valid_today() -> QuerySet[Credential]:
    """By the day of the business clock, asked in the statement itself."""
    lasts = Q(ended_on=None) | Q(ended_on__gt=Today())
    return Credential.objects.filter(
        lasts, state__in=EVER_NAMED, valid_from__lte=Today(), valid_until__gte=Today()
    )


def valid_label(kind: CredentialKind) -> str | Promise:
    """In the language of who reads it."""
    return lazy(lambda: str(_("Holds a valid title: %(kind)s") % {"kind": localized(kind, "name")}), str)()


def _of_kind(kind: CredentialKind) -> Fact:
    """Who does not stand in a complete register does not hold the title; otherwise nobody knows."""
    return Fact(
        f"credentials.{kind.key}.valid", valid_label(kind), "bool",
        Related(lambda: valid_today().filter(kind__key=kind.key), BoolOr(Value(True)),
                empty=False if kind.is_complete else None),
        source=REGISTER,
    )


def kinds() -> Iterator[Fact]:
    for kind in CredentialKind.objects.order_by("id"):
        yield _of_kind(kind)


register(
    Fact("credentials.count", _("Valid titles of the bureau"), "int", Related(valid_today, Count("pk"), empty=0),
         source=REGISTER),
)
TITLES = Family("credentials.", kinds)
register_family(TITLES)


@receiver(post_save, sender=CredentialKind)
def read_again(**kwargs: Any) -> None:
    TITLES.changed()
