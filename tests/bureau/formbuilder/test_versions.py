"""Published forms: what is refused, and that they never change."""

import copy

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from bureau.formbuilder.models import FormVersion
from bureau.formbuilder.spec import problems
from tests.bureau.formbuilder.specs import SPEC


def changed(index, **values):
    spec = copy.deepcopy(SPEC)
    spec[index] = {key: value for key, value in (spec[index] | values).items() if value is not None}
    return spec


def test_the_example_is_sound():
    assert problems(SPEC) == []


@pytest.mark.parametrize("spec", [
    "text", [1], [{"kind": "text"}], changed(1, key="Name"), changed(1, key="a" * 41), changed(1, label_en=""),
    changed(1, kind="color"), changed(2, key="name"), changed(3, min="9", max="1"), changed(3, min="x"),
    changed(9, choices=[]), changed(1, when={"is": ["abroad", "=", True]}), changed(3, when={"is": ["area", ">", 1]}),
    changed(3, when={"is": ["abroad", "=", "no"]}), changed(1, color="red"), changed(11, fields=[]),
    changed(9, choices=[{"value": "a", "label_zh": "a", "label_en": "a"}] * 2), changed(9, choices=[{"value": "a"}]),
])
def test_what_cannot_be_published(spec):
    assert problems(spec)


@pytest.mark.django_db
def test_the_same_spec_is_the_same_version():
    first = FormVersion.publish("shop", SPEC)
    assert FormVersion.publish("shop", copy.deepcopy(SPEC)) == first
    second = FormVersion.publish("shop", changed(1, required=False))
    assert (first.number, second.number) == (1, 2)
    assert first.digest != second.digest


@pytest.mark.django_db
def test_a_key_never_comes_back_as_another_kind():
    FormVersion.publish("shop", SPEC)
    with pytest.raises(ValidationError):
        FormVersion.publish("shop", changed(1, kind="phone", max_length=None))


@pytest.mark.django_db
def test_a_version_never_changes():
    version = FormVersion.publish("shop", SPEC)
    for change in (lambda: FormVersion.objects.update(number=9), version.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
