"""The grid of a year's targets, rows of imported lists, and a statistic as somebody enters it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.enums import UnitKind
from bureau.accounts.models import SiteProfile, User
from bureau.accounts.roles import Permission
from bureau.attachments.forms import AttachmentField
from bureau.common import clock
from bureau.common.forms import CleanCharField, CleanModelForm
from bureau.common.i18n import is_chinese
from bureau.common.periods import Kind, Period
from bureau.metrics import Bound, all_metrics
from bureau.regions.models import Region
from bureau.targets.actions import Statement, Wanted
from bureau.targets.models import StatedSeries, Target
from bureau.targets.purposes import DOCUMENT
from bureau.targets.queries import counties
from bureau.targets.words import amount_of, period_of


class PeriodField(CleanCharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> Period | None:
        text = super().clean(value)
        return period_of(text) if text else None


class AmountField(CleanCharField):
    """A number as offices write it; `least` None lets it be below zero."""

    def __init__(self, *, least: int | None = 0, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.least = least

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        amount = amount_of(text)
        if self.least is not None and amount < self.least:
            raise ValidationError(_("A target is not below zero."))
        return amount


def editable_regions(user: User) -> list[Region]:
    """For which regions the user may set targets: at the bureau for all, in a county for his own."""
    root = SiteProfile.get().root
    every = [root, *counties(root)]
    units = user.granted_units(Permission.TARGET_EDIT)
    if any(unit.kind in (UnitKind.BUREAU, UnitKind.SECTION) for unit in units):
        return every
    return [region for region in every if any(region.path.startswith(unit.region.path) for unit in units)]


def may_have_targets(one: Bound) -> bool:
    return not one.metric.is_stock or one.metric.is_stated


# --- the grid ------------------------------------------------------------------------------------


@dataclass
class Cell:
    name: str
    region: Region
    text: str
    error: str = ""


class Grid:
    """A year's targets, one row per figure, one column per region. Cells are texts; nothing in a cell: no target."""

    def __init__(self, year: int, user: User, data: Mapping[str, str] | None = None) -> None:
        self.year, self.data = year, data
        self.period = Period.of(Kind.YEAR, clock.today().replace(year=year, month=1, day=1))
        self.regions = editable_regions(user)
        standing = {
            (row.metric, row.region_id): row
            for row in Target.objects.of_year(year).filter(kind=Kind.YEAR, region__in=self.regions)
        }
        self.standing = standing
        with_target = {metric for metric, _region in standing}
        self.metrics = sorted(
            (one for one in all_metrics()
             if one.key in with_target or one.metric.headline is not None and may_have_targets(one)),
            key=lambda one: (one.area.order, one.metric.headline or 999),
        )
        self.errors = 0
        self.wanted: list[Wanted] = []
        self.rows = [(metric, list(self._cells(metric))) for metric in self.metrics]
        self.document_errors: list[str] = []
        self.document = self._document()

    def _cells(self, metric: Bound) -> Iterator[Cell]:
        for region in self.regions:
            name = f"{metric.key}-{region.code}"
            row = self.standing.get((metric.key, region.pk))
            shown = input_text(row, metric) if row else ""
            if self.data is None or name not in self.data:
                yield Cell(name, region, shown)
                continue
            cell = Cell(name, region, self.data[name])
            if cell.text.strip() != shown:
                self._read(cell, metric, row)
            yield cell

    def _read(self, cell: Cell, metric: Bound, row: Target | None) -> None:
        try:
            low = AmountField(required=False).clean(cell.text)
            if low is not None and row is not None and row.high is not None and low > row.high:
                raise ValidationError(_("This target is a range, and the number lies above its upper end."))
        except ValidationError as error:
            self.errors += 1
            cell.error = " ".join(error.messages)
        else:
            self.wanted.append(Wanted(metric.key, self.period, cell.region, low, row.high if row else None))

    def _document(self) -> str:
        if self.data is None:
            return ""
        try:
            return CleanCharField(required=False, max_length=200).clean(self.data.get("document", ""))
        except ValidationError as error:
            self.document_errors = error.messages
            self.errors += 1
            return self.data.get("document", "")

    def changes(self) -> list[Wanted]:
        """With the document that sets them, where one was named."""
        if not self.document:
            return self.wanted
        return [Wanted(w.metric, w.period, w.region, w.low, w.high, self.document) for w in self.wanted]


def input_text(row: Target, metric: Bound) -> str:
    """As it may be typed again: in Chinese 8150万 for money; 1431 for what is counted."""
    if metric.metric.is_money and row.low >= 10_000 and is_chinese():
        return f"{(row.low / 10_000).normalize():f}万"
    return f"{row.low.normalize():f}"


# --- rows of lists, and a statistic --------------------------------------------------------------


class TargetForm(CleanModelForm):
    """In the admin: what may change of a target that is set."""

    low = AmountField(label=gettext_lazy("Target"))
    high = AmountField(label=gettext_lazy("Upper end"), required=False,
                       help_text=gettext_lazy("Only where the target is a range."))
    document = CleanCharField(label=gettext_lazy("Set by"), required=False, max_length=200)

    class Meta:
        model = Target
        fields = ["low", "high", "document"]


def count_in_its_unit(form: forms.Form) -> None:
    """A value with 万 or 亿 behind it, by the unit that its series is counted in."""
    given = form.cleaned_data
    if given.get("series") and given.get("value") is not None:
        try:
            given["value"] = amount_of(form.data["value"], given["series"].unit_zh)
        except ValidationError as error:
            form.add_error("value", error)


class StatedForm(forms.Form):
    """A statistic with the document that states it."""

    series = forms.ModelChoiceField(label=gettext_lazy("Series"), queryset=StatedSeries.objects.all())
    region = forms.ModelChoiceField(label=gettext_lazy("Region"), queryset=Region.objects.none())
    period = PeriodField(
        label=gettext_lazy("Period"), help_text=gettext_lazy("Like 2021, 2021H1, 2021Q2 or 2021-05.")
    )
    value = AmountField(label=gettext_lazy("Value"), least=None)
    document = CleanCharField(
        label=gettext_lazy("Source document"), max_length=200, help_text=gettext_lazy("Title, issuer and number.")
    )
    page = CleanCharField(label=gettext_lazy("Page"), max_length=40, required=False)
    source = AttachmentField(purpose=DOCUMENT, max_files=1, required=False, label=gettext_lazy("Source file"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(pk__in=[one.pk for one in editable_regions(user)])
        self.fields["source"].user = user

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        count_in_its_unit(self)
        return given

    def statement(self) -> Statement:
        given = self.cleaned_data
        return Statement(given["series"], given["region"], given["period"], given["value"], given["document"],
                         given["page"])
