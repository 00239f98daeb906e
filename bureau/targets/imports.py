"""Lists of targets and of statistics: 指标, 地区, 期间 and the number, a row each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from bureau.accounts.models import SiteProfile, User
from bureau.accounts.roles import Permission
from bureau.common.forms import CleanCharField
from bureau.formbuilder.tabular import importers
from bureau.formbuilder.tabular.by_form import FormImporter, Known
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.importers import CHANGED, NEW, UNCHANGED
from bureau.formbuilder.tabular.models import ImportRun
from bureau.formbuilder.tabular.rows import Row
from bureau.metrics import Bound, all_metrics
from bureau.regions.models import Region
from bureau.targets import actions
from bureau.targets.actions import Statement, Wanted
from bureau.targets.forms import AmountField, PeriodField, count_in_its_unit, editable_regions, may_have_targets
from bureau.targets.models import StatedSeries, StatedValue, Target

PLACE = ("地区", "县区", "县（区）", "区县", "行政区划", "单位")
PERIOD = ("期间", "时期", "年度", "年份", "时间", "统计期")


def regions_by_name(rows: list[Row], user: User) -> dict[str, Region]:
    """The regions that the list names and the user may write for. 全市 and its like mean the whole scope."""
    root = SiteProfile.get().root
    allowed = {region.pk: region for region in editable_regions(user)}
    texts = {str(row.values.get("region") or "") for row in rows}
    found: dict[str, Region] = {}
    for text in texts:
        if text in ("全市", "全州", "全区", "全县", "合计", "市级", "市本级"):
            regions = [root]
        else:
            regions = Region.objects.find(text, root) if text else []
        mine = [region for region in regions if region.pk in allowed]
        if len(mine) == 1:
            found[text] = allowed[mine[0].pk]
    return found


def named_in_both(labels: Mapping[str, Any]) -> dict[str, Any]:
    """Objects by key and by their name in either language."""
    found = dict(labels)
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {str(getattr(one, "label", one)): one for one in labels.values()}
    return found


def known_metrics() -> dict[str, Bound]:
    return named_in_both({one.key: one for one in all_metrics() if may_have_targets(one)})


def _figure_in_money() -> str:
    """The example beside an amount of money, in the words that the list may use."""
    return next((str(one.label) for one in known_metrics().values() if one.metric.is_money), "")


class TargetRow(forms.Form):
    """One target of a list; what it names is looked up once for the whole list."""

    period = PeriodField(label=gettext_lazy("Period"))
    low = AmountField(label=gettext_lazy("Target"))
    high = AmountField(label=gettext_lazy("Upper end"), required=False)
    document = CleanCharField(label=gettext_lazy("Set by"), required=False, max_length=200)

    def __init__(self, data: Mapping[str, Any], metrics: Mapping[str, Bound], regions: Mapping[str, Region]) -> None:
        super().__init__(data)
        self.fields["metric"] = Known(metrics, label=gettext_lazy("Figure"))
        self.fields["region"] = Known(regions, label=gettext_lazy("Region"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        low, high = given.get("low"), given.get("high")
        if low is not None and high is not None and high < low:
            self.add_error("high", _("The upper end lies below the target."))
        return given

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(given["metric"].key, given["period"], given["region"], given["low"], given["high"],
                      given["document"])


class TargetImporter(FormImporter):
    key = "targets"
    label = gettext_lazy("Targets")
    note = gettext_lazy("Figure, region, period and target, a row each; what is set already is changed.")
    permission = Permission.TARGET_EDIT

    def columns(self, run: ImportRun) -> list[Column]:
        return [
            Column("metric", gettext_lazy("Figure"), aliases=("指标", "指标名称", "目标名称"), required=True,
                   essential=True, example=_figure_in_money()),
            Column("region", gettext_lazy("Region"), aliases=PLACE, required=True, essential=True,
                   example="全市"),
            Column("period", gettext_lazy("Period"), aliases=PERIOD, required=True, essential=True,
                   example="2021年"),
            Column("low", gettext_lazy("Target"), aliases=("目标值", "目标", "任务数", "年度目标"), required=True,
                   essential=True, example="1200万元"),
            Column("high", gettext_lazy("Upper end"), aliases=("目标上限", "上限"), example="1500万元"),
            Column("document", gettext_lazy("Set by"), aliases=("依据", "文件依据", "来源", "文件名称及文号"),
                   example="《2021年工作要点》"),
        ]

    def prepare(self, rows: list[Row], run: ImportRun) -> dict[str, Any]:
        standing = {
            (row.metric, row.start, row.end, row.region_id): row for row in Target.objects.exclude(region=None)
        }
        return {"metrics": known_metrics(), "regions": regions_by_name(rows, run.asked_by), "standing": standing}

    def form(self, row: dict[str, Any], run: ImportRun, context: dict[str, Any]) -> TargetRow:
        return TargetRow(row, context["metrics"], context["regions"])

    def identity(self, form: TargetRow, context: Any) -> Hashable:
        return form.wanted().place

    def outcome(self, form: TargetRow, context: dict[str, Any]) -> str:
        wanted = form.wanted()
        row = context["standing"].get(wanted.place)
        if row is None:
            return NEW
        same = (row.low, row.high, row.document) == (wanted.low, wanted.high, wanted.document)
        return UNCHANGED if same else CHANGED

    def names(self, form: TargetRow) -> str:
        given = form.cleaned_data
        return f"{given['metric'].label} · {given['region'].name_zh} · {given['period'].label('zh')}"

    def save(self, good: list[tuple[Row, Any]], *, run: ImportRun, by: User, context: Any) -> None:
        actions.set_targets([form.wanted() for _row, form in good], by=by, source=run.file)

    def done_url(self, run: ImportRun) -> str:
        return reverse("targets:index")


class StatedRow(forms.Form):
    """One statistic of a list."""

    period = PeriodField(label=gettext_lazy("Period"))
    value = AmountField(label=gettext_lazy("Value"), least=None)
    document = CleanCharField(label=gettext_lazy("Source document"), max_length=200)
    page = CleanCharField(label=gettext_lazy("Page"), max_length=40, required=False)

    def __init__(self, data: Mapping[str, Any], context: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.waiting = context["waiting"]
        self.fields["series"] = Known(context["series"], label=gettext_lazy("Series"))
        self.fields["region"] = Known(context["regions"], label=gettext_lazy("Region"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        count_in_its_unit(self)
        if not self.errors and self.place in self.waiting:
            raise ValidationError(_("A value for this series, region and period waits for confirmation already."))
        return given

    @property
    def place(self) -> tuple:
        given = self.cleaned_data
        return given["series"].pk, given["region"].pk, given["period"].start, given["period"].end

    def statement(self) -> Statement:
        given = self.cleaned_data
        return Statement(given["series"], given["region"], given["period"], given["value"], given["document"],
                         given["page"])


class StatedImporter(FormImporter):
    key = "stated"
    label = gettext_lazy("Statistics from documents")
    note = gettext_lazy("Series, region, period, value and the document that states it; a second person confirms them.")
    permission = Permission.TARGET_EDIT

    def columns(self, run: ImportRun) -> list[Column]:
        return [
            Column("series", gettext_lazy("Series"), aliases=("指标", "指标名称", "统计指标"), required=True,
                   essential=True, example="带动就业"),
            Column("region", gettext_lazy("Region"), aliases=PLACE, required=True, essential=True,
                   example="全市"),
            Column("period", gettext_lazy("Period"), aliases=PERIOD, required=True, essential=True,
                   example="2021年"),
            Column("value", gettext_lazy("Value"), aliases=("数值", "数据", "统计值", "数量"), required=True,
                   essential=True, example="18.6万"),
            Column("document", gettext_lazy("Source document"), aliases=("来源", "资料来源", "来源文件", "数据来源"),
                   required=True, essential=True, example="《统计公报》"),
            Column("page", gettext_lazy("Page"), aliases=("页码", "页"), example="第3页"),
        ]

    def prepare(self, rows: list[Row], run: ImportRun) -> dict[str, Any]:
        series: dict[str, StatedSeries] = {}
        for row in StatedSeries.objects.all():
            series |= {row.key: row, row.label_zh: row, row.label_en: row}
        standing = StatedValue.objects.waiting().values_list("series", "region", "start", "end")
        current = {
            (row.series_id, row.region_id, row.start, row.end): row for row in StatedValue.objects.current()
        }
        return {"series": series, "regions": regions_by_name(rows, run.asked_by), "waiting": set(standing),
                "current": current}

    def form(self, row: dict[str, Any], run: ImportRun, context: dict[str, Any]) -> StatedRow:
        return StatedRow(row, context)

    def identity(self, form: StatedRow, context: Any) -> Hashable:
        return form.place

    def outcome(self, form: StatedRow, context: dict[str, Any]) -> str:
        row = context["current"].get(form.place)
        if row is None:
            return NEW
        return UNCHANGED if row.value == form.cleaned_data["value"] else CHANGED

    def names(self, form: StatedRow) -> str:
        given = form.cleaned_data
        return f"{given['series'].label_zh} · {given['region'].name_zh} · {given['period'].label('zh')}"

    def save(self, good: list[tuple[Row, Any]], *, run: ImportRun, by: User, context: Any) -> None:
        unit = by.granted_units(self.permission)[0]
        for _row, form in good:
            actions.propose(form.statement(), by=by, unit=unit, source=run.file)

    def done_url(self, run: ImportRun) -> str:
        return reverse("admin:targets_statedvalue_changelist")


importers.register(TargetImporter())
importers.register(StatedImporter())
