"""Figures of titles. A shop counts once in a figure, however many titles it has; stocks come from dates alone."""

from datetime import timedelta

from django.db.models import BigIntegerField, DateField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from bureau.metrics import Column, Dimension, DimensionValue, Metric, Sentence, Source, Units, register
from bureau.metrics.enums import Section, Sensitivity
from enterprises.credentials.enums import State
from enterprises.credentials.models import Credential, CredentialKind


def rows() -> QuerySet[Credential]:
    """Adds the first day that a title no longer counts on, and the place. Least() leaves unknown days out."""
    after_last = ExpressionWrapper(F("valid_until") + timedelta(days=1), output_field=DateField())
    booked = Credential.objects.exclude(state__in=(State.PROPOSED, State.DISCARDED))
    return booked.annotate(
        over_on=Least(after_last, "ended_on", output_field=DateField()),
        settled_on=Least("named_on", "ended_on", output_field=DateField()),
        place=Coalesce("operating_region__province_id", "operating_region__country_id", output_field=BigIntegerField()),
    )


def kind_values() -> list[DimensionValue]:
    return [DimensionValue(kind.key, kind.name_zh, kind.name_en) for kind in CredentialKind.objects.order_by("id")]


SOURCE = Source(
    "enterprises.credentials", rows,
    dims={
        "kind": Dimension("kind__key", _("Title"), kind_values),
        "place": Dimension("place", _("Place of operation")),
    },
)
SELECTED = Q(selected_on__isnull=False) & ~Q(state=State.NOT_SELECTED)


def columns(date: str, *more: Column) -> tuple[Column, ...]:
    """Officials see number, title, county and day; staff the shop and the office too."""
    return (
        Column("number", _("Number"), "number"),
        Column("kind", _("Title"), "kind__name", pair=True),
        Column("shop", _("Shop"), "holder", Sensitivity.INTERNAL),
        Column("region", _("Home county"), "region__name", pair=True),
        Column("place", _("Place of operation"), "operating_region__name", pair=True),
        Column("office", _("Office"), "unit__name", Sensitivity.INTERNAL, pair=True),
        Column("date", _("Date"), date),
        *more,
    )


UNTIL = Column("valid_until", _("Valid until"), "valid_until")

register(
    Metric(
        "honors.selected", _("Shops selected for a title"), Units.ENTERPRISES, SOURCE,
        where=SELECTED, distinct="enterprise", date="selected_on", columns=columns("selected_on"),
        definition=_("Different shops that the review selected, by the day of selection, whether or not they have been "
                     "named since; those dropped before the naming do not count."),
        better="up", headline=140,
    ),
    Metric(
        "honors.awaiting", _("Shops selected and waiting to be named"), Units.ENTERPRISES, SOURCE,
        where=Q(selected_on__isnull=False), distinct="enterprise", begins="selected_on", ends="settled_on",
        columns=columns("selected_on"),
        definition=_("Different shops selected by the end of the period and neither named nor dropped by then."),
    ),
    Metric(
        "honors.named", _("Shops named"), Units.ENTERPRISES, SOURCE,
        where=Q(named_on__isnull=False), distinct="enterprise", date="named_on", columns=columns("named_on", UNTIL),
        definition=_("Different shops named by a document, by the day of the naming; back-entered ones by that day too."),
        better="up",
    ),
    Metric(
        "honors.plaques", _("Shops given a plaque"), Units.ENTERPRISES, SOURCE,
        where=Q(plaque_on__isnull=False), distinct="enterprise", date="plaque_on", columns=columns("plaque_on", UNTIL),
        definition=_("Different shops that were given a plaque, by the day on which it was given."),
        better="up",
    ),
    Metric(
        "honors.valid", _("Shops with a valid title"), Units.ENTERPRISES, SOURCE,
        where=Q(valid_from__isnull=False), distinct="enterprise", begins="valid_from", ends="over_on",
        columns=columns("valid_from", UNTIL),
        definition=_("Different shops with a title that is valid on the last day: begun by then, not ended and not "
                     "revoked."),
        better="up",
    ),
    Metric(
        "honors.{kind}.selected", _("Shops selected: {kind}"), Units.ENTERPRISES, SOURCE,
        where=SELECTED, distinct="enterprise", date="selected_on", columns=columns("selected_on"),
        definition=_("Different shops that the review selected for the title “{kind}”, by the day of selection."),
    ),
    Metric(
        "honors.{kind}.valid", _("Shops with a valid title: {kind}"), Units.ENTERPRISES, SOURCE,
        where=Q(valid_from__isnull=False), distinct="enterprise", begins="valid_from", ends="over_on",
        columns=columns("valid_from", UNTIL),
        definition=_("Different shops whose title “{kind}” is valid on the last day."),
    ),
    Metric(
        "honors.expiring", _("Titles that end"), Units.ITEMS, SOURCE,
        where=Q(valid_until__isnull=False, ended_on=None), date="valid_until", columns=columns("valid_until"),
        definition=_("Titles whose validity ends in the period and that have not been revoked; a shop with two counts "
                     "twice."),
    ),
    Metric(
        "honors.revoked", _("Titles revoked"), Units.ITEMS, SOURCE,
        where=Q(ended_on__isnull=False, valid_until__isnull=False), date="ended_on", columns=columns("ended_on"),
        definition=_("Titles revoked, by the day from which they are void."),
        better="down",
    ),
    Sentence(
        Section.PROGRESS, 80,
        zh="品牌培育方面，今年以来评审选出龙头企业、品牌示范店等{honors.selected}，其中待命名授牌{honors.awaiting}，"
           "已命名{honors.named}、授牌{honors.plaques}；期末有效称号单位{honors.valid}。",
        en="Titles: since the beginning of the year the review has selected {honors.selected}, of which "
           "{honors.awaiting} wait to be named; {honors.named} have been named and {honors.plaques} given a plaque. At the "
           "end of the period {honors.valid} hold a valid title.",
        keys=("honors.selected", "honors.awaiting", "honors.named", "honors.plaques", "honors.valid"),
        when="honors.selected",
    ),
    Sentence(
        Section.PROBLEMS, 80,
        zh="本年度有{honors.revoked}称号被撤销，获评单位的后续监管需要加强。",
        en="Titles revoked this year: {honors.revoked}; shops need more attention after they are named.",
        keys=("honors.revoked",), when="honors.revoked",
    ),
    Sentence(
        Section.PLANS, 80,
        zh="做好已评审通过的{honors.awaiting}命名授牌工作。",
        en="Name the {honors.awaiting} that were selected, and give them their plaques.",
        keys=("honors.awaiting",), when="honors.awaiting",
    ),
    Sentence(
        Section.PLANS, 81,
        zh="提前做好下期到期的{honors.expiring@next}称号的复审续评。",
        en="Prepare the renewal of the {honors.expiring@next} titles that end in the next period.",
        keys=("honors.expiring",), when="honors.expiring@next",
    ),
)
