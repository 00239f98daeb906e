"""Figures of placements that are not money: who is in place, in how many shops. Trainees are counted as people."""

from datetime import timedelta

from django.db.models import DateField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from bureau.metrics import Column, Metric, Sentence, Source, Units, register
from bureau.metrics.enums import Section, Sensitivity
from training.placements.enums import BINDING
from training.placements.models import Agreement, Placement


def day_after(field):
    """The first day on which it no longer counts."""
    return ExpressionWrapper(field + timedelta(days=1), output_field=DateField())


placements = Source(
    "training.placements",
    lambda: Placement.objects.standing().filter(agreement__state__in=BINDING).annotate(over_from=day_after(F("ends_on"))),
    region="agreement__region", unit="agreement__unit",
)
agreements = Source(
    "training.agreements",
    lambda: Agreement.objects.filter(state__in=BINDING).annotate(
        over_from=day_after(Coalesce(F("stopped_on"), F("ends_on")))
    ),
)
PLACE = (
    Column("agreement", _("Agreement"), "agreement__number"),
    Column("shop", _("Host shop"), "agreement__host__name", Sensitivity.INTERNAL),
    Column("name", _("Trainee"), "person__name", Sensitivity.PERSONAL),
    Column("region", _("Home county"), "agreement__region__name", pair=True),
    Column("from", _("From"), "starts_on"),
    Column("until", _("Until"), "ends_on"),
)

register(
    Metric(
        "placements.running", _("Trainees in place"), Units.PERSONS, placements, distinct="person",
        begins="starts_on", ends="over_from", columns=PLACE,
        definition=_("People placed in host shops under a signed agreement at the end of the period, each once."),
        better="up",
    ),
    Metric(
        "placements.hosts", _("Host shops with a running agreement"), Units.SHOPS, agreements, distinct="host",
        where=Q(), begins="starts_on", ends="over_from",
        columns=(
            Column("agreement", _("Agreement"), "number"),
            Column("shop", _("Host shop"), "host__name", Sensitivity.INTERNAL),
            Column("region", _("Home county"), "region__name", pair=True),
            Column("from", _("From"), "starts_on"),
            Column("until", _("Until"), "ends_on"),
        ),
        definition=_("Shops whose agreement on placements covers the end of the period, each once."),
        better="up",
    ),
    Sentence(
        Section.PROGRESS, 52,
        zh="期末有{placements.running}在{placements.hosts}实训店带薪在岗实训。",
        en="At the end of the period {placements.running} were in paid training on the job in {placements.hosts}.",
        keys=("placements.running", "placements.hosts"), when="placements.running",
    ),
)
