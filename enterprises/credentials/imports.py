"""Titles given before the portal (补录): a list of them becomes back-entries that another person confirms."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import audit
from bureau.accounts.models import User
from bureau.accounts.roles import Permission
from bureau.attachments.enums import Channel
from bureau.common import clock
from bureau.common.forms import CleanCharField, PortalDateField, UsccField
from bureau.formbuilder.tabular import importers
from bureau.formbuilder.tabular.by_form import FormImporter, known
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.importers import NEW, UNCHANGED
from enterprises.credentials.actions import for_shop, years_later
from enterprises.credentials.enums import State
from enterprises.credentials.models import Credential, CredentialKind
from enterprises.credentials.numbers import next_numbers
from enterprises.models import Enterprise, unit_for

CHUNK = 5_000


@dataclass
class Context:
    """What all rows look into: kinds by every name, shops by code and by name, what stands already."""

    kinds: dict[str, CredentialKind]
    by_code: dict[str, Enterprise]
    by_name: dict[str, list[Enterprise]]
    standing: set[tuple[int, int, date]]
    plaques: set[tuple[int, str]]
    today: date = field(default_factory=clock.today)


class BackEntryForm(forms.Form):
    """One title that was given earlier. `context` is of the whole list."""

    name = CleanCharField(label=gettext_lazy("Name of the enterprise"), max_length=120)
    uscc = UsccField(label=gettext_lazy("Unified social credit code"), required=False)
    kind = CleanCharField(label=gettext_lazy("Title"), max_length=60)
    document = CleanCharField(label=gettext_lazy("Number of the naming document"), max_length=60)
    named_on = PortalDateField(label=gettext_lazy("Named on"))
    valid_until = PortalDateField(label=gettext_lazy("Valid until"), required=False)
    plaque_number = CleanCharField(label=gettext_lazy("Number on the plaque"), max_length=40, required=False)
    plaque_on = PortalDateField(label=gettext_lazy("Plaque given on"), required=False)

    def __init__(self, data: Any, *, context: Context) -> None:
        super().__init__(data)
        self.context = context
        known(self, "kind", context.kinds)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._find_shop(data)
        named, until, plaque = data.get("named_on"), data.get("valid_until"), data.get("plaque_on")
        if named and named > self.context.today:
            self.add_error("named_on", _("This day lies in the future."))
        if plaque and plaque > self.context.today:
            self.add_error("plaque_on", _("This day lies in the future."))
        if named and until and until < named:
            self.add_error("valid_until", _("This day lies before the naming."))
        if named and plaque and plaque < named:
            self.add_error("plaque_on", _("This day lies before the naming."))
        if bool(plaque) != bool(data.get("plaque_number")) and not self.errors.keys() & {"plaque_on", "plaque_number"}:
            self.add_error("plaque_number" if plaque else "plaque_on",
                           _("The number on the plaque and the day it was given belong together."))
        if named and data.get("kind") and not until:
            data["valid_until"] = years_later(named, data["kind"].years)
        self._check_plaque(data)
        return data

    def _check_plaque(self, data: dict) -> None:
        kind, number = data.get("kind"), data.get("plaque_number")
        if kind and number and (kind.pk, number) in self.context.plaques and not self.stands():
            self.add_error("plaque_number", _("There is a plaque with this number already."))

    def _find_shop(self, data: dict) -> None:
        """By the code where the list has one, else by the whole name if only one shop is called so."""
        code, name = data.get("uscc"), data.get("name")
        if code:
            data["shop"] = self.context.by_code.get(code)
            if data["shop"] is None:
                self.add_error("uscc", _("No shop of your area is registered under this code."))
        elif name and "uscc" not in self.errors:
            found = self.context.by_name.get(name, [])
            data["shop"] = found[0] if len(found) == 1 else None
            if not found:
                self.add_error("name", _("No shop of your area is registered under this name."))
            elif len(found) > 1:
                self.add_error("name", _("Several shops are called so: the row needs the code."))

    def identity(self) -> tuple[int, int, date] | None:
        data = self.cleaned_data
        if not (data.get("shop") and data.get("kind") and data.get("named_on")):
            return None
        return data["shop"].pk, data["kind"].pk, data["named_on"]

    def stands(self) -> bool:
        return self.identity() in self.context.standing


class CredentialImporter(FormImporter):
    key = "credentials"
    label = gettext_lazy("Titles given earlier")
    note = gettext_lazy("Enterprises with the title that each was given before the portal; a second person confirms them.")
    permission = Permission.CREDENTIAL_EDIT
    form_class = BackEntryForm

    def columns(self, run: Any) -> list[Column]:
        return [
            Column("name", gettext_lazy("Name of the enterprise"), essential=True, required=True, max_length=120,
                   example="福源面馆", aliases=("企业名称", "店铺名称", "店名", "单位名称", "获评单位", "获评企业", "名称")),
            Column("uscc", gettext_lazy("Unified social credit code"), "uscc",
                   aliases=("统一社会信用代码", "信用代码", "社会信用代码")),
            Column("kind", gettext_lazy("Title"), essential=True, required=True, example="品牌示范店",
                   aliases=("称号", "荣誉称号", "称号类别", "荣誉名称", "类别", "资质")),
            Column("document", gettext_lazy("Number of the naming document"), essential=True, required=True, max_length=60,
                   example="东品发〔2019〕12号", aliases=("命名文号", "文号", "命名文件", "文件号", "发文字号")),
            Column("named_on", gettext_lazy("Named on"), "date", essential=True, required=True, example="2019-06-18",
                   aliases=("命名日期", "命名时间", "授予日期", "评定日期", "认定时间")),
            Column("valid_until", gettext_lazy("Valid until"), "date", aliases=("有效期至", "到期日", "有效期", "有效期截止")),
            Column("plaque_number", gettext_lazy("Number on the plaque"), max_length=40,
                   aliases=("牌匾编号", "证书编号", "牌匾号", "编号")),
            Column("plaque_on", gettext_lazy("Plaque given on"), "date", aliases=("授牌日期", "授牌时间")),
        ]

    def prepare(self, rows: list, run: Any) -> Context:
        by = run.asked_by
        seen = Enterprise.objects.visible_to(by).listed().select_related("unit", "region", "operating_region")
        codes = sorted({row.values.get("uscc") for row in rows if row.values.get("uscc")})
        names = sorted({row.values.get("name") for row in rows if row.values.get("name")})
        by_code: dict[str, Enterprise] = {}
        by_name: dict[str, list[Enterprise]] = defaultdict(list)
        for part in _parts(codes):
            by_code |= {shop.uscc: shop for shop in seen.filter(uscc__in=part)}
        for part in _parts(names):
            for shop in seen.filter(name__in=part):
                by_name[shop.name].append(shop)
        kinds = {text: kind for kind in CredentialKind.objects.all() for text in (kind.key, kind.name_zh, kind.name_en)}
        shops = {shop.pk for shop in by_code.values()} | {shop.pk for found in by_name.values() for shop in found}
        held = Credential.objects.filter(named_on__isnull=False).exclude(state=State.DISCARDED)
        standing = {
            one for part in _parts(sorted(shops))
            for one in held.filter(enterprise__in=part).values_list("enterprise", "kind", "named_on")
        }
        numbers = sorted({row.values.get("plaque_number") for row in rows if row.values.get("plaque_number")})
        plaques = {one for part in _parts(numbers)
                   for one in held.filter(plaque_number__in=part).values_list("kind", "plaque_number")}
        return Context(kinds, by_code, by_name, standing, plaques)

    def form(self, row: dict, run: Any, context: Context) -> BackEntryForm:
        return BackEntryForm(row, context=context)

    def identity(self, form: BackEntryForm, context: Context) -> Any:
        return form.identity()

    def outcome(self, form: BackEntryForm, context: Context) -> str:
        return UNCHANGED if form.stands() else NEW

    def names(self, form: BackEntryForm) -> str:
        return f"{form.cleaned_data.get('name', '')} · {form.cleaned_data.get('kind', '')}"

    def save(self, good: list, *, run: Any, by: User, context: Context) -> None:
        """As back-entries that count nowhere until another person has confirmed them."""
        numbers = _numbers([form.cleaned_data for _row, form in good])
        bureau = unit_for(None)
        made = [_row_of(form.cleaned_data, numbers, run, by, bureau) for _row, form in good]
        Credential.objects.bulk_create(made, batch_size=1_000)
        audit.record("enterprises.credentials.proposed", None, by=by, rows=len(made), file=str(run.file_id))

    def done_url(self, run: Any) -> str:
        return reverse("admin:enterprises_credential_changelist") + "?desk=confirm"


def _row_of(data: dict, numbers: dict, run: Any, by: User, bureau: Any) -> Credential:
    shop, kind, named = data["shop"], data["kind"], data["named_on"]
    copied = for_shop(shop) if shop.unit_id else {
        "enterprise": shop, "holder": shop.name, "region": shop.region, "operating_region": shop.operating_region,
        "unit": bureau,
    }
    return Credential(
        **copied, number=numbers[kind.pk, named.year].pop(), kind=kind, state=State.PROPOSED, document=data["document"],
        named_on=named, valid_from=named, valid_until=data["valid_until"], entered_by=by, effective_date=named,
        plaque_number=data["plaque_number"] or None, plaque_on=data["plaque_on"], channel=Channel.BACK_ENTERED,
        source=run.file,
    )


def _numbers(good: list[dict]) -> dict[tuple[int, int], list[str]]:
    """Numbers of every kind and year of naming, as many as there are rows of it."""
    wanted: dict[tuple[int, int], int] = defaultdict(int)
    kinds: dict[int, CredentialKind] = {}
    for data in good:
        kinds[data["kind"].pk] = data["kind"]
        wanted[data["kind"].pk, data["named_on"].year] += 1
    return {key: next_numbers(kinds[key[0]], key[1], count)[::-1] for key, count in sorted(wanted.items())}


def _parts(values: list) -> list[list]:
    return [values[start:start + CHUNK] for start in range(0, len(values), CHUNK)]


importers.register(CredentialImporter())
