"""Confirmed statistics among the figures: `stated.<series>`, each in its own unit, each opening its document."""

from django.utils.translation import gettext_lazy as _

from bureau.metrics import Column, Dimension, DimensionValue, Metric, Source, Units, register
from bureau.metrics.enums import Sensitivity
from bureau.targets.models import StatedSeries, StatedValue


def series_values() -> list[DimensionValue]:
    return [
        DimensionValue(row.key, row.label_zh, row.label_en, row.unit_zh, row.unit_en, row.definition_zh,
                       row.definition_en)
        for row in StatedSeries.objects.order_by("key")
    ]


stated = Source(
    "targets.stated", lambda: StatedValue.objects.counted(),
    dims={"series": Dimension("series__key", _("Series"), series_values)},
)

register(
    Metric(
        "stated.{series}", "{series}", Units.ITEMS, stated, sum="share", begins="counts_from", ends="counts_to",
        columns=(
            Column("region", _("Region"), "region__name", pair=True),
            Column("from", _("From"), "start"),
            Column("value", _("Stated value"), "value"),
            Column("share", _("Counted here"), "share"),
            Column("document", _("Source document"), "document"),
            Column("page", _("Page"), "page"),
            Column("file", _("Source file"), "source__name", Sensitivity.INTERNAL),
            Column("confirmed", _("Confirmed by"), "confirmed_by__name", Sensitivity.INTERNAL),
        ),
        definition=_("Not computed from records: entered from the document named, and confirmed by a second person."),
        is_stated=True, headline=200,
    ),
)
