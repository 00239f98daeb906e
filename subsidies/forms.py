"""Forms of owners and of those who enter for them. What a scheme asks is not here: the form engine builds that."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bureau.common import identity
from bureau.common.forms import AccountField, CleanCharField, StrictDecimalField
from subsidies.enums import PayeeKind

PHONE_AND_PAPER = [
    {
        "key": "phone", "kind": "phone", "required": True,
        "label_zh": "店主手机号", "label_en": "Owner's mobile number",
        "help_zh": "店主会收到短信，可以用这个号码登录查看、补正或者接手。",
        "help_en": "The owner is told by SMS and can sign in with this number to look, correct or take over.",
    },
    {
        "key": "paper", "kind": "photo", "required": True, "max": 1,
        "label_zh": "纸质申请表照片", "label_en": "Photo of the paper application",
        "help_zh": "拍店主签过字的那一页；其余各页可以在“材料”里上传。",
        "help_en": "The page the owner signed; further pages can go under documents.",
    },
]


def signed_sheet():
    """The one question of the declaration's screen."""
    return [{
        "key": "sheet", "kind": "photo", "required": True, "max": 1,
        "label_zh": "签好字的承诺书照片", "label_en": "Photo of the signed declaration",
        "help_zh": "打印或抄写上面的承诺书，签名、写上日期，然后拍照。",
        "help_en": "Print or copy out the declaration above, sign and date it, then take a photo.",
    }]


def documents_spec(items):
    """Documents of a scheme as photo fields of the form engine. `items`: [(item, required)]."""
    return [
        {
            "key": item["key"], "kind": "photo", "required": required, "max": item.get("max", 1),
            **{f"{name}_{lang}": item.get(f"{name}_{lang}", "") for name in ("label", "help") for lang in ("zh", "en")},
        }
        for item, required in items
    ]


class PayeeForm(forms.Form):
    """One payee. With `line` the two numbers may stay empty: then they stay as they are."""

    kind = forms.ChoiceField(label=_("Kind of account"), choices=PayeeKind.choices, widget=forms.RadioSelect)
    name = CleanCharField(label=_("Name of the payee"), max_length=80, help_text=_("As on the account."))
    relation = CleanCharField(
        label=_("Relation to the operator"), max_length=40, required=False,
        help_text=_("Leave empty when the payee is the operator or the company itself."),
    )
    id_number = CleanCharField(
        label=_("Identity number, or unified code of the company"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    account = AccountField(label=_("Account or card number"))
    bank = CleanCharField(
        label=_("Bank and branch"), max_length=120,
        help_text=_("For example: Agricultural Bank of China, Hualong branch."),
    )
    amount = StrictDecimalField(
        label=_("Amount in yuan"), min_value=0, max_digits=18, decimal_places=2, required=False,
        help_text=_("Only when the award goes to several payees; one alone receives all of it."),
    )

    def __init__(self, *args, line=None, single=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.line = line
        if line is not None:
            for name in ("id_number", "account"):
                field = self.fields[name]
                field.required = False
                field.help_text = _("On file: %(number)s. Leave empty to keep it.") % {"number": getattr(line, name)}
        if single:
            del self.fields["amount"]

    def clean(self):
        data = super().clean()
        number, kind = data.get("id_number"), data.get("kind")
        if number and kind:
            check = identity.check_uscc if kind == PayeeKind.COMPANY else identity.check_id_number
            try:
                data["id_number"] = check(number)
            except ValidationError as error:
                self.add_error("id_number", error)
        elif self.line and kind and (kind == PayeeKind.COMPANY) != (self.line.kind == PayeeKind.COMPANY):
            self.add_error("id_number", _("Please enter the number that goes with this kind of account."))
        if "amount" in self.fields and "amount" not in self.errors and not data.get("amount"):
            self.add_error("amount", _("Please enter an amount above zero."))
        return data
