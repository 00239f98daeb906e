"""A scheme is data: checked whole, published once, never changed."""

import copy
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from subsidies import amounts
from subsidies.loading import load
from subsidies.models import SchemeVersion, Stage
from tests.factories.subsidies import SCHEME_FILE, scheme_data

pytestmark = pytest.mark.django_db


def test_the_same_file_again_is_the_same_version(capsys):
    call_command("load_scheme", str(SCHEME_FILE))
    call_command("load_scheme", str(SCHEME_FILE))
    assert SchemeVersion.objects.count() == 1
    assert "new_shop v1: published" in capsys.readouterr().out


def test_a_change_is_a_new_version_and_the_old_one_stays():
    first, _created = load(scheme_data())
    changed = scheme_data()
    changed["amounts"]["cap"] = "6000.00"
    second, created = load(changed)
    assert created
    assert (first.number, second.number) == (1, 2)
    assert second.form_id == first.form_id  # the form is the same, so it is not published again
    first.refresh_from_db()
    assert first.cap == Decimal("5000")


@pytest.mark.parametrize("change", [
    {"summary_zh": "anders"}, {"amounts": {"cap": "9"}}, {"digest": "f" * 64},
])
def test_a_published_version_cannot_be_changed(change):
    version, _created = load(scheme_data())
    with pytest.raises(DatabaseError), transaction.atomic():
        SchemeVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Stage.objects.filter(version=version).update(limit_days=99)
    with pytest.raises(DatabaseError), transaction.atomic():
        version.stages.all().delete()


@pytest.mark.parametrize(("path", "value", "message"), [
    (("name_en",), "", "name_en is missing"),
    (("rules",), {"is": ["no.such_fact", "=", 1]}, "no.such_fact"),
    (("rules",), {"all": "x"}, "rules:"),
    (("amounts", "rates", 0, "amount"), "5000.01", "rates.abroad"),
    (("amounts", "rates", 1, "when"), {"is": ["no_such_answer", "<", "5"]}, "rates.under_50"),
    (("form", 1, "choices"), [], "form:"),
    (("stages", 0, "kind"), "payment", "stages:"),
    (("stages", 1, "permission"), "everything", "stages: first_review"),
    (("duties", 0), ["first_review", "nobody"], "duties:"),
])
def test_what_is_wrong_is_named_and_nothing_is_published(path, value, message):
    data = copy.deepcopy(scheme_data())
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ValidationError) as error:
        load(data)
    assert any(message in text for text in error.value.messages)
    assert not SchemeVersion.objects.exists()


def test_a_file_that_cannot_be_read_is_one_line(tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("load_scheme", str(broken))


def test_a_declaration_keeps_its_wording():
    load(scheme_data())
    changed = scheme_data()
    changed["declaration"]["text_zh"] += "另外。"
    with pytest.raises(ValidationError):
        load(changed)


@pytest.mark.parametrize(("answers", "key", "amount"), [
    ({"place_kind": "abroad"}, "abroad", "5000"),
    ({"place_kind": "china", "floor_area": "49.99"}, "under_50", "2000"),
    ({"place_kind": "china", "floor_area": "50"}, "under_80", "2500"),
    ({"place_kind": "china", "floor_area": "80"}, "under_120", "3000"),
    ({"place_kind": "china", "floor_area": "120"}, "from_120", "5000"),
])
def test_rates(answers, key, amount):
    data = scheme_data()
    found = amounts.rate(data["amounts"], data["form"], answers)
    assert (found.key, found.amount) == (key, Decimal(amount))


@pytest.mark.parametrize("answers", [{}, {"place_kind": "china"}, {"floor_area": "60"}])
def test_no_rate_while_the_answers_do_not_say(answers):
    """An area left over from before "abroad" was chosen back is not asked, so it does not count."""
    data = scheme_data()
    assert amounts.rate(data["amounts"], data["form"], answers) is None
