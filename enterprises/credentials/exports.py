"""The list of credentials as a file, in the layout that the import of earlier ones reads."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bureau.accounts.models import User
from bureau.common.i18n import localized
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from enterprises.credentials import filters, queries
from enterprises.credentials.models import Credential

MOST = 100_000
WIDTHS = (14, 30, 22, 20, 18, 18, 24, 12, 12, 12, 18, 12, 14)


def heads() -> list[str]:
    return [
        _("credential number"), _("Name of the enterprise"), _("Unified social credit code"), _("Title"), _("Home county"),
        _("Place of operation"), _("number of the naming document"), _("Named on"), _("Valid from"), _("Valid until"),
        _("number on the plaque"), _("Plaque given on"), _("Where it stands"),
    ]


def chosen(user: User, asked: Mapping[str, str]) -> QuerySet[Credential]:
    """What the list shows to `user` under the filters in its address."""
    rows = Credential.objects.visible_to(user)
    for one in (filters.DeskFilter, filters.StandingFilter, filters.KindFilter, filters.RoundFilter):
        name = str(one.parameter_name)
        if value := asked.get(name):
            rows = one(None, {name: [value]}, Credential, None).queryset(None, rows)
    return queries.find(rows, asked.get("q", "")).order_by("id")


def write_xlsx(rows: QuerySet[Credential]) -> Path:
    title = _("Credentials")
    return write_workbook(SheetOut(title, heads(), _shown(rows), title=title, widths=WIDTHS))


def _shown(rows: QuerySet[Credential]) -> Iterator[tuple[Any, ...]]:
    found = rows.select_related("kind", "enterprise", "region", "operating_region")[:MOST]
    for row in found.iterator(chunk_size=2_000):
        standing = row.standing()
        yield (
            row.number, row.holder, row.enterprise.uscc, localized(row.kind, "name"),
            localized(row.region, "name") if row.region else "",
            localized(row.operating_region, "name") if row.operating_region else "",
            row.document, row.named_on, row.valid_from, row.valid_until, row.plaque_number, row.plaque_on,
            str(standing.label if standing else row.get_state_display()),
        )
