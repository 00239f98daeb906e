"""What is counted of the register."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bureau.metrics import Column, Dimension, Metric, Sensitivity, Source, Units, register
from enterprises.enums import Kind, State
from enterprises.models import Enterprise

ENTERPRISES = Source(
    key="enterprises",
    queryset=lambda: Enterprise.objects.filter(state__in=(State.ACTIVE, State.CLOSED)),
    dims={
        "kind": Dimension("kind", _("Kind")),
        "operating_province": Dimension("operating_region__province", _("Province of operation")),
        "operating_country": Dimension("operating_region__country", _("Country of operation")),
    },
)

COLUMNS = (
    Column("number", _("Register number"), "number"),
    Column("region", _("Region"), "region__name", pair=True),
    Column("effective_date", _("Date"), "effective_date"),
    Column("name", _("Name of the enterprise"), "name", Sensitivity.INTERNAL),
    Column("uscc", _("Unified social credit code"), "uscc", Sensitivity.INTERNAL),
    Column("kind", _("Kind"), "kind", show=lambda value: Kind(value).label),
    Column("operating", _("Place of operation"), "operating_region__name", pair=True),
    Column("operator", _("Operator on the license"), "operator__name", Sensitivity.PERSONAL),
    Column("phone", _("Phone"), "phone", Sensitivity.PERSONAL),
)

register(
    Metric(
        key="enterprises.registered",
        label=_("Enterprises in the register"),
        unit=Units.ENTERPRISES,
        source=ENTERPRISES,
        begins="effective_date",
        ends="closed_on",
        columns=COLUMNS,
        definition=_("Enterprises in business on the last day: opened by then and not closed; merged ones count once."),
        headline=40,
        better="up",
    ),
    Metric(
        key="enterprises.opened",
        label=_("Enterprises opened"),
        unit=Units.ENTERPRISES,
        source=ENTERPRISES,
        date="opened_on",
        columns=COLUMNS,
        definition=_("Enterprises by the day they opened."),
        better="up",
    ),
    Metric(
        key="enterprises.closed",
        label=_("Enterprises closed"),
        unit=Units.ENTERPRISES,
        source=ENTERPRISES,
        where=Q(closed_on__isnull=False),
        date="closed_on",
        columns=COLUMNS,
        definition=_("Enterprises by the day they closed."),
        better="down",
    ),
    Metric(
        key="enterprises.abroad",
        label=_("Enterprises abroad"),
        unit=Units.ENTERPRISES,
        source=ENTERPRISES,
        where=Q(operating_region__isnull=False) & ~Q(operating_region__country__code="CN"),
        begins="effective_date",
        ends="closed_on",
        columns=COLUMNS,
        definition=_("Enterprises in business on the last day whose place of operation is abroad."),
    ),
)

from enterprises.credentials import metrics as credential_metrics  # noqa: E402, F401
