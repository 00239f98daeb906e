"""Specimens for the gallery page: invented, and each component in each of its states."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.common import clock, icons, workdays
from bureau.common.forms import CleanCharField, PhoneField, StrictDecimalField


@dataclass(frozen=True)
class Entry:
    title: str
    who: str
    at: Any
    note: str = ""
    next: str = ""


class SpecimenForm(forms.Form):
    """The kinds of field that the form engine draws."""

    shop = CleanCharField(
        label=gettext_lazy("Shop name"), max_length=60, help_text=gettext_lazy("As written on the license.")
    )
    phone = PhoneField(label=gettext_lazy("Phone"))
    amount = StrictDecimalField(label=gettext_lazy("Amount (yuan)"), max_digits=18, decimal_places=2)
    place = forms.ChoiceField(
        label=gettext_lazy("Place of operation"),
        choices=[("cn", gettext_lazy("In China")), ("abroad", gettext_lazy("Abroad"))],
    )
    story = CleanCharField(label=gettext_lazy("Remarks"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    truth = forms.BooleanField(label=gettext_lazy("What I have written is true."))


def context() -> dict[str, Any]:
    now, today = clock.now(), clock.today()
    faulty = SpecimenForm({"shop": "", "phone": "1380", "amount": "1E3", "place": "cn"})
    faulty.is_valid()
    return {
        "tones": [
            ("neutral", _("Draft")), ("info", _("Under review")), ("attention", _("Returned for correction")),
            ("good", _("Paid")), ("bad", _("Refused")),
        ],
        "dues": [workdays.add(today, n) for n in (8, 3, 1)] + [today, workdays.add(today, -2)],
        "far": today + timedelta(days=4000),
        "entries": [
            Entry(_("Returned for correction"), "平安县服务中心", now, "营业执照照片模糊，请重新拍摄。",
                  _("Correct two items by the deadline.")),
            Entry(_("Accepted"), "平安县服务中心", now - timedelta(days=2)),
            Entry(_("Submitted"), "", now - timedelta(days=3)),
        ],
        "page": Paginator(range(95), 20).page(2),
        "icons": icons.names(),
        "form": SpecimenForm(),
        "faulty": faulty,
        "amount": 3892000,
    }
