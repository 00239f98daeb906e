"""A value for every column of every table, under the names by which a form could be made to read it (U14)."""

import uuid
from collections.abc import Iterator

from django.apps import apps
from django.db import models

#: Stands in no form and no row: where it is written, something was read that no form asks for.
NUMBER, DAY, KEY = "987654321", "2033-03-03", str(uuid.UUID(int=987654321))
CANARIES = {NUMBER, f"{NUMBER}.00", KEY}
ROUNDS, MOST = 2, 700


def values_of(field: models.Field) -> list[str]:
    """What could be posted for the column."""
    if field.choices:
        return [str(value) for value, _label in field.flatchoices if value not in ("", field.default)]
    if field.is_relation:
        found = field.related_model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
        return [] if found is None else [str(found)]
    kinds = [
        (models.BooleanField, "on"), (models.UUIDField, KEY), (models.DateTimeField, f"{DAY} 03:03"), (models.DateField, DAY),
        (models.JSONField, f'{{"x": "{NUMBER}"}}'), (models.TextField, NUMBER), (models.CharField, NUMBER),
        (models.IntegerField, NUMBER), (models.DecimalField, NUMBER),
    ]
    return [value for kind, value in kinds if isinstance(field, kind)][:1] or [NUMBER]


def every_column() -> dict[str, list[str]]:
    """{name: values}: each column of each table by its name, and by that of its key."""
    found: dict[str, list[str]] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for name in {field.name, field.attname}:
                held = found.setdefault(name, [])
                held += [value for value in values_of(field) if value not in held]
    return {name: values for name, values in found.items() if values}


def rounds(columns: dict[str, list[str]], apart_from: set[str]) -> Iterator[dict[str, list[str]]]:
    """All the names at once, with another value each time, in portions that a request may hold."""
    names = sorted(set(columns) - apart_from)
    for turn in range(ROUNDS):
        for start in range(0, len(names), MOST):
            yield {name: [columns[name][turn % len(columns[name])]] for name in names[start : start + MOST]}
