"""Sends a form as a browser would, and knows afterwards what happened: the answer, the Django forms that read it,
and what was written to the database. Everything is rolled back."""

import json
import re
import time
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote_plus

from django import forms
from django.contrib.admin.views.main import ChangeListSearchForm
from django.db import connection, transaction
from django.utils.translation import override

from bureau.common import clock
from bureau.common.forms import CodeField, IdNumberField, PhoneField, StrictNumber, UsccField
from bureau.formbuilder.fields import FilesField, RegionField
from bureau.formbuilder.forms import RAW
from enterprises.models import Enterprise
from tests.factories.enterprises import uscc
from tests.harness.pages import FormOnPage, forms_in, parsed, route_of

FORM = "application/x-www-form-urlencoded"
CHINESE = re.compile("[\u4e00-\u9fff]")
#: Halves of characters, characters that reverse or hide text, NUL: never in the database.
POISON = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd\u2028\u2029]")
SHOWN_RAW = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>')
#: Sessions, and the evidence of failed logins, which keeps what was sent.
NOTES = ("portalsession", "axes_access")
Values = dict[str, list]


@dataclass
class Sent:
    """`read`: the Django forms that read what was sent; `writes`: (SQL, parameters)."""

    status: int
    answer: Any
    read: list[forms.BaseForm]
    writes: list[tuple[str, list[Any]]] = field(default_factory=list)
    language: str = "zh-hans"
    seconds: float = 0

    @property
    def redirected(self) -> bool:
        return self.status in (301, 302) or "HX-Redirect" in self.answer.headers

    @property
    def is_page(self) -> bool:
        return not self.redirected and "html" in self.answer.headers.get("Content-Type", "")

    def fields(self) -> dict[str, tuple[forms.BaseForm, str]]:
        return {one.add_prefix(name): (one, name) for one in self.read for name in one.fields}

    def messages(self, name: str) -> list[str]:
        """What is wrong with the field of this HTML name, in the language of the page."""
        with override(self.language):
            return [
                str(message) for one in self.read for key, found in one.errors.items()
                if one.add_prefix(key) == name for message in found
            ]

    @property
    def has_errors(self) -> bool:
        return any(one.errors for one in self.read)

    def texts_written(self) -> set[str]:
        return {text for _sql, params in self.writes for text in params}


class Sender:
    """`with Sender() as sender: sender.send(client, form, values)`."""

    def __enter__(self) -> "Sender":
        self._read: list[forms.BaseForm] = []
        self._stock = forms.BaseForm.full_clean
        sender = self

        def reading(form):
            sender._stock(form)
            if form.is_bound and not isinstance(form, ChangeListSearchForm):
                sender._read.append(form)

        forms.BaseForm.full_clean = reading
        self.count = 0
        return self

    def __exit__(self, *error: Any) -> None:
        forms.BaseForm.full_clean = self._stock

    def send(self, client, form: FormOnPage, values: Values, *, language: str = "zh-hans", **headers: Any) -> Sent:
        self._read, writes = [], []
        self.count += 1
        cookies = copy(client.cookies)  # what an answer changes in them is rolled back too
        client.cookies["language"] = language
        body = encode(values)
        begun = time.perf_counter()
        with self.undone(), connection.execute_wrapper(spy(writes)):
            if form.method == "get":
                path = form.action.split("?")[0]
                answer = client.generic("GET", path, QUERY_STRING=body, **headers)
            else:
                answer = client.generic("POST", form.action, body, content_type=FORM, **headers)
            if answer.status_code < 400 and writes:
                with connection.cursor() as cursor:
                    cursor.execute("set constraints all immediate")
        client.cookies = cookies
        return Sent(answer.status_code, answer, self._read, writes, language, time.perf_counter() - begun)

    @contextmanager
    def undone(self):
        with transaction.atomic():
            yield
            transaction.set_rollback(True)


def encode(values: Values) -> str:
    """Bytes go as they are, so that what is no UTF-8 arrives as it was typed."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, all_ in values.items() for value in all_)


def spy(writes: list):
    def wrapper(execute, sql, params, many, context):
        if sql[:6].upper() in ("INSERT", "UPDATE") and not any(name in sql[:60] for name in NOTES):
            writes.append((sql, [text for value in params or () for text in texts_of(value)]))
        return execute(sql, params, many, context)

    return wrapper


def texts_of(value: Any) -> list[str]:
    """Every text and number in a parameter, those inside JSON too."""
    value = getattr(value, "adapted", getattr(value, "obj", value))
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return texts_of(json.loads(value))
        except ValueError:
            return [value]
    if isinstance(value, dict):
        kept = {key: part for key, part in value.items() if key != RAW}  # what a draft shows its writer again
        return [text for pair in kept.items() for part in pair for text in texts_of(part)]
    if isinstance(value, (list, tuple)):
        return [text for part in value for text in texts_of(part)]
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, (date, datetime)):
        return [value.isoformat()]
    return [str(value)] if isinstance(value, (str, int, float, Decimal)) else []


# --- a form that people could have sent ----------------------------------------------------------


def as_shown(form: FormOnPage) -> Values:
    """What a browser sends when nothing is changed; the first button is pressed."""
    values: Values = {}
    pressed = False
    for item in form.inputs:
        if item.kind == "file" or (item.kind == "submit" and pressed):
            continue
        if item.kind == "submit":
            pressed = True
            values[item.name] = [item.options[0]]
        else:
            found = values.setdefault(item.name, [])
            if item.value is not None:
                found.append(item.value)
    return values


def filled_in(form: FormOnPage, sender: Sender, client) -> tuple[Values, Sent]:
    """The page's own values, with something plausible where a field that must be filled in is empty."""
    values = as_shown(form)
    first = sender.send(client, form, values)
    if form.method == "get":
        return values, first
    for name, (one, key) in first.fields().items():
        if name in values and first.messages(name):
            values[name] = plausible(form, name, one.fields[key])
    for item in form.inputs:
        if item.name == "reason" and values.get("reason") == [""]:
            values["reason"] = ["核对材料"]
    return values, sender.send(client, form, values)


#: What fields of these names take.
SAID = {"amount": "100000", "fiscal_year": "2024", "key": "a_key", "number_prefix": "AB", "period": "2021年", "value": "1"}
#: Days from today on; the terms of the town end with the last month.
DAYS = {"due_on": 60, "decided_on": 0, "closed_on": 0}
LAST_DAYS = ("stopped_on", "last_day")


def plausible(form: FormOnPage, name: str, asked: forms.Field) -> list:
    options = [value for item in form.inputs if item.name == name for value in item.options if value]
    if options:
        return [options[0]]
    if isinstance(asked, forms.ModelChoiceField):  # chosen by a script from what it is offered
        return [str(asked.queryset.values_list("pk", flat=True).first())]
    if name in ("host", "shop"):  # looked up by its number
        return [Enterprise.objects.listed().exclude(region=None).filter(merged_into=None).latest("pk").number]
    if name in SAID:
        return [SAID[name]]
    if name in DAYS:
        return [(clock.today() + timedelta(days=DAYS[name])).isoformat()]
    if name in LAST_DAYS:
        return [(clock.today().replace(day=1) - timedelta(days=1)).isoformat()]
    for kind, value in (
        (PhoneField, "13912345678"), (UsccField, uscc(991199)), (IdNumberField, "632123198501015557"),
        (RegionField, "630224"), (FilesField, ""), (CodeField, "6228480402564890018"), (StrictNumber, "1"),
        (forms.DateField, "2021-05-10"), (forms.JSONField, "[]"),
    ):
        if isinstance(asked, kind):
            return [value]
    if "id_number" in name:
        return ["632123198501015557"]
    return ["a-slug"] if isinstance(asked, forms.SlugField) else ["测试甲"]


# --- what the answer shows -----------------------------------------------------------------------


def form_again(sent: Sent, form: FormOnPage):
    """(tree, the same form on the page that came back), or None."""
    tree = parsed(sent.answer)
    names = {item.name for item in form.inputs if item.kind != "submit"}
    for found in forms_in(tree, form.who, form.action):
        if route_of(found.action) == form.route and names & {item.name for item in found.inputs} or not names:
            return tree, found
    return tree, None


def beside(tree, name: str, message: str) -> bool:
    """Whether the message stands near the control: inside the same field, not just somewhere on the page."""
    for control in tree.xpath(".//*[@name=$name or @id=$id]", name=name, id=f"field-{name}"):
        element = control
        for _level in range(6):
            if squeezed(message) in squeezed(element.text_content()):
                return True
            element = element.getparent()
            if element is None or element.tag in ("form", "body"):
                break
    return False


def squeezed(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\ufffd]+", "", text)
