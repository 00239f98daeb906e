"""Rosters of trainees: an office's list, row by row through the checks of the grid."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.accounts.roles import Permission
from bureau.attachments.enums import Channel
from bureau.formbuilder.tabular import importers
from bureau.formbuilder.tabular.by_form import FormImporter
from bureau.formbuilder.tabular.columns import Column
from enterprises.models import Person
from enterprises.people import misnamed
from training.placements import actions
from training.placements.enums import OPEN
from training.placements.forms import TraineeForm
from training.placements.grid import person_row, trainee_of
from training.placements.models import Agreement, Placement


class AgreementChoice(forms.ModelChoiceField):
    """Agreements by number, shop and first day."""

    def label_from_instance(self, agreement):
        return f"{agreement.number} · {agreement.host.name} · {agreement.starts_on:%Y-%m-%d}"


class RosterForm(forms.Form):
    """Which agreement the list is for: one of the offices of `user` that still takes trainees."""

    agreement = AgreementChoice(label=gettext_lazy("Agreement"), queryset=None)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agreement"].queryset = Agreement.objects.kept_by(user).filter(state__in=OPEN).select_related("host")

    def clean_agreement(self):
        return self.cleaned_data["agreement"].pk


@dataclass
class Known:
    """What the rows are compared with: read once for the whole list."""

    agreement: Agreement
    people: dict[str, Person] = field(default_factory=dict)
    placed: dict[int, list[Placement]] = field(default_factory=dict)
    misnamed: set[str] = field(default_factory=set)


class RosterRowForm(TraineeForm):
    """A row of a roster; `known` is shared by all rows."""

    def __init__(self, data, *, known: Known):
        super().__init__(data, agreement=known.agreement)
        self.known = known

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        row = person_row(data)
        person = self.known.people.get(row.index)
        if row.index in self.known.misnamed:
            self.add_error("name", _("This identity number is registered under another name."))
        for other in self.known.placed.get(person.pk, []) if person else []:
            if other.starts_on <= data["ends_on"] and other.ends_on >= data["starts_on"]:
                self.add_error("id_number", actions.overlap_message(other))
                break
        return data


class TraineeImporter(FormImporter):
    key = "trainees"
    label = gettext_lazy("Trainees of a placement agreement (roster)")
    permission = Permission.PLACEMENT_EDIT
    note = gettext_lazy("The people of one agreement with a host shop: names, identity numbers, days, accounts.")

    def options(self, *, user, asked, data=None):
        return RosterForm(data, user=user, initial=dict(asked))

    def columns(self, run):
        return [
            Column("name", _("Name"), "text", aliases=("姓名", "学员姓名", "学员"), required=True,
                   example="马文明"),
            Column("id_number", _("Identity number"), "id_number", aliases=("身份证号", "身份证号码", "公民身份号码"),
                   required=True),
            Column("phone", _("Phone"), "phone", aliases=("电话", "手机号", "联系电话")),
            Column("starts_on", _("From"), "date", aliases=("起始日期", "上岗日期", "开始日期")),
            Column("ends_on", _("Until"), "date", aliases=("截止日期", "结束日期", "离岗日期")),
            Column("account", _("Account"), "account", aliases=("银行账号", "账号", "卡号", "银行卡号", "开户行及账号")),
        ]

    def prepare(self, rows, run):
        agreement = Agreement.objects.select_related("host", "unit").get(pk=run.options["agreement"])
        if not Agreement.objects.visible_to(run.asked_by).filter(pk=agreement.pk).exists():
            raise ValidationError(_("This agreement belongs to another office."))
        known = Known(agreement)
        named = [
            person_row(row.values) for row in rows
            if isinstance(row.values.get("id_number"), str) and isinstance(row.values.get("name"), str)
        ]
        known.people = Person.objects.in_bulk([row.index for row in named], field_name="id_index")
        known.misnamed = misnamed(named)
        for placement in Placement.objects.standing().filter(person__in=known.people.values()).select_related(
            "person", "agreement__host"
        ):
            known.placed.setdefault(placement.person_id, []).append(placement)
        return known

    def form(self, row, run, context):
        bank = row.pop("account_bank", "")
        return RosterRowForm({**row, "bank": bank or (_("(bank not named)") if row.get("account") else "")}, known=context)

    def identity(self, form, context):
        return person_row(form.cleaned_data).index

    def names(self, form):
        return form.cleaned_data["name"]

    def save(self, good, *, run, by, context):
        actions.place(
            agreement=context.agreement, trainees=[trainee_of(form.cleaned_data) for _row, form in good], by=by,
            channel=Channel.IMPORTED, source=run.file,
        )


importers.register(TraineeImporter())
