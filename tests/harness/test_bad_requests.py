"""The same forms and pages under what no form reads: strange parameters, wrong methods, forged or doubled requests,
a thousand fields, ten thousand rows."""

from urllib.parse import quote_plus

import pytest
from django.db import DatabaseError
from django.forms import models
from django.test import Client

from tests.harness import inputs, pages, strange
from tests.harness.submit import FORM, POISON, SHOWN_RAW, as_shown, encode
from tests.harness.test_bad_inputs import place  # noqa: F401 - the town, walked once

pytestmark = pytest.mark.sweep

#: What people and programs append to the address of a list.
LOOKUPS = (
    "status__exact=%00", "state__exact=%00", "state__exact=nothing", "id__exact=abc", "id=" + "9" * 40, "p=abc", "p=-1",
    "p=" + "9" * 30, "p=%D9%A3", "o=1.2.3.abc", "o=999", "all=1", "q=%FF%FE", "q=%ED%A0%80", "q=" + "x" * 5_000, "q=%25_%5C",
    "q=' or 1=1--", "q=%E2%80%AE", "password__startswith=a", "enterprise__operator__id_index__regex=(a%2B)%2B$",
    "user__password__contains=a", "_popup=1", "_to_field=password", "e=1", "paid_on__year=0", "paid_on__year=99999",
    "date__year=abc", "at__gte=abc", "at__year=2021&at__month=13", "q=<script>alert(1)</script>", "x[]=1&x[]=2", "=", "&&&",
    "page=abc", "page=-1", "page=" + "9" * 30, "page=1.5", "before=abc", "first=2021-02-30", "span=x", "importer=[]",
    "next=//evil.example", "next=javascript:alert(1)", "section=nothing", "ids=1,2,abc", "ids=" + "9" * 40, "name=q&q=%00",
)
#: A second form of the same address, which this one's page does not show: an owner confirms by a code.
OF_THE_OTHER_FORM = {"accounts:confirm": {"code"}}
#: A page says what is wrong with an address, or shows what it can; a stock list goes back to itself.
FINE = {200, 302, 400, 403, 404, 405, 422, 429}


def test_addresses(place):  # noqa: F811
    """Every page that was walked without parameters, with each of them in turn."""
    wrong = []
    turn = 0
    for name, seen in sorted(place.walk.seen.items()):
        address = place.walk.where[name]
        client = place.browsers[sorted(seen)[0]][0]
        every = "_changelist" in name and name.endswith(("application_changelist", "payment_changelist", "event_changelist"))
        chosen = LOOKUPS if every else [LOOKUPS[(turn + n) % len(LOOKUPS)] for n in range(5)]
        turn += 5
        for lookup in chosen:
            path, _mark, query = address.partition("?")
            answer = client.generic("GET", path, QUERY_STRING="&".join(part for part in (query, lookup) if part))
            if answer.status_code not in FINE:
                wrong.append(f"{address} {lookup[:60]}: {answer.status_code}")
            elif answer.streaming:
                pages.put_away(answer)
            elif any(raw in answer.content.decode("utf-8", "replace") for raw in SHOWN_RAW):
                wrong.append(f"{address} {lookup[:60]}: shown raw")
    assert not wrong, "\n".join(wrong)


def test_search_forms(place):  # noqa: F811
    """Filters and searches: an answer, never what was typed as a part of the page."""
    wrong = []
    for form in place.walk.forms.values():
        if form.method != "get":
            continue
        values = as_shown(form)
        for number, name in enumerate(values):
            tried = [*inputs.UNREADABLE, *inputs.TEXTS, *inputs.DATES][number::3]
            for bad in tried:
                sent = place.sender.send(place.client(form), form, {**values, name: [bad.value]})
                if sent.status not in FINE:
                    wrong.append(f"{form.route} {name}={bad.value!r}: {sent.status}")
                elif sent.is_page and any(raw in sent.answer.content.decode("utf-8", "replace") for raw in SHOWN_RAW):
                    wrong.append(f"{form.route} {name}={bad.value!r}: shown raw")
    assert not wrong, "\n".join(wrong)


def posts(place):  # noqa: F811
    return [form for form in place.walk.forms.values() if form.method == "post"]


def test_what_no_form_reads(place):  # noqa: F811
    """Versions, revisions, keys, hidden names: garbled, they match nothing and break nothing."""
    wrong, turn = [], 0
    for form, values, sent in place.ready():
        for name in sorted(set(values) - set(sent.fields())):
            bad = inputs.PARAMETERS[turn % len(inputs.PARAMETERS)]
            turn += 1
            got = place.sender.send(place.client(form), form, {**values, name: [bad.value]})
            if got.status >= 500:
                wrong.append(f"{form.route} {name}={bad.value[:30]!r}: {got.status}")
            if any(POISON.search(text) for text in got.texts_written()):
                wrong.append(f"{form.route} {name}={bad.value[:30]!r}: harmful characters were written")
    assert not wrong, "\n".join(wrong)


def test_fields_twice_and_left_out(place):  # noqa: F811
    wrong = []
    for form, values, _sent in place.ready():
        client = place.client(form)
        for other in ({name: value * 2 for name, value in values.items()}, {}, dict(list(values.items())[1:])):
            got = place.sender.send(client, form, other)
            if got.status >= 500:
                wrong.append(f"{form.route} {sorted(other)[:4]}: {got.status}")
    assert not wrong, "\n".join(wrong)


def columns_set_from_outside(place, ready):  # noqa: F811
    """(names tried, [what a form wrote that it does not ask for]): each form is sent as it is, twice, and then with every
    column of every table beside it. What differs between the first two are ids and hours; the rest must not change."""
    columns, wrong = strange.every_column(), []
    for form, values, sent in ready:
        client = place.client(form)
        same = [written(place.sender.send(client, form, values)) for _n in range(2)]
        for more in strange.rounds(columns, {*values, *sent.fields(), *OF_THE_OTHER_FORM.get(form.route, ())}):
            try:
                got = place.sender.send(client, form, {**more, **values})
            except DatabaseError as refusal:  # of a row that should never have been written so
                wrong.append(f"{form.route} at {form.page}: {refusal}")
                break
            if got.status >= 500 or strange.CANARIES & got.texts_written() or differs(same, written(got)):
                wrong.append(f"{form.route} at {form.page}: {got.status} {sorted(strange.CANARIES & got.texts_written())}")
                break
    return len(columns), wrong


def written(sent):
    return [(sql, tuple(texts)) for sql, texts in sent.writes]


def differs(same, other):
    """Whether `other` wrote another statement, or another value where the two of `same` agree."""
    first, second = same
    if [(sql, len(texts)) for sql, texts in first] != [(sql, len(texts)) for sql, texts in other]:
        return [sql for sql, _texts in first] == [sql for sql, _texts in second]
    return any(
        one == two != three
        for (_a, texts), (_b, again), (_c, now) in zip(first, second, other, strict=True)
        for one, two, three in zip(texts, again, now, strict=True)
    )


@pytest.mark.proof("M10", "held")
def test_nobody_sets_what_the_form_does_not_ask(place, proof):  # noqa: F811
    tried, wrong = columns_set_from_outside(place, place.ready())
    assert not wrong, "\n".join(wrong)
    proof("M10").held(f"{tried} names of columns of all tables posted to {len(place.ready())} forms, {strange.ROUNDS} values "
                      f"each: {len(wrong)} unlisted columns change")


@pytest.mark.proof("M10", "removed")
def test_a_form_that_takes_what_comes_would_set_it(place, proof, monkeypatch):  # noqa: F811
    """Django's own way from the form to the row, without the list of fields."""
    stock = models.construct_instance

    def everything(form, instance, fields=None, exclude=None):
        made = stock(form, instance, fields, exclude)
        for field in made._meta.concrete_fields:
            if field.attname in form.data and not field.primary_key:
                setattr(made, field.attname, form.data[field.attname])
        return made

    monkeypatch.setattr(models, "construct_instance", everything)
    of_rows = [one for one in place.ready() if any(isinstance(form, models.BaseModelForm) for form in one[2].read)]
    _tried, wrong = columns_set_from_outside(place, of_rows)
    assert wrong
    proof("M10").removed("list of the fields of a form", f"{len(wrong)} of {len(of_rows)} forms of a row write what they do "
                         "not ask for, or fail")


def test_forged_requests(place):  # noqa: F811
    """Without a token, with a made-up one, with somebody else's: refused, whatever was in the form."""
    wrong, strict = [], {}
    for form in posts(place):
        if form.who not in strict:
            user = place.browsers[form.who][1]
            strict[form.who] = pages.browser(user if user.is_authenticated else None, enforce_csrf_checks=True)
        for token in ("", "x" * 32, "x" * 64, "\x00"):
            body = encode(as_shown(form)) + (f"&csrfmiddlewaretoken={quote_plus(token)}" if token else "")
            answer = strict[form.who].generic("POST", form.action, body, content_type=FORM)
            if answer.status_code != 403:
                wrong.append(f"{form.route} with token {token[:4]!r}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "OPTIONS"])
def test_wrong_methods(place, method):  # noqa: F811
    wrong = []
    for form in posts(place):
        with place.sender.undone():
            answer = place.client(form).generic(method, form.action, b"")
            pages.put_away(answer)
        if answer.status_code >= 500:
            wrong.append(f"{method} {form.action}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("body", [
    (b'{"a": [NaN, "\\u0000", "\\ud800"]}', "application/json"), (b"[" * 100_000, "application/json"),
    (b"\xff\xfe\x00", "text/plain"), (b"--x\r\nbroken", "multipart/form-data; boundary=x"), (b"", "multipart/form-data"),
    (b"a=1", "application/x-www-form-urlencoded; charset=utf-16"), (b"<x/>", "text/xml"), (b"a" * 3_000_000, FORM),
])
def test_wrong_bodies(place, body):  # noqa: F811
    content, kind = body
    wrong = []
    for form in posts(place)[:: 4 if len(content) > 1000 else 1]:
        with place.sender.undone():
            answer = place.client(form).generic("POST", form.action, content, content_type=kind)
        if answer.status_code >= 500:
            wrong.append(f"{form.action}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_thousand_fields_and_ten_thousand_rows(place):  # noqa: F811
    wrong = []
    for form in posts(place):
        many = encode(as_shown(form)) + "".join(f"&x{n}=1" for n in range(1_001))
        with place.sender.undone():
            answer = place.client(form).generic("POST", form.action, many, content_type=FORM)
        if form.inputs and answer.status_code not in (400, 403, 302):
            wrong.append(f"{form.action}: {answer.status_code}")
        for total in ("10000", "-1", "1000000000", "abc", "", "1_0", "٣"):
            totals = {f"{name}-TOTAL": [total] for name in as_shown(form)} | {
                "form-TOTAL_FORMS": [total], "form-INITIAL_FORMS": [total], "form-MAX_NUM_FORMS": [total]}
            got = place.sender.send(place.client(form), form, {**as_shown(form), **totals})
            if got.status >= 500:
                wrong.append(f"{form.action} total {total!r}: {got.status}")
            if "changelist" not in form.route:
                break
    assert not wrong, "\n".join(wrong)


def test_pressed_twice(place):  # noqa: F811
    """The second press of the same page finds the work done: an answer for people, and no error."""
    wrong = []
    for form, values, _sent in place.ready():
        with place.sender.undone():
            place.client(form).generic("POST", form.action, encode(values), content_type=FORM)
            second = place.sender.send(place.client(form), form, values)
        if second.status >= 500:
            wrong.append(f"{form.route}: {second.status}")
    assert not wrong, "\n".join(wrong)


def test_a_session_that_ended_in_the_middle(place):  # noqa: F811
    """What is sent after that is not taken; the way to sign in is shown."""
    wrong = []
    public = {"accounts:login", "admin:login", "desk:language", "desk:large_type", "accounts:logout", "accounts:code"}
    for form in posts(place):
        if form.route not in public:
            answer = Client(raise_request_exception=False).post(form.action, {"version": "1"})
            if answer.status_code not in (302, 403) or "/login/" not in answer.headers.get("Location", "/login/"):
                wrong.append(f"{form.action}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
